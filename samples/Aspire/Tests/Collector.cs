using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AttnGan.Samples.Aspire.Tests;

/// <summary>An OpenTelemetry collector (OTLP over HTTP) that keeps the spans that it receives.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<Span> _spans = [];
    private readonly WebApplication _app;

    private Collector()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(ReceiveAsync);
    }

    public string Endpoint => _app.Urls.Single();

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>Waits until a trace has a span of each name, and returns its spans.</summary>
    /// <exception cref="TimeoutException">Canceled before; the message tells which spans there are.</exception>
    public async Task<IReadOnlyList<Span>> UntilAsync(ActivityTraceId trace, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        Span[] spans;
        do
        {
            spans = [.. _spans.Where(span => span.Trace == trace.ToHexString())];
            if (names.All(name => spans.Any(span => span.Name == name)))
            {
                return spans;
            }

            await Task.Delay(100, CancellationToken.None);
        }
        while (!cancellation.IsCancellationRequested);

        throw new TimeoutException($"Expected {string.Join(", ", names)}; received {string.Join(", ", spans.Select(span => span.Name))}, " +
            $"and {_spans.Count} spans in all.");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (context.Request.Path == "/v1/traces")
        {
            // ExportTraceServiceRequest: resource spans, scope spans, spans.
            foreach (ByteString span in Fields(ByteString.CopyFrom(body.ToArray()), 1).SelectMany(part => Fields(part, 2))
                .SelectMany(part => Fields(part, 2)))
            {
                _spans.Enqueue(new Span(
                    Hex(Fields(span, 1)), Hex(Fields(span, 2)), Hex(Fields(span, 4)), Fields(span, 5).First().ToStringUtf8()));
            }
        }
    }

    private static string Hex(IEnumerable<ByteString> field) => Convert.ToHexStringLower(field.FirstOrDefault(ByteString.Empty).Span);

    /// <summary>Returns the values of a field of a message, which are messages, texts or bytes.</summary>
    private static IEnumerable<ByteString> Fields(ByteString message, int number)
    {
        CodedInputStream input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and uint tag)
        {
            if (tag == WireFormat.MakeTag(number, WireFormat.WireType.LengthDelimited))
            {
                yield return input.ReadBytes();
            }
            else
            {
                input.SkipLastField();
            }
        }
    }
}

/// <summary>A span: IDs in hexadecimal; the parent is empty for the first of a trace.</summary>
internal sealed record Span(string Trace, string Id, string Parent, string Name);
