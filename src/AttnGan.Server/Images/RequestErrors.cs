using AttnGan.Server.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Images;

/// <summary>Collects the validation errors of a request by member, so that all are reported together.</summary>
internal sealed class RequestErrors
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public bool Any => _errors.Count > 0;

    public void Add(string member, string message) => _errors[member] = [.. _errors.GetValueOrDefault(member) ?? [], message];

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

    public void CheckTruncation(double? truncation)
    {
        if (truncation is { } magnitude && !(magnitude > 0))
        {
            Add("truncation", $"The truncation is {magnitude}; it must be greater than 0, such as 0.8.");
        }
    }

    public void CheckFormat(string? format)
    {
        if (!ResponseImageFormat.IsKnown(format))
        {
            Add("format", $"The format \"{format}\" is unknown; expected {string.Join(" or ", ResponseImageFormat.Names)}.");
        }
    }

    public void CheckSize(int? size, IReadOnlyList<int> sizes)
    {
        if (size is { } pixels && !sizes.Contains(pixels))
        {
            Add("size", $"The size is {pixels}; the model generates images of {string.Join(", ", sizes)} pixels.");
        }
    }

    public ProblemHttpResult ToResult() => TypedResults.Problem(new HttpValidationProblemDetails(_errors)
    {
        Status = StatusCodes.Status400BadRequest,
    });
}
