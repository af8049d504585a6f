using System.ComponentModel;
using System.Text.Json.Serialization;

namespace AttnGan.Server.WebUi;

/// <summary>A response of Automatic1111's API.</summary>
internal sealed record TextToImageResponse(
    [property: Description("The files, in base64.")]
    [property: JsonPropertyName("images")] IReadOnlyList<byte[]> Images,
    [property: Description("The request.")]
    [property: JsonPropertyName("parameters")] TextToImageRequest Parameters,
    [property: Description("Description of the images: JSON in a string.")]
    [property: JsonPropertyName("info")] string Info);

/// <summary>The description of the images.</summary>
internal sealed record TextToImageInfo(
    [property: JsonPropertyName("prompt")] string Prompt,
    [property: JsonPropertyName("negative_prompt")] string NegativePrompt,
    [property: JsonPropertyName("seed")] long Seed,
    [property: JsonPropertyName("all_seeds")] IReadOnlyList<long> AllSeeds,
    [property: JsonPropertyName("width")] int Width,
    [property: JsonPropertyName("height")] int Height,
    [property: JsonPropertyName("batch_size")] int BatchSize,
    [property: JsonPropertyName("sd_model_name")] string Model,
    [property: JsonPropertyName("styles")] IReadOnlyList<string> Styles,
    [property: JsonPropertyName("infotexts")] IReadOnlyList<string> InfoTexts);

/// <summary>A model of Automatic1111's API.</summary>
internal sealed record WebUiModel(
    [property: Description("Name of the model.")]
    [property: JsonPropertyName("title")] string Title,
    [property: Description("Name of the model.")]
    [property: JsonPropertyName("model_name")] string ModelName,
    [property: Description("Name of the file, without its folder.")]
    [property: JsonPropertyName("filename")] string FileName);
