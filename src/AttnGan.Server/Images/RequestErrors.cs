using AttnGan.Server.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Images;

/// <summary>What is wrong with a request, by member.</summary>
internal sealed class RequestErrors
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public bool Any => _errors.Count > 0;

    public void Add(string member, string message) => _errors[member] = [.. _errors.GetValueOrDefault(member) ?? [], message];

    public void CheckCaption(string member, string? caption, ServerOptions options)
    {
        if (caption is null)
        {
            Add(member, "A caption is missing.");
        }
        else if (caption.Length > options.MaxCaptionLength)
        {
            Add(member, $"The caption has {caption.Length} characters; at most {options.MaxCaptionLength} are read.");
        }
    }

    public void CheckDrawing(double? truncation, string? format)
    {
        if (truncation is { } distance && !(distance > 0))
        {
            Add("truncation", $"{distance} is no distance; expected a number above 0, such as 0.8.");
        }

        if (!ResponseImageFormat.IsKnown(format))
        {
            Add("format", $"There is no format \"{format}\"; expected {string.Join(" or ", ResponseImageFormat.Names)}.");
        }
    }

    public void CheckSize(int? size, IReadOnlyList<int> sizes)
    {
        if (size is { } side && !sizes.Contains(side))
        {
            Add("size", $"The model draws no images of {side} pixels, only of {string.Join(", ", sizes)}.");
        }
    }

    public ValidationProblem ToResult() => TypedResults.ValidationProblem(_errors);
}
