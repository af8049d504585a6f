using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using AttnGan.Server.Configuration;
using AttnGan.Server.Logging;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace AttnGan.Server.Errors;

/// <summary>Turns exceptions that are the client's doing, or that of the moment, into problem details. All others are bugs: status 500.</summary>
internal sealed partial class ErrorHandler(
    ServerOptions options, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json, ILogger<ErrorHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        ProblemHttpResult problem = exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problems.BodyTooLong(options.MaxBodySize),
            BadHttpRequestException { InnerException: JsonException error } => Malformed(Explain(error)),
            BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } =>
                TypedResults.Problem("The body must be JSON: Content-Type: application/json.", statusCode: StatusCodes.Status415UnsupportedMediaType),
            BadHttpRequestException error when IsBody(httpContext) => Malformed("The body is empty or incomplete; a JSON object is expected.", error.StatusCode),
            BadHttpRequestException error => Malformed(ExplainParameter(error), error.StatusCode),
            QueueFullException full => Problems.QueueFull(httpContext, full.RetryAfter),
            StoppingException => Problems.Stopping(httpContext),
            _ => Bug(httpContext, exception),
        };
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>What happened is for the log; the client learns that it was not its doing.</summary>
    private ProblemHttpResult Bug(HttpContext context, Exception exception)
    {
        Log.RequestFailed(logger, exception, context.Request.Method, context.GetEndpoint()?.DisplayName);
        return TypedResults.Problem("Something went wrong on the server. Its log says more.");
    }

    private static bool IsBody(HttpContext context) => HttpMethods.IsPost(context.Request.Method);

    private static ProblemHttpResult Malformed(string detail, int status = StatusCodes.Status400BadRequest) =>
        TypedResults.Problem(detail, statusCode: status, title: status == StatusCodes.Status400BadRequest ? "Malformed request" : null);

    /// <summary>What is wrong with the JSON, in the client's words: the serializer's own name the program's types.</summary>
    private string Explain(JsonException error)
    {
        string place = error.Path is null or "$" ? "" : $" at `{error.Path.TrimStart('$', '.')}`";
        Match unknown = UnmappedMember().Match(error.Message);
        if (unknown.Success)
        {
            return $"The member `{unknown.Groups[1].Value}` is unknown; there are {string.Join(", ", MembersOf(unknown.Groups[2].Value))}.";
        }

        Match twice = DuplicateMember().Match(error.Message);
        return twice.Success ? $"The member `{twice.Groups[1].Value}` is there twice."
            : error.Message.Contains("could not be converted", StringComparison.Ordinal) ? $"The value{place} is of another type than expected."
            : $"The body is no proper JSON{place} (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}).";
    }

    private IEnumerable<string> MembersOf(string typeName) =>
        typeof(ErrorHandler).Assembly.GetType(typeName) is { } type && json.Value.SerializerOptions.GetTypeInfo(type) is JsonTypeInfo info
            ? info.Properties.Select(property => property.Name)
            : [];

    private static string ExplainParameter(BadHttpRequestException error)
    {
        Match parameter = UnboundParameter().Match(error.Message);
        return parameter.Success ? $"`{parameter.Groups[1].Value}` is \"{parameter.Groups[2].Value}\", which is not of the expected type." : error.Message;
    }

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped to any \\.NET member contained in type '(.*)'\\.")]
    private static partial Regex UnmappedMember();

    [GeneratedRegex("^Failed to bind parameter \"\\S+ (\\w+)\" from \"(.*)\"\\.", RegexOptions.Singleline)]
    private static partial Regex UnboundParameter();

    [GeneratedRegex("^Duplicate property '(.*)' encountered")]
    private static partial Regex DuplicateMember();
}
