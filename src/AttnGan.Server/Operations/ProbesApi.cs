using AttnGan.Server.Generation;
using AttnGan.Server.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Operations;

/// <summary>The liveness and readiness probes.</summary>
internal static class ProbesApi
{
    private const string PlainText = "text/plain";

    // Not described: a HEAD of every resource would only repeat its GET.
    private static readonly string[] s_head = [HttpMethods.Head];

    public static void MapProbes(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => TypedResults.Text("alive\n")).WithTags("Operations").WithName("healthz")
            .WithSummary("Liveness probe").WithDescription("Responds while the process is alive.")
            .Produces<string>(StatusCodes.Status200OK, PlainText);
        app.MapGet("/readyz", Ready).WithTags("Operations").WithName("readyz")
            .WithSummary("Readiness probe").WithDescription("Succeeds if the default model is loaded and the server is not shutting down.")
            .Produces<string>(StatusCodes.Status200OK, PlainText).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        app.MapMethods("/healthz", s_head, () => TypedResults.Text("")).ExcludeFromDescription();
        app.MapMethods("/readyz", s_head, Ready).ExcludeFromDescription();
    }

    private static Results<ContentHttpResult, ProblemHttpResult> Ready(ModelCatalog catalog, Drain drain) =>
        drain.IsDraining ? NotReady("The server is shutting down.")
            : catalog.Default.IsLoaded ? TypedResults.Text("ready\n")
            : NotReady("The default model is not loaded yet.");

    private static ProblemHttpResult NotReady(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable);
}
