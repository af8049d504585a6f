using AttnGan.Imaging;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data;

/// <summary>How images become batches.</summary>
public sealed record BatchLoaderOptions
{
    /// <summary>Images a batch (at least 1).</summary>
    public required int BatchSize { get; init; }

    /// <summary>Sides of the pyramid's images in pixels, ascending, such as 64, 128, 256.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>The shorter side is scaled to this times the largest size before the crop, 1 to 10.</summary>
    public double CropScale { get; init; } = 76.0 / 64.0;

    /// <summary>Mirror half of the images (only with <see cref="Augment"/>).</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Color that shows through transparent pixels.</summary>
    public RgbColor Background { get; init; } = RgbColor.White;

    /// <summary>Decides order, captions, crops and mirroring, together with the epoch.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Threads that prepare batches (at least 1), at most one for each batch of <see cref="Prefetch"/>. Has no influence on what they
    /// hold.
    /// </summary>
    public int Workers { get; init; } = 1;

    /// <summary>
    /// Batches prepared ahead of the reader (at least 1); no more than this many <see cref="Workers"/> are started. Has no influence on
    /// what they hold.
    /// </summary>
    public int Prefetch { get; init; } = 4;

    /// <summary>Memory for decoded, scaled-down images in MiB (0: none). Has no influence on what batches hold.</summary>
    public int CacheMegabytes { get; init; } = 512;

    /// <summary>
    /// True for training: a random caption, crop and mirroring for each draw. False for validation: the first caption that has a
    /// known word, the crop in the middle, never mirrored.
    /// </summary>
    public bool Augment { get; init; } = true;

    /// <summary>Leave out the last batch of an epoch where it would be smaller than the others.</summary>
    public bool DropLast { get; init; } = true;

    /// <summary>A new order for each epoch; otherwise the order of the list.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Options for training as a configuration has them.</summary>
    /// <param name="config">How images are read and augmented.</param>
    /// <param name="batchSize">Images a batch (at least 1).</param>
    /// <param name="sizes">Sides of the pyramid's images in pixels, ascending.</param>
    /// <param name="seed">Decides order, captions, crops and mirroring.</param>
    public static BatchLoaderOptions For(DataConfig config, int batchSize, IReadOnlyList<int> sizes, long seed)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new BatchLoaderOptions
        {
            BatchSize = batchSize,
            Sizes = sizes,
            CropScale = config.CropScale,
            Flip = config.Flip,
            Background = RgbColor.Parse(config.Background),
            Seed = seed,
            Workers = config.Workers,
            Prefetch = config.Prefetch,
            CacheMegabytes = config.CacheMegabytes,
        };
    }

    /// <summary>The same images each time and all of them: for measuring.</summary>
    public BatchLoaderOptions ForValidation() => this with { Augment = false, Shuffle = false, DropLast = false };

    internal int LargestSize => Sizes[^1];

    internal int ScaledSide => ScaledSideFor(LargestSize, CropScale);

    /// <summary>What the shorter side is scaled to before a crop of a size is cut.</summary>
    internal static int ScaledSideFor(int largestSize, double cropScale) =>
        Math.Max(largestSize, (int)Math.Round(largestSize * cropScale, MidpointRounding.AwayFromZero));

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Prefetch, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(CacheMegabytes);
        if (!(CropScale is >= 1 and <= DataConfig.MaxCropScale))
        {
            throw new ArgumentOutOfRangeException(nameof(CropScale), CropScale, $"Must be 1 to {DataConfig.MaxCropScale}.");
        }

        if (Sizes is not { Count: > 0 } || Sizes[0] < 1 || Sizes.Zip(Sizes.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new ArgumentException($"Sizes must be positive and ascending, not [{string.Join(", ", Sizes ?? [])}].", nameof(Sizes));
        }
    }
}
