using Microsoft.AspNetCore.Mvc;

namespace AttnGan.Server.Errors;

/// <summary>
/// Writes every problem as JSON, even to clients that accept only images: they still read the status. Clients of other APIs get the errors
/// that they read.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    private const string Error = "error";

    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        // Paths and not the endpoint, which requests with a wrong method do not have, nor exceptions.
        PathString path = context.HttpContext.Request.Path;
        ProblemDetails problem = context.ProblemDetails;
        if (path.StartsWithSegments("/v1/images/generations"))
        {
            return WriteAsync(context, new Dictionary<string, object> { [Error] = OpenAIError.Of(problem) }, "application/json");
        }

        if (path.StartsWithSegments("/sdapi"))
        {
            var errors = new Dictionary<string, object> { [Error] = OpenAIError.Of(problem), ["detail"] = Problems.TextOf(problem) };
            return WriteAsync(context, errors, "application/json");
        }

        // These clients read the list of models, too.
        if (path.StartsWithSegments("/v1/models"))
        {
            problem.Extensions[Error] = OpenAIError.Of(problem);
        }

        return WriteAsync(context, problem, "application/problem+json");
    }

    // No cancellation: a disconnected client must not cause a second error.
    private static ValueTask WriteAsync(ProblemDetailsContext context, object value, string mediaType) =>
        new(context.HttpContext.Response.WriteAsJsonAsync(value, value.GetType(), options: null, mediaType, CancellationToken.None));
}
