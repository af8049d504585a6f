namespace AttnGan.Training.Configuration;

/// <summary>The image encoder of the DAMSM (paper, section 3.2).</summary>
public sealed record ImageEncoderConfig
{
    /// <summary>The network that computes the features of an image's regions.</summary>
    public TrunkKind Trunk { get; init; } = TrunkKind.Inception;

    /// <summary>
    /// Side in pixels to which images are resized: 299 for Inception; a multiple of 32 for ResNet-18 (224 in its training); a multiple of
    /// 16 for the compact trunk, whose map of regions has an eighth of it (64 pixels: 8 x 8 regions).
    /// </summary>
    public int ImageSize { get; init; } = 299;

    /// <summary>Channels of the compact trunk's first stage (at least 1); doubled at each of its three downsampling stages.</summary>
    public int Width { get; init; } = 32;

    /// <summary>
    /// The map of ResNet-18 that regions come from: 256 channels (a sixteenth of the image's side) or 512 (a thirty-second of it).
    /// </summary>
    public int RegionChannels { get; init; } = 512;

    /// <summary>
    /// File of pre-trained weights. The Inception trunk requires torchvision's (PyTorch or safetensors); ResNet-18 has its own, and takes
    /// another ONNX file of the same network.
    /// </summary>
    public string? Weights { get; init; }

    /// <summary>
    /// Align corners when resizing, as in the training of the published encoders (PyTorch 0.3). Inception trunk only.
    /// </summary>
    public bool AlignCorners { get; init; }
}
