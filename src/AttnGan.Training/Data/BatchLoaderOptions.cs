using AttnGan.Imaging;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data;

/// <summary>Options of <see cref="BatchLoader"/>.</summary>
public sealed record BatchLoaderOptions
{
    /// <summary>Images per batch (at least 1).</summary>
    public required int BatchSize { get; init; }

    /// <summary>Sides of the image pyramid in pixels, ascending, such as 64, 128, 256.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>Shorter side before the crop, as a multiple of the largest size, 1 to 10.</summary>
    public double CropScale { get; init; } = 76.0 / 64.0;

    /// <summary>Flip half of the images horizontally (only with <see cref="Augment"/>).</summary>
    public bool Flip { get; init; } = true;

    /// <summary>The color behind transparent pixels.</summary>
    public RgbColor Background { get; init; } = RgbColor.White;

    /// <summary>Determines, with the epoch, the order, captions, crops and flips.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Threads that prepare batches (at least 1); at most <see cref="Prefetch"/> are started. Does not affect the content of batches.
    /// </summary>
    public int Workers { get; init; } = 1;

    /// <summary>
    /// Batches prepared ahead of the reader (at least 1); also the upper bound of started <see cref="Workers"/>. Does not affect the
    /// content of batches.
    /// </summary>
    public int Prefetch { get; init; } = 4;

    /// <summary>Cache for decoded, scaled images in MiB (0 disables it). Does not affect the content of batches.</summary>
    public int CacheMegabytes { get; init; } = 512;

    /// <summary>
    /// True for training: a random caption, crop and flip for each image. False for validation: the first caption that has a known
    /// word, the center crop, and no flip.
    /// </summary>
    public bool Augment { get; init; } = true;

    /// <summary>
    /// Number of fixed views of each image that training chooses from, so that features of a view can be reused; 0 for a new crop in each
    /// epoch. The first view is the center crop, which is the only one without <see cref="Augment"/>; of the others half are flipped if
    /// <see cref="Flip"/> is set. Requires a single size.
    /// </summary>
    public int Views { get; init; }

    /// <summary>Drop the last batch of an epoch if it is smaller than the others.</summary>
    public bool DropLast { get; init; } = true;

    /// <summary>Shuffle each epoch; otherwise keep the order of the list.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Pass over images that cannot be decoded.</summary>
    public bool SkipDamaged { get; init; }

    /// <summary>The number of this process among <see cref="Ranks"/>, from 0.</summary>
    internal int Rank { get; init; }

    /// <summary>Number N of processes that share each batch. Each prepares every N-th row, from <see cref="Rank"/>.</summary>
    internal int Ranks { get; init; } = 1;

    /// <summary>Returns the options for training with a configuration.</summary>
    /// <param name="config">Reading and augmentation.</param>
    /// <param name="batchSize">Images per batch (at least 1).</param>
    /// <param name="sizes">Sides of the image pyramid in pixels, ascending.</param>
    /// <param name="seed">Determines the order, captions, crops and flips.</param>
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
            SkipDamaged = config.SkipDamaged,
        };
    }

    /// <summary>Returns the same options without augmentation, shuffling or dropped batches, for evaluation.</summary>
    public BatchLoaderOptions ForValidation() => this with { Augment = false, Shuffle = false, DropLast = false };

    internal int LargestSize => Sizes[^1];

    internal int ScaledSide => ScaledSideFor(LargestSize, CropScale);

    /// <summary>Returns the shorter side in pixels before a crop of the largest size.</summary>
    internal static int ScaledSideFor(int largestSize, double cropScale) =>
        Math.Max(largestSize, (int)Math.Round(largestSize * cropScale, MidpointRounding.AwayFromZero));

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Prefetch, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(CacheMegabytes);
        ArgumentOutOfRangeException.ThrowIfNegative(Views);
        if (!(CropScale is >= 1 and <= DataConfig.MaxCropScale))
        {
            throw new ArgumentOutOfRangeException(nameof(CropScale), CropScale, $"The value must be from 1 to {DataConfig.MaxCropScale}.");
        }

        if (Sizes is not { Count: > 0 } || Sizes[0] < 1 || Sizes.Zip(Sizes.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new ArgumentException($"Sizes must be positive and ascending, not [{string.Join(", ", Sizes ?? [])}].", nameof(Sizes));
        }

        if (Views > 0 && Sizes.Count > 1)
        {
            throw new ArgumentException("Views require a single size.", nameof(Sizes));
        }
    }
}
