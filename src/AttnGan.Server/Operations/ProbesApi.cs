using AttnGan.Server.Generation;
using AttnGan.Server.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Operations;

/// <summary>What those ask who run the server: is it alive, does it take requests.</summary>
internal static class ProbesApi
{
    private const string PlainText = "text/plain";

    public static void MapProbes(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => TypedResults.Text("alive\n")).WithTags("Operations").WithName("healthz")
            .WithSummary("Whether the process is alive").WithDescription("As long as it answers, it is.").Produces<string>(StatusCodes.Status200OK, PlainText);
        app.MapGet("/readyz", Ready).WithTags("Operations").WithName("readyz")
            .WithSummary("Whether requests are taken").WithDescription("A model is loaded, and the server is not stopping.")
            .Produces<string>(StatusCodes.Status200OK, PlainText).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static Results<ContentHttpResult, ProblemHttpResult> Ready(ModelCatalog catalog, Drain drain) =>
        drain.IsDraining ? NotReady("The server is stopping.")
            : catalog.Default.IsLoaded ? TypedResults.Text("ready\n")
            : NotReady("The model is not loaded yet.");

    private static ProblemHttpResult NotReady(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable);
}
