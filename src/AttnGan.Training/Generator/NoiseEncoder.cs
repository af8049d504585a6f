using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Generator;

/// <summary>
/// Infers the noise with which the generator would generate a given image: a Gaussian over z (the encoder of cVAE-GAN in Zhu et al.,
/// "Toward Multimodal Image-to-Image Translation", 2017). Used in training only. Where a caption leaves something open, such as the place
/// of an object, a generated image cannot be compared with the real one unless the noise says which of the possible images is meant.
/// </summary>
internal sealed class NoiseEncoder : nn.Module<Tensor, Tensor, InferredNoise>
{
    private const int MapSize = 4;

    private readonly int _noise;
    private readonly AdaptiveAvgPool2d _pool = AdaptiveAvgPool2d([MapSize, MapSize]);
    private readonly Linear fc;

    /// <param name="embedding">D: width of the image encoder's region features.</param>
    /// <param name="noise">Z: width of the noise.</param>
    public NoiseEncoder(int embedding, int noise)
        : base(nameof(NoiseEncoder))
    {
        _noise = noise;
        fc = Linear(embedding * MapSize * MapSize, 2 * noise);
        register_module(nameof(fc), fc);
    }

    /// <param name="regions">v: (B, D, H, W) of the DAMSM's image encoder.</param>
    /// <param name="epsilon">(B, Z) standard normal noise.</param>
    public override InferredNoise forward(Tensor regions, Tensor epsilon)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = fc.forward(_pool.forward(regions).flatten(1)); // (B, 2Z)
        Tensor mu = x[.., .._noise];
        Tensor logVariance = x[.., _noise..];
        Tensor sample = mu + (logVariance * 0.5).exp() * epsilon;
        return new InferredNoise(
            sample.MoveToOuterDisposeScope(), mu.MoveToOuterDisposeScope(), logVariance.MoveToOuterDisposeScope());
    }
}

/// <summary>Noise z and the Gaussian that it was sampled from; (B, Z) each.</summary>
internal sealed record InferredNoise(Tensor Noise, Tensor Mu, Tensor LogVariance);
