using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using AttnGan.Server.Configuration;
using AttnGan.Server.Logging;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace AttnGan.Server.Errors;

/// <summary>
/// Converts exceptions to problem details: 4xx for malformed requests, 429 for a full queue, 503 for a shutdown. All other exceptions
/// are bugs, which are logged and get status 500.
/// </summary>
internal sealed partial class ErrorHandler(ServerOptions options, IOptions<JsonOptions> json, ILogger<ErrorHandler> logger)
    : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        ProblemHttpResult problem = exception switch
        {
            BadHttpRequestException error => Describe(error, httpContext.Request),
            QueueFullException full => Problems.QueueFull(httpContext, full.RetryAfter),
            StoppingException => Problems.Stopping(httpContext),
            _ => ReportBug(httpContext, exception),
        };
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private ProblemHttpResult Describe(BadHttpRequestException error, HttpRequest request) => error switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problems.BodyTooLarge(options.MaxBodySize),
        { InnerException: JsonException jsonError } => Malformed(Explain(jsonError)),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => Problems.NotJson(),
        _ when HttpMethods.IsPost(request.Method) =>
            Malformed("The request body is empty or incomplete; expected a JSON object.", error.StatusCode),
        _ => Malformed(ExplainParameter(error), error.StatusCode),
    };

    /// <summary>Logs an exception; the response does not reveal it.</summary>
    private ProblemHttpResult ReportBug(HttpContext context, Exception exception)
    {
        Log.RequestFailed(logger, exception, context.Request.Method, context.GetEndpoint()?.DisplayName);
        return Problems.InternalError();
    }

    private static ProblemHttpResult Malformed(string detail, int status = StatusCodes.Status400BadRequest) =>
        TypedResults.Problem(detail, statusCode: status, title: status == StatusCodes.Status400BadRequest ? "Malformed request" : null);

    /// <summary>Explains a JSON error to the client: the serializer's own messages contain names of .NET types.</summary>
    private string Explain(JsonException error)
    {
        string? path = error.Path is null or "$" ? null : $"`{error.Path.TrimStart('$', '.')}`";
        Match unknown = UnmappedMember().Match(error.Message);
        if (unknown.Success)
        {
            return $"The member `{unknown.Groups[1].Value}` is unknown; " +
                $"valid members: {string.Join(", ", MembersOf(unknown.Groups[2].Value))}.";
        }

        if (error.InnerException?.Message.Contains("UTF-", StringComparison.Ordinal) == true)
        {
            return $"The value {(path is null ? "" : $"of {path} ")}is not Unicode text: it has bytes that are not UTF-8, or half of a " +
                "surrogate pair.";
        }

        Match duplicate = DuplicateMember().Match(error.Message);
        if (duplicate.Success)
        {
            return $"The member `{duplicate.Groups[1].Value}` is duplicated.";
        }

        return error.Message.Contains("could not be converted", StringComparison.Ordinal)
            ? $"The value {(path is null ? "" : $"of {path} ")}has the wrong type."
            : $"The request body is not valid JSON {(path is null ? "" : $"at {path} ")}" +
                $"(line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}).";
    }

    private IEnumerable<string> MembersOf(string typeName) =>
        typeof(ErrorHandler).Assembly.GetType(typeName) is { } type && json.Value.SerializerOptions.GetTypeInfo(type) is JsonTypeInfo info
            ? info.Properties.Select(property => property.Name)
            : [];

    private static string ExplainParameter(BadHttpRequestException error)
    {
        Match parameter = UnboundParameter().Match(error.Message);
        return parameter.Success
            ? $"`{parameter.Groups[1].Value}` is \"{parameter.Groups[2].Value}\", which has the wrong type."
            : error.Message;
    }

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped to any \\.NET member contained in type '(.*)'\\.")]
    private static partial Regex UnmappedMember();

    [GeneratedRegex("^Failed to bind parameter \"\\S+ (\\w+)\" from \"(.*)\"\\.", RegexOptions.Singleline)]
    private static partial Regex UnboundParameter();

    [GeneratedRegex("^Duplicate property '(.*)' encountered")]
    private static partial Regex DuplicateMember();
}
