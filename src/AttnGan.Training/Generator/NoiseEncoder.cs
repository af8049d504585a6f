using AttnGan.Training.Layers;
using AttnGan.Training.Torch;
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
/// <remarks>
/// It looks at pixels: the DAMSM's regions say what is in an image, and where only as far as words need it. It knows the caption, so that
/// the noise need not say what the caption says already (Sohn et al., "Learning Structured Output Representation using Deep Conditional
/// Generative Models", 2015). The means of a batch have unit variance: a generator that has not learned to use the noise yet gives the
/// encoder no reason to say anything, and both would stay so (Zhu et al., "A Batch Normalized Inference Network Keeps the KL Vanishing
/// Away", 2020).
/// </remarks>
internal sealed class NoiseEncoder : nn.Module<Tensor, Tensor, Tensor, InferredNoise>
{
    private const int InputSize = 32;
    private const int Width = 32;

    // Inferred noise begins with little randomness in it, which would hide what it says. Its variance stays in [0.0025, 7.4].
    private const double InitialLogVariance = -2;
    private const double LogVarianceRange = 4;

    private readonly int _noise;
    private readonly Sequential convolutions;
    private readonly Sequential fc;
    private readonly GlobalBatchNorm norm;

    /// <param name="embedding">D: width of the sentence feature.</param>
    /// <param name="noise">Z: width of the noise.</param>
    public NoiseEncoder(int embedding, int noise)
        : base(nameof(NoiseEncoder))
    {
        _noise = noise;
        convolutions = Sequential(
            Halve(3, Width), LeakyReLU(0.2),
            Halve(Width, 2 * Width), LeakyReLU(0.2),
            Halve(2 * Width, 4 * Width), LeakyReLU(0.2));
        int features = 4 * Width * (InputSize / 8) * (InputSize / 8);
        fc = Sequential(Linear(features + embedding, 8 * Width), LeakyReLU(0.2), Linear(8 * Width, 2 * noise));
        norm = new GlobalBatchNorm(noise);
        norm.SetTrainable(false);
        RegisterComponents();
    }

    /// <param name="images">(B, 3, S, S) in [-1, 1], of any size.</param>
    /// <param name="sentence">E: (B, D).</param>
    /// <param name="epsilon">(B, Z) standard normal noise.</param>
    public override InferredNoise forward(Tensor images, Tensor sentence, Tensor epsilon)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = functional.interpolate(images, [InputSize, InputSize], mode: InterpolationMode.Bilinear, align_corners: false);
        x = fc.forward(cat([convolutions.forward(x).flatten(1), sentence], dim: 1)); // (B, 2Z)
        Tensor mu = norm.forward(x[.., .._noise]);
        Tensor logVariance = (x[.., _noise..] / LogVarianceRange).tanh() * LogVarianceRange + InitialLogVariance;
        Tensor sample = mu + (logVariance * 0.5).exp() * epsilon;
        return new InferredNoise(
            sample.MoveToOuterDisposeScope(), mu.MoveToOuterDisposeScope(), logVariance.MoveToOuterDisposeScope());
    }

    private static Conv2d Halve(int inputs, int outputs) => Conv2d(inputs, outputs, kernel_size: 4, stride: 2, padding: 1);
}

/// <summary>Noise z and the Gaussian that it was sampled from; (B, Z) each.</summary>
internal sealed record InferredNoise(Tensor Noise, Tensor Mu, Tensor LogVariance);
