using System.ComponentModel;
using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Server.Errors;
using AttnGan.Text;

namespace AttnGan.Server.Images;

/// <summary>What was drawn.</summary>
internal sealed record ImagesResponse(
    [property: Description("The model that drew.")] string Model,
    [property: Description("The images: those of the first caption first, each caption's by seed.")] IReadOnlyList<ImageDescription> Images);

/// <summary>An image, as it grew.</summary>
internal sealed record ImageDescription(
    [property: Description("The caption as it was given.")] string Caption,
    [property: Description("Draws this image again.")] long Seed,
    [property: Description("The caption's words that the model knows, in order.")] IReadOnlyList<string> Words,
    [property: Description("The caption's words that the model does not know and has passed over.")] IReadOnlyList<UnknownWord> UnknownWords,
    [property: Description("Whether the caption had more known words than the model reads.")] bool Truncated,
    [property: Description("The image of each stage that was asked for, smallest first; the last is the finished one.")]
    IReadOnlyList<StageImage> Stages,
    [property: Description("What each refinement stage attended to; empty where nobody asked.")] IReadOnlyList<AttentionOfStage> Attention)
{
    /// <summary>Encodes an image.</summary>
    public static ImageDescription Of(GeneratedImage image, string mediaType, Vocabulary vocabulary) => new(
        image.Caption.Text,
        image.Seed,
        image.Caption.Words,
        UnknownWord.Of(image.Caption, vocabulary),
        image.Caption.Truncated,
        [
            .. image.Stages.Select(stage => new StageImage(
                stage.Width, mediaType, ResponseImageFormat.Encode(stage, mediaType, stage == image.Image ? image.Metadata : null))),
        ],
        [.. image.Attention.Select(AttentionOfStage.Of)]);
}

/// <summary>The image of a stage.</summary>
internal sealed record StageImage(
    [property: Description("Its side in pixels.")] int Size,
    [property: Description("image/png or image/webp.")] string MediaType,
    [property: Description("The file, in base64.")] byte[] Data);

/// <summary>Which words a refinement stage attended to.</summary>
internal sealed record AttentionOfStage(
    [property: Description("2 for the first refinement stage, and so on.")] int Stage,
    [property: Description("Side of the maps in pixels.")] int Size,
    [property: Description("All words, those that the stage attended to most first.")] IReadOnlyList<WordShare> TopWords,
    [property: Description("A map for each of the image's `words`: size times size bytes in base64, row by row. Byte b at a pixel " +
        "means the weight b / 255 times the word's scale.")] IReadOnlyList<byte[]> Maps,
    [property: Description("The largest weight of each word's map.")] IReadOnlyList<float> Scales)
{
    /// <summary>Rounds the weights of a stage to bytes.</summary>
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
    [property: Description("Its place in the image's `words`, from 0.")] int Index,
    [property: Description("The word.")] string Word,
    [property: Description("The mean of its map; those of all words sum to 1.")] float Weight);
