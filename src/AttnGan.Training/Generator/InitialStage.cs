using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Layers;
using AttnGan.Training.Onnx;
using AttnGan.Training.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Generator;

/// <summary>F_0: computes the first hidden context from noise and conditioning vector (paper, equation 1).</summary>
internal sealed class InitialStage : nn.Module<Tensor, Tensor, ScalarType?, IReadOnlyList<Tensor>>, IInitialWeights
{
    private const int SeedSize = 4;

    private readonly GeneratorConfig _config;
    private readonly int _channels;
    private readonly Sequential fc;
    private readonly List<Sequential> _ups = [];

    public InitialStage(GeneratorConfig config)
        : base(nameof(InitialStage))
    {
        _config = config;
        int ups = int.Log2(config.BaseSize / SeedSize);
        _channels = config.Width << ups;
        int outputs = _channels * SeedSize * SeedSize;
        fc = Sequential(
            Linear(config.Condition + config.NoiseInput, 2 * outputs, hasBias: false),
            new GlobalBatchNorm(2 * outputs),
            new Glu());
        register_module(nameof(fc), fc);
        for (int i = 0; i < ups; i++)
        {
            Sequential up = Blocks.Up(_channels >> i, _channels >> (i + 1));
            _ups.Add(up);
            register_module($"upsample{i + 1}", up);
        }
    }

    /// <summary>
    /// Enlarges the initial weights of styles, so that a style changes the image as much as the condition. With those of one input among
    /// many, what a style does to a caption's image, their product, has hardly any gradient: in 20 epochs it was not heeded at all.
    /// </summary>
    public void AdjustInitialWeights()
    {
        if (_config.Styles.Count > 0)
        {
            ((Linear)fc[0]).weight[.., ^_config.Styles.Count..].mul_(Math.Sqrt(_config.Condition));
        }
    }

    /// <param name="noise">z and the style: (B, Z + styles).</param>
    /// <param name="condition">c: (B, C).</param>
    /// <param name="featureDType">The element type of the hidden contexts; null for the type of the weights.</param>
    /// <returns>
    /// The maps of all sides s from 4 to the base size: (B, width * base size / s, s, s). The last one is h0.
    /// </returns>
    public override IReadOnlyList<Tensor> forward(Tensor noise, Tensor condition, ScalarType? featureDType)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = fc.forward(cat([condition, noise], dim: 1));
        List<Tensor> maps = [x.view(-1, _channels, SeedSize, SeedSize).In(featureDType).ToChannelsLast()];
        foreach (Sequential up in _ups)
        {
            maps.Add(up.forward(maps[^1])); // (B, C / 2, 2H, 2W)
        }

        return [.. maps.Select(map => map.MoveToOuterDisposeScope())];
    }

    /// <summary>Adds the stage in evaluation mode to an ONNX graph; returns the maps of all sides.</summary>
    public IReadOnlyList<OnnxValue> Export(OnnxGraph graph, OnnxValue noise, OnnxValue condition)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor weight, Tensor bias) = BatchNormFolding.Fold(((Linear)fc[0]).weight, (BatchNorm)fc[1]);
        OnnxValue x = graph.Linear(
            graph.Concat(axis: 1, condition, noise),
            graph.Weight(TensorNames.SeedWeight, weight),
            graph.Weight(TensorNames.SeedBias, bias));
        List<OnnxValue> maps = [graph.Reshape(Glu.Export(graph, x), 0, _channels, SeedSize, SeedSize)];
        for (int i = 0; i < _ups.Count; i++)
        {
            maps.Add(Blocks.ExportUp(graph, TensorNames.InitialUp(i + 1), _ups[i], maps[^1])); // (B, C / 2, 2H, 2W)
        }

        return maps;
    }
}
