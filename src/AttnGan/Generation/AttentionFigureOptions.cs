using AttnGan.Imaging;

namespace AttnGan.Generation;

/// <summary>How <see cref="AttentionFigure"/> looks.</summary>
public sealed record AttentionFigureOptions
{
    /// <summary>The side of a word's heat map in pixels, at least 48.</summary>
    public int MapSize { get; init; } = 128;

    /// <summary>The side of the images in the first row in pixels, at least 48.</summary>
    public int ImageSize { get; init; } = 256;

    /// <summary>How many words stand in a row before the next one begins, at least 1.</summary>
    public int WordsPerRow { get; init; } = 8;

    /// <summary>How many of the words that a stage attended to most are emphasized, but no more than half of them; 0 for none.</summary>
    public int EmphasizedWords { get; init; } = 5;

    /// <summary>Whether the caption and the seed stand above the figure.</summary>
    public bool Title { get; init; } = true;

    /// <summary>The color of the paper; the figure's own colors are made for a light one.</summary>
    public RgbColor Background { get; init; } = RgbColor.White;
}
