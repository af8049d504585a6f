using AttnGan.Generation;
using AttnGan.Models;

namespace AttnGan.Server.Configuration;

/// <summary>The server's options: how it generates, and its limits. <see cref="ServerSettings"/> reads them.</summary>
internal sealed record ServerOptions
{
    /// <summary>Addresses to listen on, separated by semicolons.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:5080";

    /// <summary>The default model, for requests that name none; null for the bundled model.</summary>
    public string? Model { get; init; }

    /// <summary>A folder of model packages, each loaded on first use.</summary>
    public string? Models { get; init; }

    /// <summary>Threads that one batch uses; 0 for one per processor, which is also the maximum.</summary>
    public int Threads { get; init; }

    /// <summary>The device to generate on (<see cref="OnnxRuntimeDevice"/>).</summary>
    public string Device { get; init; } = OnnxRuntimeDevice.Cpu;

    /// <summary>Maximum number of images in a batch, which may come from several requests; at least 1.</summary>
    public int MaxBatchSize { get; init; } = 8;

    /// <summary>The time that a partial batch waits for more images.</summary>
    public TimeSpan BatchWait { get; init; }

    /// <summary>Maximum number of images that wait for a model.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>Maximum length of a caption, in UTF-16 code units.</summary>
    public int MaxCaptionLength { get; init; } = 500;

    /// <summary>Maximum number of captions per request.</summary>
    public int MaxCaptions { get; init; } = 16;

    /// <summary>Maximum number of images per request, over all its captions.</summary>
    public int MaxImages { get; init; } = 64;

    /// <summary>Maximum width and height of images that are scaled to a requested size, as clients of other APIs request.</summary>
    public int MaxScaledSize { get; init; } = 1024;

    /// <summary>Maximum number of frames of an interpolation; at least 2.</summary>
    public int MaxFrames { get; init; } = 60;

    /// <summary>Maximum size of a request body in bytes.</summary>
    public int MaxBodySize { get; init; } = 64 * 1024;

    /// <summary>Requests per minute and client; 0 for no limit.</summary>
    public int RateLimit { get; init; }

    /// <summary>The keys that clients send as <c>X-Api-Key</c>, separated by commas; null if no key is required.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// The origins of web pages that may call the API from a browser, separated by commas; <c>*</c> for all. Null for none.
    /// </summary>
    public string? Cors { get; init; }

    /// <summary>Indicates whether agents can use the models as tools, at <c>/mcp</c>.</summary>
    public bool Mcp { get; init; }

    /// <summary>Indicates whether a proxy's X-Forwarded-For and X-Forwarded-Proto headers are trusted.</summary>
    public bool ForwardedHeaders { get; init; }

    /// <summary>The time that running requests have to finish during a graceful shutdown.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The keys in <see cref="ApiKey"/>; empty if no key is required.</summary>
    public IReadOnlyList<string> ApiKeys =>
        ApiKey?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The origins in <see cref="Cors"/>.</summary>
    public IReadOnlyList<string> CorsOrigins =>
        Cors?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Returns the options that models are loaded with.</summary>
    /// <exception cref="AttnGanException">This program cannot compute on the device.</exception>
    public PipelineOptions ToPipelineOptions() =>
        OnnxRuntimeDevice.Apply(new PipelineOptions { Threads = Threads, BatchSize = MaxBatchSize }, Device);

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns a message for each invalid value; each message names its setting.</summary>
    public IEnumerable<string> Problems()
    {
        string[] urls = Urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (urls.Length == 0)
        {
            yield return "`urls` is empty; specify an address such as http://127.0.0.1:5080.";
        }

        foreach (string url in urls)
        {
            if (ListenAddress.ProblemOf(url) is { } problem)
            {
                yield return $"`urls`: \"{url}\" {problem}.";
            }
        }

        if (!OnnxRuntimeDevice.IsName(Device))
        {
            yield return $"`device` is \"{Device}\"; expected {OnnxRuntimeDevice.Expected}.";
        }

        (string Name, int Value, int Minimum)[] numbers =
        [
            ("threads", Threads, 0), ("max-batch-size", MaxBatchSize, 1), ("queue-length", QueueLength, 1),
            ("max-caption-length", MaxCaptionLength, 1), ("max-captions", MaxCaptions, 1), ("max-images", MaxImages, 1),
            ("max-scaled-size", MaxScaledSize, 1), ("max-frames", MaxFrames, 2), ("max-body-size", MaxBodySize, 1),
            ("rate-limit", RateLimit, 0),
        ];
        foreach ((string name, int value, int minimum) in numbers.Where(number => number.Value < number.Minimum))
        {
            yield return $"`{name}` is {value}; expected at least {minimum}.";
        }

        int largestRequest = Math.Max(MaxImages, MaxFrames);
        if (QueueLength >= 1 && QueueLength < largestRequest)
        {
            yield return $"`queue-length` is {QueueLength}, less than the {largestRequest} images that one request may have " +
                "(`max-images`, `max-frames`); increase it, or lower those limits.";
        }

        if (BatchWait < TimeSpan.Zero || BatchWait > TimeSpan.FromSeconds(1))
        {
            yield return $"`batch-wait` is {BatchWait.TotalMilliseconds} ms; expected 0 to 1000.";
        }

        if (ShutdownTimeout < TimeSpan.Zero || ShutdownTimeout > TimeSpan.FromHours(1))
        {
            yield return $"`shutdown-timeout` is {ShutdownTimeout.TotalSeconds} s; expected 0 to 3600.";
        }

        if (ApiKey is not null && ApiKeys.Count == 0)
        {
            yield return "`api-key` is empty; specify a key, or omit the setting to require none.";
        }

        if (Cors is not null && CorsOrigins.Count == 0)
        {
            yield return "`cors` is empty; specify origins such as https://example.org, or omit the setting.";
        }

        foreach (string origin in CorsOrigins.Where(origin => origin != "*" && !IsOrigin(origin)))
        {
            yield return $"`cors`: \"{origin}\" is not an origin; expected a scheme, a host and a port if needed, such as " +
                "https://example.org, or * for all.";
        }

        if (Models is not null && !Directory.Exists(Models))
        {
            yield return $"`models`: the folder `{Models}` does not exist.";
        }

        if (Model is not null && !File.Exists(BundledModel.Resolve(Model)))
        {
            yield return $"`model`: `{Model}` is neither a file nor the name of a bundled model.";
        }
    }
}
