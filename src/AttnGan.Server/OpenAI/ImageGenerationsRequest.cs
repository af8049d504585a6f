using System.ComponentModel;
using System.Text.Json.Serialization;
using AttnGan.Generation;
using AttnGan.Server.Images;

namespace AttnGan.Server.OpenAI;

/// <summary>A request of OpenAI's images API. Its clients send members for many models, so unknown ones are ignored.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record ImageGenerationsRequest
{
    public const string Base64 = "b64_json";
    public const string Url = "url";

    private const string AutoSize = "auto";

    /// <summary>The names of this API for members of <see cref="ImagesRequest"/>.</summary>
    public static IReadOnlyDictionary<string, string> Names { get; } = new Dictionary<string, string>
    {
        ["captions"] = "prompt",
        ["captions[0]"] = "prompt",
        ["format"] = "output_format",
    };

    [Description("The caption.")]
    [JsonPropertyName("prompt")]
    public string? Prompt { get; init; }

    [Description("Name of the model. Default: the server's default model.")]
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    [Description("Number of images. Default: 1.")]
    [JsonPropertyName("n")]
    public int? N { get; init; }

    [Description("Width and height, such as \"512x512\", or \"auto\" for the largest size that the model generates. The smallest stage " +
        "that is large enough, or else the last one, is scaled to the largest square of the size.")]
    [DefaultValue(AutoSize)]
    [JsonPropertyName("size")]
    public string? Size { get; init; }

    [Description("\"b64_json\" for the files in base64, or \"url\" for addresses that are valid for an hour. Default: \"b64_json\".")]
    [JsonPropertyName("response_format")]
    public string? ResponseFormat { get; init; }

    [Description("Format of the images: \"png\", \"webp\" or \"jpeg\". Default: \"png\".")]
    [JsonPropertyName("output_format")]
    public string? OutputFormat { get; init; }

    [Description("Style of the images, if the model has one of that name (see `/v1/models`); other names, such as OpenAI's \"vivid\" and " +
        "\"natural\", are ignored. Default: the seed chooses one.")]
    [JsonPropertyName("style")]
    public string? Style { get; init; }

    [Description("Not used.")]
    [JsonPropertyName("user")]
    public string? User { get; init; }

    [Description("Must be false: images are not streamed.")]
    [JsonPropertyName("stream")]
    public bool? Stream { get; init; }

    [Description("In addition to OpenAI's members: seed of the first image; further images have the following seeds. Default: random.")]
    [JsonPropertyName("seed")]
    public long? Seed { get; init; }

    [Description("In addition to OpenAI's members: largest magnitude of noise values, greater than 0. Default: no truncation.")]
    [JsonPropertyName("truncation")]
    public double? Truncation { get; init; }

    /// <summary>Converts the request, and adds the errors of members that only this API has.</summary>
    public ImagesRequest Convert(RequestErrors errors)
    {
        (int Width, int Height)? size = null;
        if (!string.IsNullOrEmpty(Size) && Size != AutoSize)
        {
            if (ScaledSize.TryParse(Size, out int width, out int height))
            {
                size = (width, height);
            }
            else
            {
                errors.Add("size", $"The size is \"{Size}\"; expected \"auto\", or width and height such as \"512x512\".");
            }
        }

        if (ResponseFormat is not (null or Base64 or Url))
        {
            errors.Add("response_format", $"The response format \"{ResponseFormat}\" is unknown; expected {Base64} or {Url}.");
        }

        if (Stream == true)
        {
            errors.Add("stream", "This server does not stream images here; omit `stream`. `/v1/images` streams their stages.");
        }

        return new ImagesRequest
        {
            Captions = [Prompt],
            N = N ?? 1,
            Seed = Seed,
            Truncation = Truncation,
            ScaledSize = size,
            PossibleStyles = [Style],
            Format = string.IsNullOrEmpty(OutputFormat) ? ResponseImageFormat.Default : OutputFormat,
            // Settings forms send an empty name for none.
            Model = string.IsNullOrEmpty(Model) ? null : Model,
        };
    }
}
