using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Inference;
using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Export;
using AttnGan.Training.Generator;
using AttnGan.Training.Tests.Export;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;
using TextFeatures = AttnGan.Inference.TextFeatures;

namespace AttnGan.Training.Tests.Inference;

/// <summary>Compares the runtime's engines with the networks that the package was exported from.</summary>
[WithoutCollections]
public sealed class EngineParityTests
{
    // Ten times the observed differences in single precision; one of 255 levels of an image is 8e-3.
    private const double FeatureTolerance = 3e-6;
    private const double AttentionTolerance = 3e-5;
    private const double ImageTolerance = 1e-4;

    private static readonly int[][] s_captions = [[3, 1, 4, 1, 5, 9, 2], [6], [20, 11, 7]];

    [Theory]
    [InlineData(RnnKind.Lstm, 1, 0, 8, GeneratorArchitecture.AttnGan)]
    [InlineData(RnnKind.Gru, 1, 2, 24, GeneratorArchitecture.AttnGan)]
    [InlineData(RnnKind.Lstm, 2, 0, 32, GeneratorArchitecture.AttnGan)]
    [InlineData(RnnKind.Gru, 2, 1, 8, GeneratorArchitecture.AttnGan)]
    [InlineData(RnnKind.Gru, 3, 2, 24, GeneratorArchitecture.AttnGan)]
    [InlineData(RnnKind.Lstm, 3, 2, 32, GeneratorArchitecture.AttnGan)]
    [InlineData(RnnKind.Lstm, 4, 1, 8, GeneratorArchitecture.AttnGan)]
    [InlineData(RnnKind.Gru, 1, 0, 8, GeneratorArchitecture.AttnDcgan)]
    [InlineData(RnnKind.Lstm, 2, 0, 24, GeneratorArchitecture.AttnDcgan)]
    [InlineData(RnnKind.Gru, 3, 1, 8, GeneratorArchitecture.AttnDcgan)]
    public void Both_engines_have_the_same_images_and_attention_as_the_networks(
        RnnKind rnn, int stages, int residualBlocks, int width, GeneratorArchitecture architecture) =>
        AssertEqual(RandomNetworks.Config with
        {
            TextEncoder = RandomNetworks.Config.TextEncoder with { Rnn = rnn },
            Generator = RandomNetworks.Config.Generator with
            {
                Stages = stages,
                ResidualBlocks = residualBlocks,
                Width = width,
                Architecture = architecture,
            },
        });

    [Theory]
    [InlineData(16, 5, 100, 7, 34)]
    [InlineData(32, 17, 16, 16, 32)]
    [InlineData(64, 4, 1, 1, 2)]
    public void Both_engines_support_sizes_that_are_not_multiples_of_the_vector_width(
        int baseSize, int width, int noise, int condition, int embedding) =>
        AssertEqual(RandomNetworks.Config with
        {
            TextEncoder = RandomNetworks.Config.TextEncoder with { Embedding = embedding },
            Generator = RandomNetworks.Config.Generator with
            {
                BaseSize = baseSize,
                Stages = 2,
                Width = width,
                Noise = noise,
                Condition = condition,
            },
        });

    [Theory]
    [InlineData(GeneratorArchitecture.AttnGan)]
    [InlineData(GeneratorArchitecture.AttnDcgan)]
    public void Both_engines_support_styles(GeneratorArchitecture architecture) => AssertEqual(Styled with
    {
        Generator = Styled.Generator with { Architecture = architecture, Stages = 2 },
    });

    [Theory]
    [InlineData(AttentionKind.Cosine, false, 16, 3, 8, GeneratorArchitecture.AttnGan)]
    [InlineData(AttentionKind.DotProduct, true, 16, 4, 5, GeneratorArchitecture.AttnGan)]
    [InlineData(AttentionKind.Cosine, true, 32, 3, 17, GeneratorArchitecture.AttnGan)]
    [InlineData(AttentionKind.Cosine, true, 64, 2, 4, GeneratorArchitecture.AttnDcgan)]
    public void Both_engines_support_attention_by_cosines_and_skip_excitation(
        AttentionKind attention, bool skipExcitation, int baseSize, int stages, int width, GeneratorArchitecture architecture) =>
        AssertEqual(RandomNetworks.Config with
        {
            Generator = RandomNetworks.Config.Generator with
            {
                Attention = attention,
                SkipExcitation = skipExcitation,
                BaseSize = baseSize,
                Stages = stages,
                Width = width,
                Architecture = architecture,
            },
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stages_generated_one_by_one_are_those_of_the_whole_graph(bool skipExcitation)
    {
        using TrainedNetworks networks = RandomNetworks.Create(RandomNetworks.Config with
        {
            Generator = RandomNetworks.Config.Generator with { Attention = AttentionKind.Cosine, SkipExcitation = skipExcitation },
        });
        ModelPackage package = ModelPackageExport.Convert(networks, new ModelCard(), half: true);
        using var fused = new FusedEngine(package, "random", threads: 2);
        using var runtime = new OnnxRuntimeEngine(package, "random", threads: 1, configure: null);
        List<int> stages = [];

        Result actual = Generate(runtime, package.Architecture, stage => stages.Add(stage.Stage));

        AssertClose(Generate(fused, package.Architecture), actual);
        Assert.Equal([1, 2, 3], stages);
    }

    [Fact]
    public void With_16_bit_weights_both_engines_match_each_other_and_nearly_the_networks()
    {
        using TrainedNetworks networks = RandomNetworks.Create(RandomNetworks.Config with
        {
            Generator = RandomNetworks.Config.Generator with { Width = 24 },
        });
        ModelPackage package = ModelPackageExport.Convert(networks, new ModelCard(), half: true);
        using var fused = new FusedEngine(package, "random", threads: 2);
        using var runtime = new OnnxRuntimeEngine(package, "random", threads: 1, configure: null);

        Result actual = Generate(fused, package.Architecture);

        AssertClose(Generate(runtime, package.Architecture), actual);
        double mean = Expected(networks).Images.Zip(actual.Images, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Average()).Average();
        Assert.InRange(mean, 1e-6, PackageComparison.HalfTolerance);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Runtime_and_training_agree_from_caption_and_seed_to_pixels(bool hasStyles)
    {
        using var folder = new TemporaryDirectory();
        using TrainedNetworks networks = RandomNetworks.Create(hasStyles ? Styled : RandomNetworks.Config);
        ModelPackageExport.Convert(networks, new ModelCard { Name = "random" }, half: false).Save(folder.File("random.onnx"));
        (string Caption, long Seed)[] requests = [("word1 word17 word3", 5), ("word20", -6), ("word4 unknown word4 word9 word2", 5)];
        var encoder = new CaptionEncoder(new CaptionTokenizer(TokenizerMode.Official), networks.Vocabulary, maxWords: 7);
        IReadOnlyList<GeneratedImage> expected = new SampleGenerator(networks.TextEncoder, networks.Generator, CPU).Generate(
            [.. requests.Select(request => (encoder.Encode(request.Caption), request.Seed))]);

        using var pipeline = TextToImagePipeline.Load(folder.File("random.onnx"), new PipelineOptions { Engine = InferenceEngine.Fused });
        GeneratedImage[] actual =
        [
            .. pipeline.Generate(
                [.. requests.Select(request => new GenerationRequest(request.Caption, request.Seed))],
                new GenerationOptions { AllStages = true, Attention = true },
                TestContext.Current.CancellationToken),
        ];

        Assert.Equal(expected.Select(image => image.Seed), actual.Select(image => image.Seed));
        Assert.Equal(expected.Select(image => image.Style), actual.Select(image => image.Style));
        Assert.All(actual, image => Assert.Equal(hasStyles, image.Style is not null));
        foreach ((GeneratedImage one, GeneratedImage other) in expected.Zip(actual))
        {
            Assert.Equal(one.Caption.Ids, other.Caption.Ids);
            Assert.Equal(one.Stages.Select(stage => stage.Width), other.Stages.Select(stage => stage.Width));
            Assert.All(
                one.Stages.Zip(other.Stages).SelectMany(stage => stage.First.Pixels.Zip(stage.Second.Pixels)),
                pair => Assert.InRange(pair.First - pair.Second, -1, 1)); // rounding to levels
            foreach ((StageAttention maps, StageAttention others) in one.Attention.Zip(other.Attention))
            {
                Assert.Equal((maps.Stage, maps.Size), (others.Stage, others.Size));
                Assert.Equal(maps.Words, others.Words);
                Assert.InRange(MaxDifference(maps.Weights.ToArray(), others.Weights.ToArray()), 0, AttentionTolerance);
            }
        }
    }

    private static AttnGanConfig Styled => RandomNetworks.Config with
    {
        Generator = RandomNetworks.Config.Generator with { Styles = ["ink", "wool", "crayon"] },
    };

    private static void AssertEqual(AttnGanConfig config)
    {
        using TrainedNetworks networks = RandomNetworks.Create(config);
        ModelPackage package = ModelPackageExport.Convert(networks, new ModelCard(), half: false);
        Result expected = Expected(networks);
        Assert.All(expected.Images, image => Assert.True(image.Max() - image.Min() > 0.2, "Gray images would hide errors."));
        using var fused = new FusedEngine(package, "random", threads: 2);
        using var runtime = new OnnxRuntimeEngine(package, "random", threads: 1, configure: null);

        AssertClose(expected, Generate(fused, package.Architecture));
        AssertClose(expected, Generate(runtime, package.Architecture));
    }

    /// <summary>Generates all captions in one batch.</summary>
    private static Result Generate(IInferenceEngine engine, ModelArchitecture architecture, Action<StageOutputs>? onStage = null)
    {
        TextFeatures[] texts = [.. s_captions.Select(engine.Encode)];
        GeneratorInputs[] inputs =
        [
            .. texts.Select((text, i) => new GeneratorInputs(
                new AttendedWords(text.Words, new float[s_captions[i].Length]),
                text.Sentence,
                LatentNoise.Of(i, architecture.Noise, architecture.Styles?.Count ?? 0),
                ConditionNoise(i, architecture.Condition))),
        ];
        GeneratorOutputs outputs = engine.Generate(
            inputs,
            new OutputSelection(architecture.Stages, AllImages: true, Attention: true),
            TestContext.Current.CancellationToken,
            onStage);
        return new Result(
            [.. texts.SelectMany(text => new[] { text.Words, text.Sentence })],
            [.. outputs.Attention.SelectMany(stage => stage)],
            [.. outputs.Images.SelectMany(stage => stage.Values)]);
    }

    /// <summary>Generates the captions one by one, without padding.</summary>
    private static Result Expected(TrainedNetworks networks)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        List<float[]> features = [];
        List<GeneratorOutput> outputs = [];
        for (int i = 0; i < s_captions.Length; i++)
        {
            long[] ids = [.. s_captions[i]];
            Training.Encoders.TextFeatures text =
                networks.TextEncoder.forward(tensor(ids, [1, ids.Length]), tensor(new[] { (long)ids.Length }));
            features.Add(Floats(text.Words.transpose(1, 2)));
            features.Add(Floats(text.Sentence));
            GeneratorConfig generator = networks.Config.Generator;
            outputs.Add(networks.Generator.forward(new GeneratorInput(
                text,
                tensor(LatentNoise.Of(i, generator.Noise, generator.Styles.Count), [1, generator.NoiseInput]),
                tensor(ConditionNoise(i, generator.Condition), [1, generator.Condition]))));
        }

        return new Result(
            [.. features],
            [
                .. Enumerable.Range(0, outputs[0].Attention.Count)
                    .SelectMany(stage => outputs.Select(output => Floats(output.Attention[stage]))),
            ],
            [
                .. Enumerable.Range(0, outputs[0].Images.Count)
                    .SelectMany(stage => outputs.Select(output => Floats(output.Images[stage].permute(0, 2, 3, 1)))),
            ]);
    }

    private static void AssertClose(Result expected, Result actual)
    {
        Assert.InRange(MaxDifference(expected.Features, actual.Features), 0, FeatureTolerance);
        Assert.InRange(MaxDifference(expected.Attention, actual.Attention), 0, AttentionTolerance);
        Assert.InRange(MaxDifference(expected.Images, actual.Images), 0, ImageTolerance);
    }

    private static double MaxDifference(float[][] expected, float[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, MaxDifference).Append(0).Max();
    }

    private static double MaxDifference(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (a, b) => (double)Math.Abs(a - b)).Max();
    }

    private static float[] Floats(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private static float[] ConditionNoise(long seed, int width)
    {
        float[] values = new float[width];
        SeededNoise.Fill(seed, SeededNoise.ConditioningStream, values);
        return values;
    }

    /// <summary>
    /// The results of all captions: words (T, D) and sentence (D) by caption; attention (T, S, S) and images (S, S, 3) by stage and
    /// caption.
    /// </summary>
    private sealed record Result(float[][] Features, float[][] Attention, float[][] Images);
}
