namespace AttnGan.Server.Errors;

/// <summary>Writes every error as JSON, also for clients that asked for an image: they read the status, and people the rest.</summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    // No token: a client that has gone is no second error.
    public ValueTask WriteAsync(ProblemDetailsContext context) => new(context.HttpContext.Response.WriteAsJsonAsync(
        context.ProblemDetails, context.ProblemDetails.GetType(), options: null, "application/problem+json", CancellationToken.None));
}
