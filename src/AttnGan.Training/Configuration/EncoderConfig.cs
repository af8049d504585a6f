using AttnGan.Models;

namespace AttnGan.Training.Configuration;

/// <summary>The convolutional network under the image encoder.</summary>
public enum TrunkKind
{
    /// <summary>Inception-v3 with frozen, pre-trained weights, as in the paper.</summary>
    Inception,

    /// <summary>A small residual network trained from scratch together with the text encoder, for small images.</summary>
    Compact,
}

/// <summary>Bidirectional text encoder (paper, section 3.2).</summary>
public sealed record TextEncoderConfig
{
    /// <summary>Kind of the recurrent network that reads a caption in both directions.</summary>
    public RnnKind Rnn { get; init; } = RnnKind.Lstm;

    /// <summary>Width of the word embedding that goes into the recurrent network (at least 1).</summary>
    public int WordEmbedding { get; init; } = 300;

    /// <summary>D: width of word and sentence features, shared with the image encoder. Even: half of it a direction.</summary>
    public int Embedding { get; init; } = 256;

    /// <summary>Dropout on the word embedding, in [0, 1).</summary>
    public double Dropout { get; init; } = 0.5;
}

/// <summary>Image encoder of the DAMSM (paper, section 3.2).</summary>
public sealed record ImageEncoderConfig
{
    /// <summary>The network that turns an image into regions.</summary>
    public TrunkKind Trunk { get; init; } = TrunkKind.Inception;

    /// <summary>
    /// Side in pixels that images are resized to: 299 for Inception; a multiple of 16 for the compact trunk, whose regions form
    /// a map of an eighth of it (64 pixels: 8 x 8 regions).
    /// </summary>
    public int ImageSize { get; init; } = 299;

    /// <summary>Channels of the compact trunk's first stage (at least 1); doubled at each of its three downsamplings.</summary>
    public int Width { get; init; } = 32;

    /// <summary>torchvision's Inception-v3 weights (PyTorch's file or safetensors); needed by the Inception trunk.</summary>
    public string? Weights { get; init; }

    /// <summary>
    /// Resize with corners aligned, as the published Inception encoders were trained (PyTorch 0.3). Inception trunk only.
    /// </summary>
    public bool AlignCorners { get; init; }
}
