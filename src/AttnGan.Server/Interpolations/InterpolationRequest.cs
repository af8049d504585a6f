using System.ComponentModel;
using AttnGan.Generation;
using AttnGan.Server.Configuration;
using AttnGan.Server.Images;

namespace AttnGan.Server.Interpolations;

/// <summary>A request for an interpolation.</summary>
internal sealed record InterpolationRequest : IModelRequest
{
    [Description("The first frame.")]
    public InterpolationEnd? From { get; init; }

    [Description("The last frame.")]
    public InterpolationEnd? To { get; init; }

    [Description("Number of frames, including both ends; at least 2.")]
    [DefaultValue(12)]
    public int Frames { get; init; } = 12;

    [Description("Largest magnitude of noise values, greater than 0. Default: no truncation.")]
    public double? Truncation { get; init; }

    [Description("Width and height of the frames in pixels, one of the model's `stageSizes`. Default: the largest.")]
    public int? Size { get; init; }

    [Description("Style of the frames, one of the model's `styles`. Default: that of each seed; the frames in between change from one " +
        "to the other.")]
    public string? Style { get; init; }

    [Description("True to use only words of the model's vocabulary. By default, other words are read as known ones where the model says " +
        "so, such as \"puppy\" as \"dog\".")]
    public bool StrictWords { get; init; }

    [Description("Format of the frames in JSON: \"png\", \"webp\" or \"jpeg\".")]
    [DefaultValue(ResponseImageFormat.Default)]
    public string Format { get; init; } = ResponseImageFormat.Default;

    [Description("Name of the model. Default: the server's default model.")]
    public string? Model { get; init; }

    /// <summary>Returns both captions of a request that <see cref="Validate"/> found valid.</summary>
    public IReadOnlyList<string> AllCaptions() => [From!.Caption!, To!.Caption!];

    /// <summary>Returns all errors by member.</summary>
    public RequestErrors Validate(ServerOptions limits)
    {
        var errors = new RequestErrors();
        CheckEnd("from", From);
        CheckEnd("to", To);
        if (Frames < 2 || Frames > limits.MaxFrames)
        {
            errors.Add("frames", $"The request is for {Frames} frames; expected 2 to {limits.MaxFrames}.");
        }

        errors.CheckOptions(new GenerationOptions { Truncation = Truncation }, model: null);
        errors.CheckFormat(Format);
        return errors;

        void CheckEnd(string member, InterpolationEnd? end)
        {
            if (end is null)
            {
                errors.Add(member, "Specify a caption and a seed.");
                return;
            }

            errors.CheckCaption($"{member}.caption", end.Caption, limits);
            if (end.Seed is null)
            {
                errors.Add($"{member}.seed", "The seed is missing.");
            }
        }
    }

    public GenerationOptions ToOptions() =>
        new() { Truncation = Truncation, Size = Size, Style = Style, StrictWords = StrictWords };
}
