using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AttnGan.Server.Operations;

/// <summary>The liveness and readiness probes.</summary>
internal static class ProbesApi
{
    private const string PlainText = "text/plain";

    // Not described: a HEAD of every resource would only repeat its GET.
    private static readonly string[] s_head = [HttpMethods.Head];

    public static void AddProbes(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<ReadinessCheck>(ReadinessCheck.Name);

    public static void MapProbes(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => TypedResults.Text("alive\n")).WithTags("Operations").WithName("healthz")
            .WithSummary("Liveness probe").WithDescription("Responds while the process is alive.")
            .Produces<string>(StatusCodes.Status200OK, PlainText);
        app.MapGet("/readyz", ReadyAsync).WithTags("Operations").WithName("readyz")
            .WithSummary("Readiness probe").WithDescription("Succeeds if the default model is loaded and the server is not shutting down.")
            .Produces<string>(StatusCodes.Status200OK, PlainText).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        app.MapMethods("/healthz", s_head, () => TypedResults.Text("")).ExcludeFromDescription();
        app.MapMethods("/readyz", s_head, ReadyAsync).ExcludeFromDescription();
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> ReadyAsync(
        HealthCheckService checks, CancellationToken aborted)
    {
        HealthReport report = await checks.CheckHealthAsync(aborted);
        return report.Status == HealthStatus.Healthy
            ? TypedResults.Text("ready\n")
            : TypedResults.Problem(
                string.Join(' ', report.Entries.Values.Where(entry => entry.Status != HealthStatus.Healthy)
                    .Select(entry => entry.Description)),
                statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
