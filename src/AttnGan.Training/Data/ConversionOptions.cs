using AttnGan.Imaging;

namespace AttnGan.Training.Data;

/// <summary>Options of <see cref="DatasetConverter"/>.</summary>
internal sealed record ConversionOptions
{
    /// <summary>The format to write.</summary>
    public required ConversionTarget Target { get; init; }

    /// <summary>The shorter side in pixels to which larger images are scaled down; null keeps all sizes.</summary>
    public int? Size { get; init; }

    /// <summary>Create symbolic links instead of copies for images that are neither cropped nor scaled.</summary>
    public bool Link { get; init; }

    /// <summary>The color behind transparent pixels of images that are re-encoded.</summary>
    public RgbColor Background { get; init; } = RgbColor.White;

    /// <summary>Leave out damaged images instead of failing.</summary>
    public bool SkipDamaged { get; init; }

    /// <summary>Receives each damaged image that is left out.</summary>
    public Action<DatasetProblem>? OnSkipped { get; init; }

    /// <summary>Threads that write images (at least 1).</summary>
    public int Threads { get; init; } = 1;
}
