using AttnGan.Imaging;

namespace AttnGan.Generation;

/// <summary>Options of <see cref="AttentionFigure"/>.</summary>
public sealed record AttentionFigureOptions
{
    /// <summary>The side of a word's heat map in pixels, at least 48.</summary>
    public int MapSize { get; init; } = 128;

    /// <summary>The side of the images in the first row in pixels, at least 48.</summary>
    public int ImageSize { get; init; } = 256;

    /// <summary>The maximum number of words per row, at least 1.</summary>
    public int WordsPerRow { get; init; } = 8;

    /// <summary>The number of emphasized words, those with the most attention, but at most half of all; 0 for none.</summary>
    public int EmphasizedWords { get; init; } = 5;

    /// <summary>True to draw the caption and the seed above the figure.</summary>
    public bool Title { get; init; } = true;

    /// <summary>The background; the colors of the figure are chosen for a light one.</summary>
    public RgbColor Background { get; init; } = RgbColor.White;
}
