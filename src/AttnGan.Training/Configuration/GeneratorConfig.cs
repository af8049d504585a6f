using AttnGan.Models;

namespace AttnGan.Training.Configuration;

/// <summary>Attentional generative network (paper, section 3.1).</summary>
public sealed record GeneratorConfig
{
    /// <summary>An image at every stage, as in the paper, or at the last one only.</summary>
    public GeneratorArchitecture Architecture { get; init; } = GeneratorArchitecture.AttnGan;

    /// <summary>Number of stages, 1 to 4; each after the first doubles the side of the image.</summary>
    public int Stages { get; init; } = 3;

    /// <summary>Side in pixels of the first stage: 16, 32 or 64.</summary>
    public int BaseSize { get; init; } = 64;

    /// <summary>Channels of the hidden contexts (official GF_DIM). Bird 32, COCO 48.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Residual blocks of each refinement stage (official R_NUM), at least 0. Bird 2, COCO 3, AttnDCGAN 0.</summary>
    public int ResidualBlocks { get; init; } = 2;

    /// <summary>How hidden contexts attend to words. Published: <see cref="AttentionKind.DotProduct"/>.</summary>
    public AttentionKind Attention { get; init; } = AttentionKind.DotProduct;

    /// <summary>
    /// Skip-layer excitation (FastGAN, arXiv:2101.04775): maps of the first stage, a sixteenth of the side, gate the channels of the
    /// hidden contexts of refinement stages. Published: off.
    /// </summary>
    public bool SkipExcitation { get; init; }

    /// <summary>Width of the noise vector z (at least 1).</summary>
    public int Noise { get; init; } = 100;

    /// <summary>Width of the conditioning vector c (at least 1).</summary>
    public int Condition { get; init; } = 100;

    /// <summary>
    /// The styles that the generator tells apart, such as artists: values of <c>style</c> in the dataset. Training tells it the style of
    /// each image, so that a caption and a style have one target; in generation the seed chooses one. Published: none.
    /// </summary>
    public IReadOnlyList<string> Styles
    {
        get;
        init => field = new ValueList<string>(value);
    } = new ValueList<string>([]);

    /// <summary>Width of the generator's input <c>noise</c>: z, then the style, one-hot.</summary>
    public int NoiseInput => Noise + Styles.Count;

    /// <summary>Side in pixels of the last stage.</summary>
    public int ImageSize => BaseSize << (Stages - 1);

    /// <summary>Side in pixels of each stage, first to last.</summary>
    public IReadOnlyList<int> StageSizes => [.. Enumerable.Range(0, Stages).Select(stage => BaseSize << stage)];

    /// <summary>
    /// Returns the side of the map of the first stage that gates the hidden context of a refinement stage: a sixteenth of the context's, at
    /// least 4.
    /// </summary>
    /// <param name="stage">The stage, counted from 1; at least 2.</param>
    internal int ExcitingSize(int stage) => ModelArchitecture.ExcitingSizeOf(StageSizes[stage - 1]);

    /// <summary>Side in pixels of each generated image, ascending: of every stage, or of the last one only.</summary>
    public IReadOnlyList<int> ImageSizes => Architecture == GeneratorArchitecture.AttnGan ? StageSizes : [ImageSize];
}
