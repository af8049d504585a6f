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

/// <summary>The runtime's engines against the networks that they were exported from.</summary>
[WithoutCollections]
public sealed class EngineParityTests
{
    // Ten times what was seen with single precision's 24 bits; a level of an image is 8e-3.
    private const double OfFeatures = 3e-6;
    private const double OfAttention = 3e-5;
    private const double OfImages = 1e-4;

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
    public void Both_draw_and_attend_as_the_networks_do(
        RnnKind rnn, int stages, int residualBlocks, int width, GeneratorArchitecture architecture) => AssertEqual(RandomNetworks.Config with
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
    public void Sizes_that_vectors_do_not_divide_make_no_difference(int baseSize, int width, int noise, int condition, int embedding) =>
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

    [Fact]
    public void With_weights_of_16_bits_both_draw_the_same_and_nearly_what_the_networks_do()
    {
        using TrainedNetworks networks = RandomNetworks.Create(RandomNetworks.Config with
        {
            Generator = RandomNetworks.Config.Generator with { Width = 24 },
        });
        ModelPackage package = ModelPackageExport.Convert(networks, new ModelCard(), half: true);
        using var fused = new FusedEngine(package, "random", threads: 2);
        using var runtime = new OnnxRuntimeEngine(package, "random", threads: 1, configure: null);

        Result actual = Draw(fused, package.Architecture);

        AssertClose(Draw(runtime, package.Architecture), actual);
        double mean = Expected(networks).Images.Zip(actual.Images, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Average()).Average();
        Assert.InRange(mean, 1e-6, PackageComparison.HalfTolerance);
    }

    [Fact]
    public void From_caption_and_seed_to_pixels_runtime_and_training_agree()
    {
        using var folder = new TemporaryDirectory();
        using TrainedNetworks networks = RandomNetworks.Create(RandomNetworks.Config);
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
                Assert.InRange(Largest(maps.Weights.ToArray(), others.Weights.ToArray()), 0, OfAttention);
            }
        }
    }

    private static void AssertEqual(AttnGanConfig config)
    {
        using TrainedNetworks networks = RandomNetworks.Create(config);
        ModelPackage package = ModelPackageExport.Convert(networks, new ModelCard(), half: false);
        Result expected = Expected(networks);
        Assert.All(expected.Images, image => Assert.True(image.Max() - image.Min() > 0.2, "Errors would not be seen in gray images."));
        using var fused = new FusedEngine(package, "random", threads: 2);
        using var runtime = new OnnxRuntimeEngine(package, "random", threads: 1, configure: null);

        AssertClose(expected, Draw(fused, package.Architecture));
        AssertClose(expected, Draw(runtime, package.Architecture));
    }

    /// <summary>All captions in one batch.</summary>
    private static Result Draw(IInferenceEngine engine, ModelArchitecture architecture)
    {
        TextFeatures[] texts = [.. s_captions.Select(engine.Encode)];
        GeneratorInputs[] sketches =
        [
            .. texts.Select((text, i) => new GeneratorInputs(
                new AttendedWords(text.Words, new float[s_captions[i].Length]),
                text.Sentence,
                Noise(i, SeededNoise.LatentStream, architecture.Noise),
                Noise(i, SeededNoise.ConditioningStream, architecture.Condition))),
        ];
        GeneratorOutputs drawn = engine.Generate(
            sketches, new OutputSelection(architecture.Stages, AllImages: true, Attention: true), TestContext.Current.CancellationToken);
        return new Result(
            [.. texts.SelectMany(text => new[] { text.Words, text.Sentence })],
            [.. drawn.Attention.SelectMany(stage => stage)],
            [.. drawn.Images.SelectMany(stage => stage.Values)]);
    }

    /// <summary>Each caption alone: there is no padding that could hide in a batch.</summary>
    private static Result Expected(TrainedNetworks networks)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        List<float[]> features = [];
        List<GeneratorOutput> outputs = [];
        for (int i = 0; i < s_captions.Length; i++)
        {
            long[] ids = [.. s_captions[i]];
            Training.Encoders.TextFeatures text = networks.TextEncoder.forward(tensor(ids, [1, ids.Length]), tensor(new[] { (long)ids.Length }));
            features.Add(Floats(text.Words.transpose(1, 2)));
            features.Add(Floats(text.Sentence));
            GeneratorConfig generator = networks.Config.Generator;
            outputs.Add(networks.Generator.forward(new GeneratorInput(
                text,
                tensor(Noise(i, SeededNoise.LatentStream, generator.Noise), [1, generator.Noise]),
                tensor(Noise(i, SeededNoise.ConditioningStream, generator.Condition), [1, generator.Condition]))));
        }

        return new Result(
            [.. features],
            [.. Enumerable.Range(0, outputs[0].Attention.Count).SelectMany(stage => outputs.Select(output => Floats(output.Attention[stage])))],
            [
                .. Enumerable.Range(0, outputs[0].Images.Count)
                    .SelectMany(stage => outputs.Select(output => Floats(output.Images[stage].permute(0, 2, 3, 1)))),
            ]);
    }

    private static void AssertClose(Result expected, Result actual)
    {
        Assert.InRange(Largest(expected.Features, actual.Features), 0, OfFeatures);
        Assert.InRange(Largest(expected.Attention, actual.Attention), 0, OfAttention);
        Assert.InRange(Largest(expected.Images, actual.Images), 0, OfImages);
    }

    private static double Largest(float[][] expected, float[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, Largest).Append(0).Max();
    }

    private static double Largest(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (a, b) => (double)Math.Abs(a - b)).Max();
    }

    private static float[] Floats(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private static float[] Noise(long seed, int stream, int width)
    {
        float[] values = new float[width];
        SeededNoise.Fill(seed, stream, values);
        return values;
    }

    /// <summary>What came of all captions: by caption words (T, D) and sentence (D); by stage and caption (T, S, S) and (S, S, 3).</summary>
    private sealed record Result(float[][] Features, float[][] Attention, float[][] Images);
}
