using System.ComponentModel;
using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Server.Errors;
using AttnGan.Text;

namespace AttnGan.Server.Images;

/// <summary>Generated images.</summary>
internal sealed record ImagesResponse(
    [property: Description("Name of the model.")] string Model,
    [property: Description("The images in the order of the captions; those of a caption by seed.")] IReadOnlyList<ImageDescription> Images);

/// <summary>A generated image with its stages.</summary>
internal sealed record ImageDescription(
    [property: Description("The caption of the request.")] string Caption,
    [property: Description("The seed that generates this image.")] long Seed,
    [property: Description("The style; null if the model has none, and for the frames between two styles.")] string? Style,
    [property: Description("The caption's known words, in order, those of `readings` included.")] IReadOnlyList<string> Words,
    [property: Description("The caption's words that the model does not know and reads as known ones.")]
    IReadOnlyList<ReadingOfWord> Readings,
    [property: Description("The caption's unknown words, which the model skipped.")] IReadOnlyList<UnknownWord> UnknownWords,
    [property: Description("True if the caption exceeds the model's maximum number of words.")] bool Truncated,
    [property: Description("The images of the requested stages, smallest first; the last one is the result.")]
    IReadOnlyList<StageImage> Stages,
    [property: Description("The attention of each refinement stage; empty if not requested.")] IReadOnlyList<AttentionOfStage> Attention)
{
    /// <summary>Encodes an image.</summary>
    public static ImageDescription Of(GeneratedImage image, string mediaType, WordSuggestions suggestions) => new(
        image.Caption.Text,
        image.Seed,
        image.Style,
        image.Caption.Words,
        ReadingOfWord.Of(image.Caption),
        suggestions.Of(image.Caption),
        image.Caption.Truncated,
        [
            .. image.Stages.Select(stage => new StageImage(
                stage.Width, mediaType, ResponseImageFormat.Encode(stage, mediaType, stage == image.Image ? image.Metadata : null))),
        ],
        [.. image.Attention.Select(AttentionOfStage.Of)]);
}

/// <summary>A word of a caption that the model does not know, and the known word that it is read as.</summary>
internal sealed record ReadingOfWord(
    [property: Description("The word in lower case.")] string Word,
    [property: Description("The known word, which is in the image's `words`.")] string Known)
{
    public static IReadOnlyList<ReadingOfWord> Of(EncodedCaption caption) =>
        [.. caption.Readings.Select(reading => new ReadingOfWord(reading.Word, reading.Known))];
}

/// <summary>The image of a stage.</summary>
internal sealed record StageImage(
    [property: Description("Width and height in pixels.")] int Size,
    [property: Description("image/png or image/webp.")] string MediaType,
    [property: Description("The file, in base64.")] byte[] Data);

/// <summary>The attention of a refinement stage.</summary>
internal sealed record AttentionOfStage(
    [property: Description("Number of the stage; the first refinement stage has number 2.")] int Stage,
    [property: Description("Width and height of the attention maps.")] int Size,
    [property: Description("All words, the most attended first.")] IReadOnlyList<WordShare> TopWords,
    [property: Description("The attention map of each of the image's `words`: size × size bytes in base64, in row-major order. " +
        "Byte b is the weight b / 255 × scale.")] IReadOnlyList<byte[]> Maps,
    [property: Description("The scale of each map: its largest weight.")] IReadOnlyList<float> Scales)
{
    /// <summary>Quantizes the weights of a stage to bytes.</summary>
    public static AttentionOfStage Of(StageAttention attention)
    {
        byte[][] maps = new byte[attention.Words.Count][];
        float[] scales = new float[maps.Length];
        for (int word = 0; word < maps.Length; word++)
        {
            ReadOnlySpan<float> weights = attention.MapOf(word);
            float scale = 0;
            foreach (float weight in weights)
            {
                scale = Math.Max(scale, weight);
            }

            byte[] map = new byte[weights.Length];
            for (int i = 0; scale > 0 && i < map.Length; i++)
            {
                map[i] = (byte)MathF.Round(weights[i] / scale * 255);
            }

            (maps[word], scales[word]) = (map, scale);
        }

        return new AttentionOfStage(
            attention.Stage,
            attention.Size,
            [.. attention.TopWords(attention.Words.Count).Select(word => new WordShare(word.Index, word.Word, word.Weight))],
            maps,
            scales);
    }
}

/// <summary>A word's share of a stage's attention.</summary>
internal sealed record WordShare(
    [property: Description("Index in the image's `words`, from 0.")] int Index,
    [property: Description("The word.")] string Word,
    [property: Description("The mean of the word's attention map; all means sum to 1.")] float Weight);
