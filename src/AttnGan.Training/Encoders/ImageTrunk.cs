using static TorchSharp.torch;

namespace AttnGan.Training.Encoders;

/// <summary>The convolutional network of an <see cref="ImageEncoder"/>, without the embeddings.</summary>
internal abstract class ImageTrunk(string name) : nn.Module<Tensor, (Tensor Regions, Tensor Global)>(name)
{
    /// <summary>Number of channels of the region map.</summary>
    public abstract int RegionChannels { get; }

    /// <summary>The width of the global feature.</summary>
    public abstract int GlobalChannels { get; }

    /// <summary>True if the network is pre-trained and not trained further; its BatchNorm statistics do not change.</summary>
    public abstract bool Frozen { get; }

    /// <summary>Returns the side of the region map.</summary>
    /// <param name="imageSize">S: the encoder's image size.</param>
    public abstract int RegionSide(int imageSize);

    /// <param name="input">(B, 3, S, S) in [-1, 1], S the encoder's image size.</param>
    /// <returns>Region map (B, C, H, W) and global feature (B, C').</returns>
    public abstract override (Tensor Regions, Tensor Global) forward(Tensor input);
}
