using AttnGan.Text;

namespace AttnGan.Training.Configuration;

/// <summary>Where the words of a model come from.</summary>
public enum VocabularySource
{
    /// <summary>The dataset's training captions.</summary>
    Captions,

    /// <summary>The dataset's <c>captions.pickle</c>, so that a published text encoder knows the words by their numbers.</summary>
    Official,
}

/// <summary>How images and captions are read and augmented.</summary>
public sealed record DataConfig
{
    /// <summary>Upper bound of <see cref="CropScale"/>.</summary>
    internal const int MaxCropScale = 10;

    /// <summary>Color that shows through transparent pixels, as <c>#rrggbb</c>.</summary>
    public string Background { get; init; } = "#ffffff";

    /// <summary>Captions are cut to this many words (at least 1). The paper's T: 18 for birds, 12 for COCO.</summary>
    public int MaxWords { get; init; } = 18;

    /// <summary>How captions are cut into words.</summary>
    public TokenizerMode Tokenizer { get; init; } = TokenizerMode.Unicode;

    /// <summary>Words seen in fewer training captions than this stay out of the vocabulary (at least 1).</summary>
    public int MinWordCount { get; init; } = 1;

    /// <summary>Where the vocabulary comes from.</summary>
    public VocabularySource Vocabulary { get; init; } = VocabularySource.Captions;

    /// <summary>Share of images held out for validation where the dataset brings no list of its own, in [0, 1).</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>
    /// Decides which images that share is. Not <see cref="AttnGanConfig.Seed"/>: trainings of other seeds hold out the same images, so
    /// that they can be compared and judge each other.
    /// </summary>
    public long SplitSeed { get; init; } = 100;

    /// <summary>
    /// Images are scaled so that the shorter side is <c>size * CropScale</c>, then cropped to <c>size</c> at random
    /// (1 to 10; 1 turns random crops off). The official code uses 76/64.
    /// </summary>
    public double CropScale { get; init; } = 76.0 / 64.0;

    /// <summary>Mirror half of the training images. Turn off where left and right carry meaning.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Batches prepared ahead of the trainer (at least 1); no more than this many <see cref="Workers"/> are started.</summary>
    public int Prefetch { get; init; } = 4;

    /// <summary>
    /// Threads that decode images (at least 1), at most one for each batch of <see cref="Prefetch"/>: further ones are not started.
    /// </summary>
    public int Workers { get; init; } = 1;

    /// <summary>Memory for decoded, scaled-down images, in MiB (0 turns the cache off).</summary>
    public int CacheMegabytes { get; init; } = 512;

    /// <summary>How captions become word numbers under this configuration.</summary>
    public CaptionEncoder CaptionEncoder(Vocabulary vocabulary) => new(new CaptionTokenizer(Tokenizer), vocabulary, MaxWords);
}
