namespace AttnGan.Training.Configuration;

/// <summary>The convolutional network in the image encoder.</summary>
public enum TrunkKind
{
    /// <summary>Inception-v3 with frozen, pre-trained weights, as in the paper.</summary>
    Inception,

    /// <summary>ResNet-18 with frozen weights of ImageNet, which come with the training library.</summary>
    Resnet18,

    /// <summary>A small residual network trained from scratch with the text encoder, for small images.</summary>
    Compact,
}
