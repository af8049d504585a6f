namespace AttnGan.Server.Errors;

/// <summary>Writes every problem as JSON, even to clients that accept only images: they still read the status.</summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    // No cancellation: a disconnected client must not cause a second error.
    public ValueTask WriteAsync(ProblemDetailsContext context) => new(context.HttpContext.Response.WriteAsJsonAsync(
        context.ProblemDetails, context.ProblemDetails.GetType(), options: null, "application/problem+json", CancellationToken.None));
}
