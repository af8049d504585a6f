namespace AttnGan.Training.Configuration;

/// <summary>The loss (paper, equations 7 to 13) and the training of the deep attentional multimodal similarity model.</summary>
public sealed record DamsmConfig
{
    /// <summary>γ1: sharpness of a word's attention over regions (equation 9).</summary>
    public double Gamma1 { get; init; } = 4;

    /// <summary>γ2: weight of the best matching words relative to the others (equation 10).</summary>
    public double Gamma2 { get; init; } = 5;

    /// <summary>γ3: smoothing factor of the match probabilities (equation 11).</summary>
    public double Gamma3 { get; init; } = 10;

    /// <summary>Batch size (at least 2: the other pairs of the batch are the negatives).</summary>
    public int BatchSize { get; init; } = 48;

    /// <summary>Number of epochs (at least 1). Bird and COCO 600.</summary>
    public int Epochs { get; init; } = 600;

    /// <summary>Precision of the compact trunk's feature maps. The Inception trunk always uses 32 bits.</summary>
    public Precision Precision { get; init; } = Precision.Full;

    /// <summary>Adam's learning rate in the first epoch (greater than 0). Bird and COCO 0.002.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Factor on the learning rate after each epoch, in (0, 1].</summary>
    public double LearningRateDecay { get; init; } = 0.98;

    /// <summary>Minimum of the learning rate as a share of its first value, in (0, 1].</summary>
    public double LearningRateFloor { get; init; } = 0.1;

    /// <summary>Maximum gradient norm of the text encoder's recurrent network; 0 disables clipping.</summary>
    public double GradientClip { get; init; } = 0.25;

    /// <summary>
    /// Add to the negatives of each image a caption that is wrong by one word, when the DAMSM is trained and when it guides the generator.
    /// Not in the paper, whose negatives are the captions of the batch. The wrong words are found in the training captions: words that
    /// stand between the same neighbors.
    /// </summary>
    public bool FoilCaptions { get; init; }

    /// <summary>
    /// Where the features of a frozen trunk are kept, so that each view of an image passes it once. They are rounded to 16 bits.
    /// </summary>
    public FeatureCacheKind CacheFeatures { get; init; } = FeatureCacheKind.None;

    /// <summary>File for the features, which runs of the same images can share one after another; null for one in the run folder.</summary>
    public string? CacheFile { get; init; }

    /// <summary>
    /// Fixed views of each training image with <see cref="CacheFeatures"/> (at least 1), in place of a new crop in each epoch: the center
    /// crop and random ones, of which half are flipped if <see cref="DataConfig.Flip"/> is set.
    /// </summary>
    public int CacheViews { get; init; } = 4;

    /// <summary>Maximum size of the kept features in MiB (at least 1); those beyond it are computed for each batch.</summary>
    public int CacheMegabytes { get; init; } = 2048;
}
