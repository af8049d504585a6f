using AttnGan.Attention;
using AttnGan.Imaging;
using AttnGan.Text;

namespace AttnGan.Generation;

/// <summary>A stage of an image, available before the next stage is computed.</summary>
public sealed record GeneratedStage
{
    /// <summary>The index of the image's request.</summary>
    public required int Index { get; init; }

    /// <summary>The caption, with the words of it that the model knows.</summary>
    public required EncodedCaption Caption { get; init; }

    /// <summary>The style of the image; null if the model has none.</summary>
    public string? Style { get; init; }

    /// <summary>The number of the stage, from 1.</summary>
    public required int Stage { get; init; }

    /// <summary>The image of the stage.</summary>
    public required RgbImage Image { get; init; }

    /// <summary>The attention of the stage; null for the first stage, or unless requested.</summary>
    public StageAttention? Attention { get; init; }

    /// <summary>True for the last stage.</summary>
    public required bool IsLast { get; init; }
}
