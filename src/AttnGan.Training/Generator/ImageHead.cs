using AttnGan.Models;
using AttnGan.Training.Layers;
using AttnGan.Training.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Generator;

/// <summary>G_i: computes the image of a hidden context (paper, equation 1).</summary>
internal sealed class ImageHead : nn.Module<Tensor, Tensor>
{
    private readonly Sequential img;

    public ImageHead(int channels)
        : base(nameof(ImageHead))
    {
        img = Sequential(Blocks.Conv3x3(channels, 3), Tanh());
        RegisterComponents();
    }

    /// <param name="hidden">h: (B, C, H, W).</param>
    /// <returns>(B, 3, H, W) in [-1, 1].</returns>
    public override Tensor forward(Tensor hidden)
    {
        using DisposeScope scope = NewDisposeScope();
        return img.forward(hidden).to(Convolution.Weight.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the head to an ONNX graph.</summary>
    public OnnxValue Export(OnnxGraph graph, int stage, OnnxValue hidden) =>
        graph.Tanh(graph.Conv3x3(hidden, graph.Weight(TensorNames.HeadWeight(stage), Convolution.Weight)));

    private ConvolutionLayer Convolution => (ConvolutionLayer)img[0];
}
