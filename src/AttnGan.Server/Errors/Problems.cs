using System.Globalization;
using AttnGan.Server.Configuration;
using AttnGan.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Errors;

/// <summary>The errors that the API answers with, as problem details (RFC 9457).</summary>
internal static class Problems
{
    // The framework knows none of its own.
    private const string TooManyRequestsType = "https://tools.ietf.org/html/rfc6585#section-4";

    public static ProblemHttpResult UnknownModel(string name, IReadOnlyList<string> names) => TypedResults.Problem(
        $"There is no model \"{name}\"; there are {string.Join(", ", names)}.",
        statusCode: StatusCodes.Status404NotFound,
        title: "Unknown model",
        extensions: new Dictionary<string, object?> { ["models"] = names });

    public static ProblemHttpResult NoKnownWord(EncodedCaption caption, IReadOnlyList<UnknownWord> unknown) => TypedResults.Problem(
        caption.UnknownWords.Count == 0
            ? "The caption has no words; say what to draw."
            : $"The model knows no word of the caption: {string.Join(", ", unknown.Select(Describe))}.",
        statusCode: StatusCodes.Status422UnprocessableEntity,
        title: "No known word",
        extensions: new Dictionary<string, object?> { ["caption"] = caption.Text, ["unknownWords"] = unknown });

    public static ProblemHttpResult NotAcceptable(params IReadOnlyList<string> mediaTypes) => TypedResults.Problem(
        $"The answer can be had as {string.Join(", ", mediaTypes)}; the Accept header allows none of them.",
        statusCode: StatusCodes.Status406NotAcceptable,
        extensions: new Dictionary<string, object?> { ["mediaTypes"] = mediaTypes });

    public static ProblemHttpResult QueueFull(HttpContext context, TimeSpan retryAfter)
    {
        SetRetryAfter(context, retryAfter);
        return TypedResults.Problem(
            "More images wait to be drawn than may. Try again later.",
            statusCode: StatusCodes.Status429TooManyRequests,
            title: "Queue full",
            type: TooManyRequestsType);
    }

    public static ProblemHttpResult TooManyRequests(HttpContext context, TimeSpan retryAfter, int limit)
    {
        SetRetryAfter(context, retryAfter);
        return TypedResults.Problem(
            $"A client may make {limit} requests in a minute. Try again later.",
            statusCode: StatusCodes.Status429TooManyRequests,
            title: "Too many requests",
            type: TooManyRequestsType);
    }

    public static ProblemHttpResult Stopping(HttpContext context)
    {
        SetRetryAfter(context, TimeSpan.FromSeconds(1));
        return TypedResults.Problem(
            "The server is stopping and takes no new requests. Try again.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    public static ProblemHttpResult NoKey(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "ApiKey realm=\"AttnGAN\"";
        return TypedResults.Problem(
            "The header X-Api-Key is missing, or its key is not right.", statusCode: StatusCodes.Status401Unauthorized);
    }

    public static ProblemHttpResult BodyTooLong(int most) =>
        TypedResults.Problem(BodyTooLongDetail(most), statusCode: StatusCodes.Status413PayloadTooLarge);

    /// <summary>An answer that has a status and says nothing else.</summary>
    public static ProblemHttpResult OfStatus(HttpContext context, ServerOptions options) => TypedResults.Problem(
        context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => "There is nothing at this address.",
            StatusCodes.Status405MethodNotAllowed => $"The address knows other methods: {context.Response.Headers.Allow}.",
            StatusCodes.Status415UnsupportedMediaType => "The body must be JSON: Content-Type: application/json.",
            StatusCodes.Status413PayloadTooLarge => BodyTooLongDetail(options.MaxBodySize),
            _ => null,
        },
        statusCode: context.Response.StatusCode);

    private static string BodyTooLongDetail(int most) => $"The request's body is longer than {most} bytes.";

    private static void SetRetryAfter(HttpContext context, TimeSpan time) =>
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static string Describe(UnknownWord word) =>
        word.Suggestions.Count == 0 ? $"\"{word.Word}\"" : $"\"{word.Word}\" (near: {string.Join(", ", word.Suggestions)})";
}
