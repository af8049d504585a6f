using AttnGan.Models;
using AttnGan.Training.Export;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Generator;

/// <summary>Conditioning augmentation Ca: draws the conditioning vector from a Gaussian that the sentence decides (paper, equation 1).</summary>
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

/// <summary>The conditioning vector c with the Gaussian it was drawn from; each (B, C).</summary>
internal sealed record Conditioning(Tensor Code, Tensor Mu, Tensor LogVariance);
