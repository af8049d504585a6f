using System.ComponentModel;
using System.Text.Json.Serialization;

namespace AttnGan.Server.OpenAI;

/// <summary>A response of OpenAI's images API.</summary>
internal sealed record ImageGenerationsResponse(
    [property: Description("Unix time of the response in seconds.")]
    [property: JsonPropertyName("created")] long Created,
    [property: Description("Name of the model.")]
    [property: JsonPropertyName("model")] string Model,
    [property: Description("Size of the images, which are square.")]
    [property: JsonPropertyName("size")] string Size,
    [property: Description("Size that the model generated; differs from `size` if the images are scaled.")]
    [property: JsonPropertyName("generated_size")] string GeneratedSize,
    [property: Description("Format of the images.")]
    [property: JsonPropertyName("output_format")] string OutputFormat,
    [property: Description("The images by seed.")]
    [property: JsonPropertyName("data")] IReadOnlyList<ImageData> Data);

/// <summary>An image of OpenAI's images API.</summary>
internal sealed record ImageData(
    [property: Description("The file, in base64.")]
    [property: JsonPropertyName("b64_json")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? Base64,
    [property: Description("Address of the file.")]
    [property: JsonPropertyName("url")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url,
    [property: Description("The words of the caption that the model knows, in order.")]
    [property: JsonPropertyName("revised_prompt")] string RevisedPrompt,
    [property: Description("The seed that generates this image.")]
    [property: JsonPropertyName("seed")] long Seed,
    [property: Description("The style of this image, if the model has styles.")]
    [property: JsonPropertyName("style")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Style);
