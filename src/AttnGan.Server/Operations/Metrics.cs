using AttnGan.Server.Configuration;
using AttnGan.Server.Generation;
using AttnGan.Server.Http;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace AttnGan.Server.Operations;

/// <summary>
/// <c>/metrics</c> in the Prometheus format: generation metrics, and those of ASP.NET for requests, connections and rate limits.
/// </summary>
internal static class Metrics
{
    public static void AddMetrics(this IServiceCollection services, string version)
    {
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .ConfigureResource(resource => resource.AddService("attngan", serviceVersion: version))
            .AddMeter(
                GenerationMetrics.MeterName,
                "Microsoft.AspNetCore.Hosting",
                "Microsoft.AspNetCore.Server.Kestrel",
                "Microsoft.AspNetCore.RateLimiting",
                "System.Runtime")
            .AddPrometheusExporter());
    }

    public static void MapMetrics(this IEndpointRouteBuilder app, ServerOptions options)
    {
        IEndpointConventionBuilder metrics =
            app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new KeyRequired()).DisableHttpMetrics();
        if (options.RateLimit > 0 && options.ApiKeys.Count > 0)
        {
            metrics.RequireRateLimiting(RateLimits.Policy);
        }
    }
}
