using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace AttnGan.Server.Errors;

/// <summary>An error as clients of OpenAI's API read it.</summary>
internal sealed record OpenAIError(
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("param")] string? Param,
    [property: JsonPropertyName("code")] string? Code)
{
    /// <summary>Converts a problem.</summary>
    public static OpenAIError Of(ProblemDetails problem) => new(
        Problems.TextOf(problem),
        problem.Status switch
        {
            >= 500 => "server_error",
            StatusCodes.Status429TooManyRequests => "rate_limit_error",
            _ => "invalid_request_error",
        },
        problem switch
        {
            HttpValidationProblemDetails { Errors: var errors } => errors.Keys.FirstOrDefault(),
            { Title: Problems.UnknownModelTitle } => "model",
            { Title: Problems.NoKnownWordTitle } => "prompt",
            _ => null,
        },
        problem switch
        {
            { Title: Problems.UnknownModelTitle } => "model_not_found",
            { Title: Problems.NoKnownWordTitle } => "no_known_word",
            { Title: Problems.QueueFullTitle } => "queue_full",
            { Title: Problems.TooManyRequestsTitle } => "rate_limit_exceeded",
            { Status: StatusCodes.Status401Unauthorized } => "invalid_api_key",
            _ => null,
        });
}
