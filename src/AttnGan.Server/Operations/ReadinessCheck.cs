using AttnGan.Server.Generation;
using AttnGan.Server.Models;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AttnGan.Server.Operations;

/// <summary>The health check of readiness, which <c>/readyz</c> and publishers of health checks report.</summary>
internal sealed class ReadinessCheck(ModelCatalog catalog, Drain drain) : IHealthCheck
{
    public const string Name = "readiness";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            drain.IsDraining ? HealthCheckResult.Unhealthy("The server is shutting down.")
            : catalog.Default.IsLoaded ? HealthCheckResult.Healthy("ready")
            : HealthCheckResult.Unhealthy("The default model is not loaded yet."));
}
