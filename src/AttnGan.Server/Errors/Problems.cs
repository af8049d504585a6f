using System.Globalization;
using AttnGan.Server.Configuration;
using AttnGan.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AttnGan.Server.Errors;

/// <summary>The API's errors, as problem details (RFC 9457).</summary>
internal static class Problems
{
    public const string UnknownModelTitle = "Unknown model";
    public const string NoKnownWordTitle = "No known word";
    public const string QueueFullTitle = "Queue full";
    public const string TooManyRequestsTitle = "Too many requests";

    // The framework has no default type for status 429.
    private const string TooManyRequestsType = "https://tools.ietf.org/html/rfc6585#section-4";

    private const string NotJsonDetail = "The request body must be JSON (Content-Type: application/json).";

    public static ProblemHttpResult UnknownModel(string name, IReadOnlyList<string> names) => TypedResults.Problem(
        $"There is no model \"{name}\"; available models: {string.Join(", ", names)}.",
        statusCode: StatusCodes.Status404NotFound,
        title: UnknownModelTitle,
        extensions: new Dictionary<string, object?> { ["models"] = names });

    public static ProblemHttpResult NoKnownWord(EncodedCaption caption, IReadOnlyList<UnknownWord> unknown) => TypedResults.Problem(
        caption.UnknownWords.Count == 0
            ? "The caption contains no words; describe the image to generate."
            : $"The model knows no word of the caption: {Describe(unknown)}.",
        statusCode: StatusCodes.Status422UnprocessableEntity,
        title: NoKnownWordTitle,
        extensions: new Dictionary<string, object?> { ["caption"] = caption.Text, ["unknownWords"] = unknown });

    public static ProblemHttpResult NotAcceptable(params IReadOnlyList<string> mediaTypes) => TypedResults.Problem(
        $"The response is available as {string.Join(", ", mediaTypes)}; the Accept header allows none of them.",
        statusCode: StatusCodes.Status406NotAcceptable,
        extensions: new Dictionary<string, object?> { ["mediaTypes"] = mediaTypes });

    public static ProblemHttpResult QueueFull(HttpContext context, TimeSpan retryAfter)
    {
        SetRetryAfter(context, retryAfter);
        return TypedResults.Problem(
            "The generation queue is full. Try again later.",
            statusCode: StatusCodes.Status429TooManyRequests,
            title: QueueFullTitle,
            type: TooManyRequestsType);
    }

    public static ProblemHttpResult TooManyRequests(HttpContext context, TimeSpan retryAfter, int limit)
    {
        SetRetryAfter(context, retryAfter);
        return TypedResults.Problem(
            $"The rate limit of {limit} requests per minute is exceeded. Try again later.",
            statusCode: StatusCodes.Status429TooManyRequests,
            title: TooManyRequestsTitle,
            type: TooManyRequestsType);
    }

    public static ProblemHttpResult Stopping(HttpContext context)
    {
        // An event in a stream has no headers.
        if (!context.Response.HasStarted)
        {
            SetRetryAfter(context, TimeSpan.FromSeconds(1));
        }

        return TypedResults.Problem(
            "The server is shutting down and accepts no new requests. Try again.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>A failure that only the log explains.</summary>
    public static ProblemHttpResult InternalError() => TypedResults.Problem("An internal error occurred. The server log has the details.");

    public static ProblemHttpResult Unauthorized(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "ApiKey realm=\"AttnGAN\", Bearer realm=\"AttnGAN\"";
        return TypedResults.Problem(
            "The API key is missing or invalid; send it in the X-Api-Key header, or in the Authorization header after `Bearer`.",
            statusCode: StatusCodes.Status401Unauthorized);
    }

    public static ProblemHttpResult InvalidLink() => TypedResults.Problem(
        "This server did not create the address of the image, or the address has expired. Generate the image again.",
        statusCode: StatusCodes.Status404NotFound);

    public static ProblemHttpResult ForbiddenOrigin(string origin) => TypedResults.Problem(
        $"Web pages of {origin} may not use this server; the setting `cors` lists those that may.",
        statusCode: StatusCodes.Status403Forbidden);

    /// <summary>Returns what a problem says, for clients that read a message only.</summary>
    public static string TextOf(ProblemDetails problem) => problem is HttpValidationProblemDetails { Errors: { Count: > 0 } errors }
        ? string.Join(' ', errors.Values.SelectMany(messages => messages))
        : problem.Detail ?? problem.Title ?? "The request failed.";

    public static ProblemHttpResult BodyTooLarge(int limit) =>
        TypedResults.Problem(BodyTooLargeDetail(limit), statusCode: StatusCodes.Status413PayloadTooLarge);

    public static ProblemHttpResult NotJson() =>
        TypedResults.Problem(NotJsonDetail, statusCode: StatusCodes.Status415UnsupportedMediaType);

    public static ProblemHttpResult UnknownCharset(string charset) => TypedResults.Problem(
        $"The character set \"{charset}\" of the request body is unknown; send UTF-8.",
        statusCode: StatusCodes.Status415UnsupportedMediaType);

    public static ProblemHttpResult RepeatedParameter(string name) => TypedResults.Problem(
        $"The query parameter `{name}` is repeated; specify it once.",
        statusCode: StatusCodes.Status400BadRequest,
        title: "Malformed request");

    /// <summary>Adds a detail to a response that has a status and no body.</summary>
    public static ProblemHttpResult ForStatus(HttpContext context, ServerOptions options) => TypedResults.Problem(
        context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => "There is no resource at this path.",
            StatusCodes.Status405MethodNotAllowed => $"The resource allows other methods: {context.Response.Headers.Allow}.",
            StatusCodes.Status415UnsupportedMediaType => NotJsonDetail,
            StatusCodes.Status413PayloadTooLarge => BodyTooLargeDetail(options.MaxBodySize),
            _ => null,
        },
        statusCode: context.Response.StatusCode);

    private static string BodyTooLargeDetail(int limit) => $"The request body is larger than {limit} bytes.";

    private static void SetRetryAfter(HttpContext context, TimeSpan time) =>
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Lists unknown words with suggestions.</summary>
    public static string Describe(IReadOnlyList<UnknownWord> words) => string.Join(", ", words.Select(Describe));

    private static string Describe(UnknownWord word) =>
        word.Suggestions.Count == 0 ? $"\"{word.Word}\"" : $"\"{word.Word}\" (similar: {string.Join(", ", word.Suggestions)})";
}
