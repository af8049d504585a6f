using OpenTelemetry;
using OpenTelemetry.Trace;

// A greeting card: an image of AttnGan's server, and a line of text.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenTelemetry()
    .UseOtlpExporter()
    .WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation());
builder.Services.AddHttpClient("attngan", client => client.BaseAddress = new Uri(
    builder.Configuration["services:attngan:http:0"] ?? throw new InvalidOperationException("Start the AppHost, which starts both.")));

WebApplication app = builder.Build();
app.MapGet("/", (string to = "you", string caption = "a red heart") => Results.Content(
    $"""
    <!doctype html><title>A card</title>
    <img src="/image?caption={Uri.EscapeDataString(caption)}" alt="{System.Net.WebUtility.HtmlEncode(caption)}" width="256">
    <h1>For {System.Net.WebUtility.HtmlEncode(to)}</h1>
    """,
    "text/html"));
app.MapGet("/image", async (string caption, IHttpClientFactory clients, CancellationToken cancellation) =>
{
    using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images") { Content = JsonContent.Create(new { caption }) };
    request.Headers.Accept.Add(new("image/png"));
    using HttpResponseMessage response = await clients.CreateClient("attngan").SendAsync(request, cancellation);
    return response.IsSuccessStatusCode
        ? Results.Bytes(await response.Content.ReadAsByteArrayAsync(cancellation), "image/png")
        : Results.Problem(await response.Content.ReadAsStringAsync(cancellation), statusCode: (int)response.StatusCode);
});
app.Run();
