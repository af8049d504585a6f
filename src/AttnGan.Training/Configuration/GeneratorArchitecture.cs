namespace AttnGan.Training.Configuration;

/// <summary>The architecture of generator and discriminators.</summary>
public enum GeneratorArchitecture
{
    /// <summary>An image and a discriminator at every stage.</summary>
    AttnGan,

    /// <summary>The same hidden contexts, with an image and a discriminator at the last stage only (AttnDCGAN).</summary>
    AttnDcgan,
}
