using System.Runtime.CompilerServices;
using AttnGan.Server.Generation;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AttnGan.Server.Operations;

/// <summary>
/// Sends traces and metrics to a collector (OTLP) if the standard variables name one. Without them the exporter is not loaded.
/// </summary>
internal static class Traces
{
    private static readonly string[] s_endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    public static void AddTraces(this IServiceCollection services, IConfiguration configuration, string version)
    {
        if (s_endpoints.Any(name => !string.IsNullOrEmpty(configuration[name])))
        {
            Export(services, configuration["OTEL_SERVICE_NAME"] ?? "attngan", version);
        }
    }

    // Not inlined, so that a server without a collector does not load the exporter.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Export(IServiceCollection services, string name, string version) => services.AddOpenTelemetry()
        .WithTracing(traces => traces
            .ConfigureResource(resource => resource.AddService(name, serviceVersion: version))
            .AddSource(GenerationTraces.SourceName)
            .AddAspNetCoreInstrumentation()
            .AddOtlpExporter())
        .WithMetrics(metrics => metrics.AddOtlpExporter());
}
