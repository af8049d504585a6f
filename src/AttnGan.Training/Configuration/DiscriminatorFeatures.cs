namespace AttnGan.Training.Configuration;

/// <summary>What a discriminator sees of an image.</summary>
public enum DiscriminatorFeatures
{
    /// <summary>Its own features, which it learns from the pixels, as in the paper.</summary>
    Learned,

    /// <summary>
    /// The maps of the bundled ResNet-18, which stays frozen (Sauer et al., "Projected GANs Converge Faster", 2021). The network must then
    /// not be the one that measures the model.
    /// </summary>
    Resnet18,
}
