using AttnGan.Models;
using AttnGan.Training.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Generator;

/// <summary>
/// Conditioning augmentation F_ca: samples the conditioning vector from a Gaussian that depends on the sentence (paper, equation 1).
/// </summary>
internal sealed class ConditioningAugmentation : nn.Module<Tensor, Tensor, Conditioning>
{
    private readonly int _condition;
    private readonly Linear fc;
    private readonly Glu _glu = new();

    public ConditioningAugmentation(int embedding, int condition)
        : base(nameof(ConditioningAugmentation))
    {
        _condition = condition;
        fc = Linear(embedding, 4 * condition);
        register_module(nameof(fc), fc);
    }

    /// <param name="sentence">E: (B, D).</param>
    /// <param name="epsilon">(B, C) standard normal noise.</param>
    public override Conditioning forward(Tensor sentence, Tensor epsilon)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = _glu.forward(fc.forward(sentence)); // (B, 2C)
        Tensor mu = x[.., .._condition];
        Tensor logVariance = x[.., _condition..];
        Tensor code = mu + (logVariance * 0.5).exp() * epsilon;
        return new Conditioning(
            code.MoveToOuterDisposeScope(), mu.MoveToOuterDisposeScope(), logVariance.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Initializes the layer so that c contains the information of the sentence from the first step. In the published code mu starts near 0
    /// and sigma at 1, so for thousands of steps c is noise and shapes come from z. Here mu is the sentence feature projected onto its
    /// principal components, with unit variance over the captions, and sigma is 0.1.
    /// </summary>
    /// <param name="sentences">E of many captions: (N, D).</param>
    public void Whiten(Tensor sentences)
    {
        const double Deviation = 0.1;
        const double MinVariance = 1e-3; // relative to the largest: smaller components are noise

        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradientsOff = no_grad();
        Tensor samples = sentences.cpu().to(ScalarType.Float64);
        Tensor mean = samples.mean([0]);                                                // (D)
        Tensor centered = samples - mean;
        Tensor covariance = matmul(centered.t(), centered) / samples.shape[0];          // (D, D)
        (Tensor variances, Tensor axes) = linalg.eigh(covariance);                      // ascending; axes in columns
        long count = Math.Min(_condition, variances.shape[0]);
        variances = variances[^(int)count..];
        Tensor whitening = axes[.., ^(int)count..] / variances.clamp_min(MinVariance * variances.max().item<double>()).sqrt();

        // The last two of the four parts of the layer's output are gates. With zero weights they halve the first two, mu and log sigma^2.
        Tensor weight = zeros_like(fc.weight);
        Tensor bias = zeros_like(fc.bias!);
        weight[..(int)count] = 2 * whitening.t();
        bias[..(int)count] = -2 * matmul(mean, whitening);
        bias[_condition..(2 * _condition)] = 4 * Math.Log(Deviation);
        fc.weight.copy_(weight);
        fc.bias!.copy_(bias);
    }

    /// <summary>Adds conditioning augmentation to an ONNX graph.</summary>
    /// <returns>c: (B, C).</returns>
    public OnnxValue Export(OnnxGraph graph, OnnxValue sentence, OnnxValue epsilon)
    {
        OnnxValue x = graph.Linear(
            sentence, graph.Weight(TensorNames.ConditionWeight, fc.weight), graph.Weight(TensorNames.ConditionBias, fc.bias!));
        (OnnxValue mu, OnnxValue logVariance) = graph.Split(Glu.Export(graph, x), axis: 1);
        OnnxValue deviation = graph.Exp(graph.Multiply(logVariance, graph.Scalar(0.5f)));
        return graph.Add(mu, graph.Multiply(deviation, epsilon));
    }
}

/// <summary>The conditioning vector c and the Gaussian that it was sampled from; (B, C) each.</summary>
internal sealed record Conditioning(Tensor Code, Tensor Mu, Tensor LogVariance);
