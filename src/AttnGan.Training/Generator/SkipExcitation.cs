using AttnGan.Models;
using AttnGan.Training.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Generator;

/// <summary>
/// Skip-layer excitation (Liu et al., FastGAN, arXiv:2101.04775, equation 1): a map of the first stage, pooled to 4 x 4, gates the channels
/// of a hidden context. Gradients reach the early layers by a short way, and what the first stage has decided reaches the details.
/// </summary>
internal sealed class SkipExcitation : nn.Module<Tensor, Tensor>
{
    private const int Pooled = ModelArchitecture.SeedSize;
    private const double NegativeSlope = 0.1;

    private readonly Conv2d squeeze;
    private readonly Conv2d excite;

    /// <param name="inputs">Channels of the map of the first stage.</param>
    /// <param name="channels">C: channels of the hidden context.</param>
    public SkipExcitation(int inputs, int channels)
        : base(nameof(SkipExcitation))
    {
        squeeze = Conv2d(inputs, channels, kernel_size: Pooled, bias: false);
        excite = Conv2d(channels, channels, kernel_size: 1, bias: false);
        RegisterComponents();
    }

    /// <param name="map">A map of the first stage: (B, inputs, s, s), s a multiple of 4.</param>
    /// <returns>The factors of the channels: (B, C, 1, 1) in (0, 1).</returns>
    public override Tensor forward(Tensor map)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor pooled = functional.adaptive_avg_pool2d(map, Pooled).to(squeeze.weight!.dtype);
        Tensor factors = excite.forward(functional.leaky_relu(squeeze.forward(pooled), NegativeSlope)).sigmoid();
        return factors.to(map.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the factors to an ONNX graph, as the inner value <see cref="TensorNames.Excitation"/>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="stage">The stage whose hidden context is gated, at least 2.</param>
    /// <param name="size">s: the side of the map.</param>
    /// <param name="map">(B, inputs, s, s).</param>
    public OnnxValue Export(OnnxGraph graph, int stage, int size, OnnxValue map)
    {
        OnnxValue pooled = size == Pooled ? map : graph.AveragePool(map, size / Pooled); // (B, inputs, 4, 4)
        OnnxValue squeezed = graph.Conv(pooled, graph.Weight(TensorNames.SqueezeWeight(stage), squeeze.weight!), Pooled);
        squeezed = graph.LeakyRelu(squeezed, (float)NegativeSlope);                      // (B, C, 1, 1)

        // Stored as a matrix, (C, C).
        using DisposeScope scope = NewDisposeScope();
        OnnxValue weight = graph.Weight(TensorNames.ExciteWeight(stage), excite.weight!.squeeze(3).squeeze(2));
        OnnxValue excited = graph.Conv(squeezed, graph.Unsqueeze(graph.Unsqueeze(weight, axis: 2), axis: 3), kernel: 1);
        return graph.Name(graph.Sigmoid(excited), TensorNames.Excitation(stage));
    }
}
