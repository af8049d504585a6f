namespace AttnGan.Training.Configuration;

/// <summary>The convolutional network in the image encoder.</summary>
public enum TrunkKind
{
    /// <summary>Inception-v3 with frozen, pre-trained weights, as in the paper.</summary>
    Inception,

    /// <summary>A small residual network trained from scratch with the text encoder, for small images.</summary>
    Compact,
}
