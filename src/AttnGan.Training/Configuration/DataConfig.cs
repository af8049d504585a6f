using AttnGan.Text;

namespace AttnGan.Training.Configuration;

/// <summary>Reading and augmentation of images and captions.</summary>
public sealed record DataConfig
{
    /// <summary>Upper bound of <see cref="CropScale"/>.</summary>
    internal const int MaxCropScale = 10;

    /// <summary>The color behind transparent pixels, as <c>#rrggbb</c>.</summary>
    public string Background { get; init; } = "#ffffff";

    /// <summary>Maximum number of words (at least 1), the paper's T; longer captions are truncated. Bird 18, COCO 12.</summary>
    public int MaxWords { get; init; } = 18;

    /// <summary>The tokenizer of captions.</summary>
    public TokenizerMode Tokenizer { get; init; } = TokenizerMode.Unicode;

    /// <summary>Minimum number of training captions with a word of the vocabulary (at least 1).</summary>
    public int MinWordCount { get; init; } = 1;

    /// <summary>
    /// Keys or columns with the captions, separated by commas; null: <c>text</c>, <c>caption</c>, <c>captions</c> or <c>prompt</c>.
    /// </summary>
    public string? CaptionKey { get; init; }

    /// <summary>The source of the vocabulary.</summary>
    public VocabularySource Vocabulary { get; init; } = VocabularySource.Captions;

    /// <summary>Share of images held out for validation if the dataset specifies no split, in [0, 1).</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>
    /// Selects the held-out images. It is independent of <see cref="AttnGanConfig.Seed"/>, so that trainings with different seeds hold
    /// out the same images and can be compared with each other.
    /// </summary>
    public long SplitSeed { get; init; } = 100;

    /// <summary>
    /// Images are scaled to a shorter side of <c>size * CropScale</c> and then randomly cropped to <c>size</c> (1 to 10; 1 disables
    /// random crops). The official code uses 76/64.
    /// </summary>
    public double CropScale { get; init; } = 76.0 / 64.0;

    /// <summary>Flip half of the training images horizontally. Disable it if captions distinguish left and right.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Batches prepared ahead of the trainer (at least 1); also the upper bound of started <see cref="Workers"/>.</summary>
    public int Prefetch { get; init; } = 4;

    /// <summary>
    /// Threads that decode images (at least 1); at most <see cref="Prefetch"/> are started.
    /// </summary>
    public int Workers { get; init; } = 1;

    /// <summary>Cache for decoded, scaled images in MiB (0 disables it).</summary>
    public int CacheMegabytes { get; init; } = 512;

    /// <summary>Pass over images that cannot be decoded, with a warning, instead of stopping at them.</summary>
    public bool SkipDamaged { get; init; }

    /// <summary>Returns the encoder from captions to word IDs for this configuration.</summary>
    public CaptionEncoder CaptionEncoder(Vocabulary vocabulary) => new(new CaptionTokenizer(Tokenizer), vocabulary, MaxWords);
}
