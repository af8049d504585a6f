using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Distributed;
using AttnGan.Training.Encoders;
using AttnGan.Training.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Generator;

/// <summary>
/// The attentional generative network (paper, section 3.1): it generates an image from caption features and noise in stages, which attend
/// to the words. State names are those of the official <c>G_NET</c> and <c>G_DCGAN</c>.
/// </summary>
public sealed class AttentionalGenerator : nn.Module<GeneratorInput, GeneratorOutput>
{
    private readonly ConditioningAugmentation ca_net;
    private readonly InitialStage h_net1;
    private readonly List<RefinementStage> _refinements = [];
    private readonly List<SkipExcitation> _excitations = [];
    private readonly List<ImageHead> _heads = [];
    private readonly bool _imageAtEveryStage;

    /// <summary>
    /// Creates a network on the CPU. <see cref="Layers.Initialization"/> gives it the initial weights of the paper's code. Must not be
    /// called within a dispose scope.
    /// </summary>
    /// <param name="config">Stages, sizes and widths.</param>
    /// <param name="embedding">D: width of word and sentence features (<see cref="TextEncoderConfig.Embedding"/>).</param>
    /// <param name="compat">Defects of the official code to reproduce; null for none.</param>
    public AttentionalGenerator(GeneratorConfig config, int embedding, CompatibilityConfig? compat = null)
        : base(nameof(AttentionalGenerator))
    {
        Config = config;
        ActiveStages = config.Stages;
        _imageAtEveryStage = config.Architecture == GeneratorArchitecture.AttnGan;
        ca_net = new ConditioningAugmentation(embedding, config.Condition);
        h_net1 = new InitialStage(config);
        register_module(nameof(ca_net), ca_net);
        register_module(nameof(h_net1), h_net1);
        if (_imageAtEveryStage)
        {
            AddHead("img_net1");
        }

        for (int stage = 2; stage <= config.Stages; stage++)
        {
            var refinement = new RefinementStage(config, embedding, compat is { MisalignedAttentionMask: true });
            _refinements.Add(refinement);
            register_module($"h_net{stage}", refinement);
            if (config.SkipExcitation)
            {
                int size = config.ExcitingSize(stage);
                var excitation = new SkipExcitation(config.Width * config.BaseSize / size, config.Width);
                _excitations.Add(excitation);
                register_module($"excitation{stage}", excitation);
            }

            if (_imageAtEveryStage)
            {
                AddHead($"img_net{stage}");
            }
        }

        if (!_imageAtEveryStage)
        {
            AddHead("img_net");
        }
    }

    /// <summary>Stages, sizes and widths.</summary>
    public GeneratorConfig Config { get; }

    /// <summary>Number of stages that <see cref="forward"/> computes, from the first: all, unless the generator is still growing.</summary>
    internal int ActiveStages { get; set; }

    /// <summary>The element type of the hidden contexts; null for the type of the weights.</summary>
    internal ScalarType? FeatureDType { get; init; }

    /// <summary>
    /// Initializes conditioning augmentation so that its vector c contains the information of the sentence from the first step
    /// (<see cref="GanConfig.WhitenCondition"/>): mu is the sentence feature projected onto its principal components, with unit variance
    /// over the captions, and sigma is 0.1. Not in the paper.
    /// </summary>
    /// <param name="sentences">E of many captions: (N, D).</param>
    public void WhitenCondition(Tensor sentences) => ca_net.Whiten(sentences);

    /// <summary>Generates a batch of images: F_ca, F_0 to F_m-1 and G_0 to G_m-1 (paper, equation 1).</summary>
    /// <param name="input">Features of the captions, and noise.</param>
    public override GeneratorOutput forward(GeneratorInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        Conditioning conditioning = ca_net.forward(input.Text.Sentence, input.ConditionNoise);
        IReadOnlyList<Tensor> initial = h_net1.forward(input.Noise, conditioning.Code, FeatureDType);
        Tensor hidden = initial[^1];
        List<Tensor> images = [];
        List<Tensor> attentions = [];
        if (_imageAtEveryStage)
        {
            images.Add(_heads[0].forward(hidden));
        }

        for (int i = 0; i < ActiveStages - 1; i++)
        {
            (hidden, Tensor attention) = _refinements[i].forward(hidden, input.Text.Words, input.Text.Padding);
            attentions.Add(attention);
            if (Config.SkipExcitation)
            {
                hidden *= _excitations[i].forward(initial[IndexOfExciting(i + 2)]);
            }

            if (_imageAtEveryStage)
            {
                images.Add(_heads[i + 1].forward(hidden));
            }
        }

        if (!_imageAtEveryStage)
        {
            images.Add(_heads[0].forward(hidden));
        }

        return new GeneratorOutput(
            [.. images.Select(image => image.MoveToOuterDisposeScope())],
            [.. attentions.Select(attention => attention.MoveToOuterDisposeScope())],
            conditioning.Mu.MoveToOuterDisposeScope(),
            conditioning.LogVariance.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Adds the network in evaluation mode to an ONNX graph. Outputs are the images, smallest first, each after the attention of its stage.
    /// </summary>
    internal void Export(OnnxGraph graph, ExportedText text, OnnxValue noise, OnnxValue conditionNoise)
    {
        OnnxValue code = ca_net.Export(graph, text.Sentence, conditionNoise);
        IReadOnlyList<OnnxValue> initial = h_net1.Export(graph, noise, code);
        OnnxValue hidden = initial[^1];
        for (int stage = 1; stage <= Config.Stages; stage++)
        {
            if (stage > 1)
            {
                int last = Config.StageSizes[stage - 2];
                (hidden, OnnxValue attention) = _refinements[stage - 2].Export(graph, stage, last, hidden, text);
                graph.Output(attention, OnnxDimension.Batch, OnnxDimension.Words, last, last);
                if (Config.SkipExcitation)
                {
                    OnnxValue map = initial[IndexOfExciting(stage)];
                    hidden = graph.Multiply(hidden, _excitations[stage - 2].Export(graph, stage, Config.ExcitingSize(stage), map));
                }
            }

            int size = Config.StageSizes[stage - 1];
            if (Config.ImageSizes.Contains(size))
            {
                ImageHead head = _heads[_imageAtEveryStage ? stage - 1 : 0];
                OnnxValue image = graph.Name(head.Export(graph, stage, hidden), TensorNames.Image(size));
                graph.Output(image, OnnxDimension.Batch, 3, size, size);
            }
        }
    }

    private int IndexOfExciting(int stage) => int.Log2(Config.ExcitingSize(stage) / ModelArchitecture.SeedSize);

    private void AddHead(string name)
    {
        var head = new ImageHead(Config.Width);
        _heads.Add(head);
        register_module(name, head);
    }
}

/// <summary>The generator's input for a batch of images.</summary>
/// <param name="Text">Word and sentence features of the captions.</param>
/// <param name="Noise">(B, Z + styles): z, standard normal, then the style, one-hot.</param>
/// <param name="ConditionNoise">epsilon of conditioning augmentation: (B, C), standard normal.</param>
public sealed record GeneratorInput(TextFeatures Text, Tensor Noise, Tensor ConditionNoise)
{
    /// <summary>Returns an input with random noise, on the device of the text features.</summary>
    /// <param name="text">The features of the captions.</param>
    /// <param name="config">The generator's configuration.</param>
    /// <param name="styles">
    /// The style of each of the B images, an index of <see cref="GeneratorConfig.Styles"/>; null for random ones.
    /// </param>
    public static GeneratorInput WithNoise(TextFeatures text, GeneratorConfig config, IReadOnlyList<int>? styles = null) =>
        WithNoise(text, config, styles, world: null);

    /// <summary>Returns an input with random noise, on the device of the text features.</summary>
    /// <param name="text">The features of this rank's captions.</param>
    /// <param name="config">The generator's configuration.</param>
    /// <param name="styles">
    /// The style of each of this rank's images, an index of <see cref="GeneratorConfig.Styles"/>; null for random ones.
    /// </param>
    /// <param name="world">The ranks, each of which takes its rows of the noise of the global batch; null for one process.</param>
    internal static GeneratorInput WithNoise(
        TextFeatures text, GeneratorConfig config, IReadOnlyList<int>? styles, World? world)
    {
        world ??= World.Alone;
        (long batch, Device device) = (text.Sentence.shape[0] * world.Size, text.Sentence.device);
        Tensor noise = world.Take(randn(batch, config.Noise, device: device));
        if (config.Styles.Count > 0)
        {
            Tensor indices = styles is null
                ? world.Take(randint(config.Styles.Count, batch, dtype: ScalarType.Int64, device: device))
                : tensor(styles.Select(style => (long)style).ToArray(), device: device);
            noise = cat([noise, nn.functional.one_hot(indices, config.Styles.Count).to(noise.dtype)], dim: 1);
        }

        return new GeneratorInput(text, noise, world.Take(randn(batch, config.Condition, device: device)));
    }

    /// <summary>Returns the same input with other noise for the first images; their styles stay.</summary>
    /// <param name="noise">z of the first images: (n, Z).</param>
    internal GeneratorInput WithFirstNoise(Tensor noise)
    {
        (int count, int width) = ((int)noise.shape[0], (int)noise.shape[1]);
        Tensor first = cat([noise, Noise[..count, width..]], dim: 1);
        return this with { Noise = cat([first, Noise[count..]]) };
    }
}

/// <summary>The generator's output for a batch of images.</summary>
/// <param name="Images">(B, 3, s, s) in [-1, 1] for each stage size s; for AttnDCGAN the last one only.</param>
/// <param name="Attention">(B, T, s, s) for each refinement stage, where s is the side of its input.</param>
/// <param name="Mu">(B, C): the mean of the conditioning vector.</param>
/// <param name="LogVariance">(B, C): the logarithm of its variance.</param>
public sealed record GeneratorOutput(IReadOnlyList<Tensor> Images, IReadOnlyList<Tensor> Attention, Tensor Mu, Tensor LogVariance);
