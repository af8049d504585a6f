namespace AttnGan.Imaging;

/// <summary>How <see cref="ImageGrid"/> arranges images.</summary>
public sealed record GridOptions
{
    /// <summary>Pixels between cells and around the grid, at least 0.</summary>
    public int Gap { get; init; } = 8;

    /// <summary>What shows between the cells.</summary>
    public RgbColor Background { get; init; } = RgbColor.White;

    /// <summary>
    /// Cells whose shorter side is smaller are enlarged by the smallest whole factor that reaches this many pixels, so that captions
    /// stay readable under small images. 0 keeps the size of the images.
    /// </summary>
    public int MinCellSize { get; init; }

    /// <summary>What stands under the images, one text for each (null or empty for none); null for no captions.</summary>
    public IReadOnlyList<string?>? Captions { get; init; }

    /// <summary>The color of captions.</summary>
    public RgbColor CaptionColor { get; init; } = new(0x33, 0x33, 0x33);

    /// <summary>The size of the captions' letters in pixels of an em, above 0.</summary>
    public float CaptionSize { get; init; } = 13;

    /// <summary>Captions are wrapped to the width of a cell; what is more than this many lines gives way to an ellipsis.</summary>
    public int MaxCaptionLines { get; init; } = 3;
}
