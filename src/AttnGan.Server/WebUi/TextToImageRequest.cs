using System.ComponentModel;
using System.Text.Json.Serialization;
using AttnGan.Server.Images;

namespace AttnGan.Server.WebUi;

/// <summary>A request of Automatic1111's API. Most of its members are settings of diffusion models, which are ignored.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record TextToImageRequest
{
    /// <summary>The names of this API for members of <see cref="ImagesRequest"/>.</summary>
    public static IReadOnlyDictionary<string, string> Names { get; } = new Dictionary<string, string>
    {
        ["captions"] = "prompt",
        ["captions[0]"] = "prompt",
        ["n"] = "batch_size",
        ["size"] = "width",
    };

    [Description("The caption.")]
    [JsonPropertyName("prompt")]
    public string? Prompt { get; init; }

    [Description("Seed of the first image; further images have the following seeds. Negative, the default: random.")]
    [JsonPropertyName("seed")]
    public long? Seed { get; init; }

    [Description("Width in pixels. Images are the largest square of width and height. Default: that of the model.")]
    [JsonPropertyName("width")]
    public int? Width { get; init; }

    [Description("Height in pixels.")]
    [JsonPropertyName("height")]
    public int? Height { get; init; }

    [Description("Number of images.")]
    [JsonPropertyName("batch_size")]
    public int? BatchSize { get; init; }

    [Description("Multiplies the number of images.")]
    [JsonPropertyName("n_iter")]
    public int? Iterations { get; init; }

    [Description("The first name that is a style of the model applies; others are ignored. Default: the seed chooses a style.")]
    [JsonPropertyName("styles")]
    public IReadOnlyList<string?>? Styles { get; init; }

    [Description("Ignored: the models have no negative captions.")]
    [JsonPropertyName("negative_prompt")]
    public string? NegativePrompt { get; init; }

    [Description("In addition to Automatic1111's members: largest magnitude of noise values, greater than 0. Default: no truncation.")]
    [JsonPropertyName("truncation")]
    public double? Truncation { get; init; }

    [Description("Settings for this request only.")]
    [JsonPropertyName("override_settings")]
    public WebUiOptions? OverrideSettings { get; init; }

    /// <summary>Converts the request.</summary>
    /// <param name="selected">The model of requests that name none.</param>
    public ImagesRequest Convert(string selected) => new()
    {
        Captions = [Prompt],
        // Invalid products remain invalid: the checked limits are far below the range of integers.
        N = (int)Math.Clamp((long)(BatchSize ?? 1) * (Iterations ?? 1), -1, int.MaxValue),
        Seed = Seed < 0 ? null : Seed,
        Truncation = Truncation,
        PossibleStyles = Styles ?? [],
        ScaledSize = Width is null && Height is null ? null : (Width ?? Height!.Value, Height ?? Width!.Value),
        Model = string.IsNullOrEmpty(OverrideSettings?.Checkpoint) ? selected : OverrideSettings.Checkpoint,
    };
}
