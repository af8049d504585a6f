using System.Text.Json;
using AttnGan.Generation;
using AttnGan.Server.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Images;

/// <summary>Collects the validation errors of a request by member, so that all are reported together.</summary>
/// <param name="names">
/// The names that an API has for members of <see cref="ImagesRequest"/>; members without one keep theirs. Null if all do.
/// </param>
internal sealed class RequestErrors(IReadOnlyDictionary<string, string>? names = null)
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public bool Any => _errors.Count > 0;

    public void Add(string member, string message)
    {
        member = names?.GetValueOrDefault(member) ?? member;
        _errors[member] = [.. _errors.GetValueOrDefault(member) ?? [], message];
    }

    public void CheckCaption(string member, string? caption, ServerOptions limits)
    {
        if (caption is null)
        {
            Add(member, "The caption is missing.");
        }
        else if (caption.Length > limits.MaxCaptionLength)
        {
            Add(member, $"The caption has {caption.Length} characters; expected at most {limits.MaxCaptionLength}.");
        }
    }

    public void CheckScaledSize(int width, int height, ServerOptions limits)
    {
        if (Math.Min(width, height) < 1 || Math.Max(width, height) > limits.MaxScaledSize)
        {
            Add("size", $"The size is {width}x{height}; expected 1 to {limits.MaxScaledSize} pixels for width and height.");
        }
    }

    public void CheckFormat(string? format)
    {
        if (!ResponseImageFormat.IsKnown(format))
        {
            Add("format", $"The format \"{format}\" is unknown; expected {string.Join(" or ", ResponseImageFormat.Names)}.");
        }
    }

    /// <summary>Checks truncation, size and style as the runtime library does.</summary>
    /// <param name="options">The options.</param>
    /// <param name="model">The model; null to skip size and style, as long as it is not loaded.</param>
    public void CheckOptions(GenerationOptions options, TextToImagePipeline? model)
    {
        foreach (OptionProblem problem in options.Problems(model?.StageSizes, model?.Styles))
        {
            Add(JsonNamingPolicy.CamelCase.ConvertName(problem.Option), problem.Message);
        }
    }

    public ProblemHttpResult ToResult() => TypedResults.Problem(new HttpValidationProblemDetails(_errors)
    {
        Status = StatusCodes.Status400BadRequest,
    });
}
