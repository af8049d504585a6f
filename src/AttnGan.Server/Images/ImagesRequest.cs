using System.ComponentModel;
using System.Text.Json.Serialization;
using AttnGan.Generation;
using AttnGan.Server.Configuration;

namespace AttnGan.Server.Images;

/// <summary>A request for images. Other APIs convert their requests to it.</summary>
internal sealed record ImagesRequest : IModelRequest
{
    [Description("The caption. Specify either `caption` or `captions`.")]
    public string? Caption { get; init; }

    [Description("Several captions. Specify either `caption` or `captions`.")]
    public IReadOnlyList<string?>? Captions { get; init; }

    [Description("Number of images per caption.")]
    [DefaultValue(1)]
    public int N { get; init; } = 1;

    [Description("Seed of each caption's first image; further images have the following seeds. The same caption, model and seed " +
        "generate the same image. Default: a random seed, which the response contains.")]
    public long? Seed { get; init; }

    [Description("Largest magnitude of noise values, greater than 0: values up to 1 give more typical and less varied images. " +
        "Default: no truncation.")]
    public double? Truncation { get; init; }

    [Description("Width and height of the image in pixels, one of the model's `stageSizes`; smaller is faster. Default: the largest.")]
    public int? Size { get; init; }

    [Description("Style of the images, one of the model's `styles`. Default: the seed chooses one.")]
    public string? Style { get; init; }

    [Description("True to include the images of earlier stages.")]
    public bool Stages { get; init; }

    [Description("True to include the attention maps of each refinement stage.")]
    public bool Attention { get; init; }

    [Description("True to use only words of the model's vocabulary. By default, other words are read as known ones where the model says " +
        "so, such as \"puppy\" as \"dog\".")]
    public bool StrictWords { get; init; }

    [Description("Format of the images: \"png\", \"webp\" or \"jpeg\".")]
    [DefaultValue(ResponseImageFormat.Default)]
    public string Format { get; init; } = ResponseImageFormat.Default;

    [Description("Name of the model. Default: the server's default model.")]
    public string? Model { get; init; }

    /// <summary>
    /// A size that the model need not generate: images are scaled to it. Other APIs have it in place of <see cref="Size"/>.
    /// </summary>
    [JsonIgnore]
    public (int Width, int Height)? ScaledSize { get; init; }

    /// <summary>
    /// Names of which the first that is a style of the model applies; the others are ignored. Other APIs, whose clients send names of
    /// other models, have it in place of <see cref="Style"/>.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<string?> PossibleStyles { get; init; } = [];

    /// <summary>Returns the captions of a request that <see cref="Validate"/> found valid.</summary>
    public IReadOnlyList<string> AllCaptions() => Caption is not null ? [Caption] : [.. Captions!.Select(caption => caption!)];

    /// <summary>Adds all errors by member.</summary>
    public void Validate(ServerOptions limits, RequestErrors errors)
    {
        int captions = 1;
        if (Caption is null == Captions is null)
        {
            errors.Add("caption", "Specify either `caption` or `captions`.");
        }
        else if (Caption is not null)
        {
            errors.CheckCaption("caption", Caption, limits);
        }
        else
        {
            captions = Captions!.Count;
            if (captions == 0 || captions > limits.MaxCaptions)
            {
                errors.Add("captions", $"The request has {captions} captions; expected 1 to {limits.MaxCaptions}.");
            }

            for (int i = 0; i < Math.Min(captions, limits.MaxCaptions); i++)
            {
                errors.CheckCaption($"captions[{i}]", Captions[i], limits);
            }
        }

        if (N < 1 || (long)N * captions > limits.MaxImages)
        {
            errors.Add(
                "n",
                $"The request is for {N} images of each of {captions} captions; expected at least 1, and at most " +
                $"{limits.MaxImages} in total.");
        }

        if (Seed > long.MaxValue - N)
        {
            errors.Add("seed", $"The seeds of {N} images from {Seed} exceed the range of 64-bit integers; use a smaller seed.");
        }

        errors.CheckOptions(new GenerationOptions { Truncation = Truncation }, model: null);
        errors.CheckFormat(Format);
        if (ScaledSize is { } scaled)
        {
            errors.CheckScaledSize(scaled.Width, scaled.Height, limits);
        }
    }
}
