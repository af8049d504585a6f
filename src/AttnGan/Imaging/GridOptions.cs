namespace AttnGan.Imaging;

/// <summary>Options of <see cref="ImageGrid"/>.</summary>
public sealed record GridOptions
{
    /// <summary>Pixels between cells and around the grid, at least 0.</summary>
    public int Gap { get; init; } = 8;

    /// <summary>The color between the cells.</summary>
    public RgbColor Background { get; init; } = RgbColor.White;

    /// <summary>
    /// The minimum of a cell's shorter side in pixels: smaller cells are enlarged by an integer factor, so that captions stay readable
    /// under small images. 0 keeps the size of the images.
    /// </summary>
    public int MinCellSize { get; init; }

    /// <summary>The captions below the images, one for each (null or empty for none); null for no captions.</summary>
    public IReadOnlyList<string?>? Captions { get; init; }

    /// <summary>The color of captions.</summary>
    public RgbColor CaptionColor { get; init; } = new(0x33, 0x33, 0x33);

    /// <summary>The font size of the captions in pixels per em, greater than 0.</summary>
    public float CaptionSize { get; init; } = 13;

    /// <summary>
    /// The maximum number of lines of a caption, at least 1. Captions wrap at the width of a cell; longer ones end in an ellipsis.
    /// </summary>
    public int MaxCaptionLines { get; init; } = 3;
}
