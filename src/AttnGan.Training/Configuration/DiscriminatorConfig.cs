namespace AttnGan.Training.Configuration;

/// <summary>The discriminators, one per image size.</summary>
public sealed record DiscriminatorConfig
{
    /// <summary>What it sees of an image. Paper: the pixels, of which it learns features.</summary>
    public DiscriminatorFeatures Features { get; init; } = DiscriminatorFeatures.Learned;

    /// <summary>Base channels (official DF_DIM). Bird 64, COCO 96.</summary>
    public int Width { get; init; } = 64;

    /// <summary>
    /// Add unconditional terms to the conditional ones (equations 4 and 5). On in the paper's AttnGAN; AttnDCGAN has conditional terms
    /// only.
    /// </summary>
    public bool Unconditional { get; init; } = true;

    /// <summary>Spectral normalization of every convolution (Miyato et al., 2018) instead of batch normalization.</summary>
    public bool SpectralNorm { get; init; }

    /// <summary>
    /// With <see cref="SpectralNorm"/>, normalize the last convolution of each head as well. AttnGAN++ (Dinh et al., "TISE: Bag of Metrics
    /// for Text-to-Image Synthesis Evaluation", 2022) does not.
    /// </summary>
    public bool SpectralNormLogits { get; init; } = true;

    /// <summary>
    /// Add to the conditional logits the inner product of the image's features and a linear map of the sentence feature (projection
    /// discriminator: Miyato and Koyama, 2018). Not in the paper. Whether features and caption fit is then learned in fewer steps than by
    /// the convolution over both alone.
    /// </summary>
    public bool Projection { get; init; }
}
