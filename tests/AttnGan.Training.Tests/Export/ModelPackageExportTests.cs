using AttnGan.Models;
using AttnGan.Models.Onnx;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Export;
using AttnGan.Training.Onnx;
using AttnGan.Training.Tests.Trainers;
using AttnGan.Training.Trainers;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;
using CheckpointState = AttnGan.Training.Checkpoints.CheckpointState;

namespace AttnGan.Training.Tests.Export;

[WithoutCollections]
public sealed class ModelPackageExportTests
{
    [Theory]
    [InlineData(RnnKind.Lstm, 1, 0, GeneratorArchitecture.AttnGan)]
    [InlineData(RnnKind.Gru, 2, 1, GeneratorArchitecture.AttnGan)]
    [InlineData(RnnKind.Lstm, 3, 2, GeneratorArchitecture.AttnGan)]
    [InlineData(RnnKind.Gru, 4, 0, GeneratorArchitecture.AttnGan)]
    [InlineData(RnnKind.Gru, 1, 0, GeneratorArchitecture.AttnDcgan)]
    [InlineData(RnnKind.Lstm, 2, 0, GeneratorArchitecture.AttnDcgan)]
    [InlineData(RnnKind.Gru, 3, 2, GeneratorArchitecture.AttnDcgan)]
    public void A_package_has_the_same_images_and_attention_as_the_networks(
        RnnKind rnn, int stages, int residualBlocks, GeneratorArchitecture architecture)
    {
        AssertEqual(RandomNetworks.Config with
        {
            TextEncoder = RandomNetworks.Config.TextEncoder with { Rnn = rnn },
            Generator = RandomNetworks.Config.Generator with
            {
                Stages = stages,
                ResidualBlocks = residualBlocks,
                Architecture = architecture,
            },
        });
    }

    [Theory]
    [InlineData(16, 24)]
    [InlineData(32, 5)]
    [InlineData(64, 4)]
    public void The_outputs_are_equal_for_every_size_and_width(int baseSize, int width) => AssertEqual(RandomNetworks.Config with
    {
        Generator = RandomNetworks.Config.Generator with { Stages = 2, BaseSize = baseSize, Width = width },
    });

    [Fact]
    public void Models_with_the_misaligned_mask_match_batches_of_one_image() => AssertEqual(RandomNetworks.Config with
    {
        Compat = new() { MisalignedAttentionMask = true },
    });

    [Fact]
    public void Styles_are_part_of_the_architecture_and_of_the_input_noise()
    {
        AttnGanConfig config = RandomNetworks.Config with
        {
            Generator = RandomNetworks.Config.Generator with { Styles = ["ink", "wool", "crayon"] },
        };
        AssertEqual(config);

        using TrainedNetworks networks = RandomNetworks.Create(config);
        ModelPackage package = ModelPackageExport.Convert(networks, new ModelCard(), half: false);

        Assert.Equal(["ink", "wool", "crayon"], package.Architecture.Styles);
        ValueInfoProto noise = package.Model.Graph.Input.Single(input => input.Name == TensorNames.Noise);
        Assert.Equal(6 + 3, noise.Type.TensorType.Shape.Dim[1].DimValue);
        TensorProto weight = package.Model.Graph.Initializer.Single(tensor => tensor.Name == TensorNames.SeedWeight);
        Assert.Equal(5 + 6 + 3, weight.Dims[1]);
    }

    [Fact]
    public void Attention_by_cosines_and_skip_excitation_are_part_of_the_architecture()
    {
        AttnGanConfig config = RandomNetworks.Config with
        {
            Generator = RandomNetworks.Config.Generator with { Attention = AttentionKind.Cosine, SkipExcitation = true, Stages = 2 },
        };
        AssertEqual(config);

        using var folder = new TemporaryDirectory();
        using TrainedNetworks networks = RandomNetworks.Create(config);
        ModelPackageExport.Convert(networks, new ModelCard(), half: false).Save(folder.File("model.onnx"));
        var package = ModelPackage.Open(folder.File("model.onnx"));

        Assert.Equal((AttentionKind.Cosine, true), (package.Architecture.Attention, package.Architecture.SkipExcitation));
        Assert.Equal(
            [
                "generator.h_net2.att.conv_context.weight (8, 12)",
                "generator.h_net2.att.conv_value.weight (8, 12)",
                "generator.h_net2.att.temperature (1)",
                "generator.h_net2.att.null_key (8)",
                "generator.excitation2.squeeze.weight (8, 32, 4, 4)",
                "generator.excitation2.excite.weight (8, 8)",
            ],
            package.Model.Graph.Initializer
                .Where(weight => weight.Name.Contains(".att.") || weight.Name.Contains("excitation"))
                .Select(weight => $"{weight.Name} ({string.Join(", ", weight.Dims)})"));
    }

    [Fact]
    public void Words_sentence_and_word_bias_are_named_inner_values()
    {
        using TrainedNetworks networks = RandomNetworks.Create(RandomNetworks.Config);
        ModelProto model = ModelPackageExport.Convert(networks, new ModelCard(), half: false).Model;
        string[] names = [TensorNames.Words, TensorNames.Sentence, TensorNames.WordBias];
        foreach (string name in names)
        {
            model.Graph.Output.Add(new ValueInfoProto
            {
                Name = name,
                Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = TensorProto.Types.DataType.Float } },
            });
        }

        long[] tokens = [3, 1, 4, 1, 5, 9, 0, 0, 2, 6, 5, 3];
        long[] lengths = [4, 2, 4];
        using DisposeScope scope = NewDisposeScope();
        TextFeatures expected = networks.TextEncoder.forward(tensor(tokens, [3, 4]), tensor(lengths));

        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model.ToByteArray(), options);
        using var tokenValues = OrtValue.CreateTensorValueFromMemory(tokens, [3, 4]);
        using var lengthValues = OrtValue.CreateTensorValueFromMemory(lengths, [3]);
        using var noise = OrtValue.CreateTensorValueFromMemory(new float[3 * 6], [3, 6]);
        using var conditionNoise = OrtValue.CreateTensorValueFromMemory(new float[3 * 5], [3, 5]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> actual = session.Run(
            run,
            [TensorNames.Tokens, TensorNames.Lengths, TensorNames.Noise, TensorNames.ConditionNoise],
            [tokenValues, lengthValues, noise, conditionNoise],
            names);

        AssertClose(expected.Words, actual[0], 3, 12, 4);
        AssertClose(expected.Sentence, actual[1], 3, 12);
        AssertClose(zeros(3, 4).masked_fill(expected.Padding, float.NegativeInfinity), actual[2], 3, 4);
    }

    [Fact]
    public void Names_and_shapes_of_inputs_outputs_and_weights_follow_the_format()
    {
        AttnGanConfig config = RandomNetworks.Config with { Generator = RandomNetworks.Config.Generator with { Stages = 2 } };
        using TrainedNetworks networks = RandomNetworks.Create(config);

        ModelProto model = ModelPackageExport.Convert(networks, new ModelCard(), half: false).Model;

        Assert.Equal(
            """
            input Int64 tokens (batch, words)
            input Int64 lengths (batch)
            input Float noise (batch, 6)
            input Float condition_noise (batch, 5)
            output Float picture_16 (batch, 3, 16, 16)
            output Float attention_2 (batch, words, 16, 16)
            output Float picture_32 (batch, 3, 32, 32)
            weight Float text_encoder.embedding.weight (21, 10)
            weight Float text_encoder.rnn.input_weight (2, 24, 10)
            weight Float text_encoder.rnn.hidden_weight (2, 24, 6)
            weight Float text_encoder.rnn.bias (2, 48)
            weight Float generator.ca_net.fc.weight (20, 12)
            weight Float generator.ca_net.fc.bias (20)
            weight Float generator.h_net1.fc.weight (1024, 11)
            weight Float generator.h_net1.fc.bias (1024)
            weight Float generator.h_net1.upsample1.weight (32, 32, 3, 3)
            weight Float generator.h_net1.upsample1.bias (32)
            weight Float generator.h_net1.upsample2.weight (16, 16, 3, 3)
            weight Float generator.h_net1.upsample2.bias (16)
            weight Float generator.img_net1.img.weight (3, 8, 3, 3)
            weight Float generator.h_net2.att.conv_context.weight (8, 12)
            weight Float generator.h_net2.residual.0.conv1.weight (32, 16, 3, 3)
            weight Float generator.h_net2.residual.0.conv1.bias (32)
            weight Float generator.h_net2.residual.0.conv2.weight (16, 16, 3, 3)
            weight Float generator.h_net2.residual.0.conv2.bias (16)
            weight Float generator.h_net2.upsample.weight (16, 16, 3, 3)
            weight Float generator.h_net2.upsample.bias (16)
            weight Float generator.img_net2.img.weight (3, 8, 3, 3)
            """,
            string.Join('\n', Listing(model)));
    }

    /// <summary>The conversion of the weight to single precision is damaged.</summary>
    [Fact]
    public void A_graph_with_a_node_without_outputs_is_rejected()
    {
        AttnGanConfig config = RandomNetworks.Config with { Generator = RandomNetworks.Config.Generator with { Stages = 2 } };
        using TrainedNetworks networks = RandomNetworks.Create(config);
        ModelPackage package = ModelPackageExport.Convert(networks, new ModelCard(), half: true);
        string weight = TensorNames.HeadWeight(1);
        package.Model.Graph.Node.Single(node => node.Input is [var input] && input == weight).Output.Clear();

        AttnGanException error = Assert.Throws<AttnGanException>(() => GraphCut.Stage(package, 2));

        Assert.Equal(
            $"The graph of the model does not use the weight `{weight}`; export the model again with `attngan export`.", error.Message);
    }

    [Fact]
    public void Half_stores_the_rounded_weights_in_half_the_bytes()
    {
        AttnGanConfig config = RandomNetworks.Config with { Generator = RandomNetworks.Config.Generator with { Width = 24 } };
        using TrainedNetworks networks = RandomNetworks.Create(config);
        ModelPackage full = ModelPackageExport.Convert(networks, new ModelCard(), half: false);

        ModelPackage half = ModelPackageExport.Convert(networks, new ModelCard(), half: true);

        Assert.InRange(half.Model.CalculateSize() / (double)full.Model.CalculateSize(), 0.5, 0.54);
        Assert.Equal(
            full.Model.Graph.Initializer.Select(weight => weight.Name), half.Model.Graph.Initializer.Select(weight => weight.Name));
        foreach ((TensorProto expected, TensorProto actual) in full.Model.Graph.Initializer.Zip(half.Model.Graph.Initializer))
        {
            Assert.Equal(expected.Dims, actual.Dims);
            if (expected.Dims.Count >= 2)
            {
                Assert.Equal(TensorProto.Types.DataType.Float16, actual.DataType);
                Assert.Equal(Numbers<float>(expected).Select(number => (Half)number), Numbers<Half>(actual));
            }
            else
            {
                Assert.Equal(expected, actual);
            }
        }

        Assert.InRange(PackageComparison.Measure(half, networks, 7, 1).MeanOfImages, 1e-6, PackageComparison.HalfTolerance);
    }

    [Fact]
    public void A_saved_package_contains_everything_that_generation_needs()
    {
        using var folder = new TemporaryDirectory();
        using TrainedNetworks networks = RandomNetworks.Create(RandomNetworks.Config);
        var card = new ModelCard { Name = "n", License = "l", Description = "d", Steps = 7 };

        ModelPackageExport.Write(networks, folder.File("model.onnx"), card, half: true);
        var package = ModelPackage.Open(folder.File("model.onnx"));

        Assert.Equal(["model.onnx"], Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)));
        Assert.Equal(networks.Vocabulary.Words, package.Vocabulary.Words);
        Assert.Equal(TokenizerMode.Official, package.Captions.Tokenizer.Mode);
        Assert.Equal(7, package.Captions.MaxWords);
        Assert.Equal(card, package.Card);
        Assert.Equal(
            new ModelArchitecture
            {
                Rnn = RnnKind.Lstm,
                WordEmbedding = 10,
                Embedding = 12,
                Noise = 6,
                Condition = 5,
                BaseSize = 16,
                Stages = 3,
                Width = 8,
                ResidualBlocks = 1,
                ImageAtEveryStage = true,
            },
            package.Architecture);
        Assert.Equal(ModelPackageExport.Convert(networks, card, half: true).Model, package.Model);
    }

    [Fact]
    public void Checkpoint_and_model_file_export_the_same_package_of_the_averaged_generator()
    {
        using var tiny = new TinyRun();
        string checkpoint = tiny.Folder("gan.safetensors");
        using (DisposeScope scope = NewDisposeScope())
        {
            using GanTrainer trainer = tiny.Gan();
            var state = new CheckpointState { Step = 7, Epoch = 0, Batch = 0, Config = TinyRun.Config, Vocabulary = tiny.Vocabulary.Words };
            Checkpoint.Write(checkpoint, "gan", state, trainer.State());
        }

        var card = new ModelCard { License = "l" };
        ModelPackage fromCheckpoint = ModelPackageExport.Convert(ModelFile.Open(checkpoint), card, half: false);
        ModelFile.Export(checkpoint, tiny.Folder("model.safetensors"), card, half: false);
        ModelPackage fromModel = ModelPackageExport.Convert(ModelFile.Open(tiny.Folder("model.safetensors")), new ModelCard(), half: false);

        Assert.Equal(new ModelCard { Name = "tiny", License = "l", Steps = 7 }, fromCheckpoint.Card);
        Assert.Equal(fromCheckpoint.Model, fromModel.Model);
        using var networks = TrainedNetworks.Load(ModelFile.Open(checkpoint));
        Assert.InRange(PackageComparison.Measure(fromCheckpoint, networks, 8, 2).Max, 0, 1e-4);
    }

    [Fact]
    public void A_package_with_different_images_is_rejected()
    {
        using TrainedNetworks networks = RandomNetworks.Create(RandomNetworks.Config);
        using TrainedNetworks others = RandomNetworks.Create(RandomNetworks.Config, seed: 2);

        AttnGanException error = Assert.Throws<AttnGanException>(
            () => PackageComparison.CheckGraph(ModelPackageExport.Convert(others, new ModelCard(), half: false), networks));

        Assert.StartsWith("The exported model generates different images than the trained one: values differ by up to ", error.Message);
    }

    [Theory]
    [InlineData(float.NaN, "Its training has diverged")]
    [InlineData(1e6f, "`--no-half`")]
    public void A_model_that_cannot_be_exported_leaves_no_file(float weight, string reason)
    {
        using var folder = new TemporaryDirectory();
        using TrainedNetworks networks = RandomNetworks.Create(RandomNetworks.Config);
        using (no_grad())
        {
            networks.TextEncoder.get_parameter("encoder.weight")!.narrow(1, 0, 2).fill_(weight);
        }

        AttnGanException error = Assert.Throws<AttnGanException>(
            () => ModelPackageExport.Write(networks, folder.File("model.onnx"), new ModelCard(), half: true));

        Assert.Contains(reason, error.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private static void AssertEqual(AttnGanConfig config)
    {
        using TrainedNetworks networks = RandomNetworks.Create(config);
        ModelPackage package = ModelPackageExport.Convert(networks, new ModelCard(), half: false);
        foreach (int[] lengths in (int[][])[[3], [7, 1], [1, 6, 4, 2, 6]])
        {
            Assert.InRange(PackageComparison.Measure(package, networks, lengths).Max, 0, 1e-4);
        }
    }

    private static IEnumerable<string> Listing(ModelProto model)
    {
        foreach (ValueInfoProto input in model.Graph.Input)
        {
            yield return $"input {Describe(input)}";
        }

        foreach (ValueInfoProto output in model.Graph.Output)
        {
            yield return $"output {Describe(output)}";
        }

        foreach (TensorProto weight in model.Graph.Initializer)
        {
            yield return $"weight {weight.DataType} {weight.Name} ({string.Join(", ", weight.Dims)})";
        }

        static string Describe(ValueInfoProto value)
        {
            IEnumerable<string> shape = value.Type.TensorType.Shape.Dim.Select(
                dimension => dimension.HasDimParam ? dimension.DimParam : $"{dimension.DimValue}");
            return $"{value.Type.TensorType.ElemType} {value.Name} ({string.Join(", ", shape)})";
        }
    }

    private static T[] Numbers<T>(TensorProto tensor)
        where T : struct =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(tensor.RawData.Span).ToArray();

    private static void AssertClose(Tensor expected, OrtValue actual, params long[] shape)
    {
        Assert.Equal(shape, actual.GetTensorTypeAndShape().Shape);
        float[] values = actual.GetTensorDataAsSpan<float>().ToArray();
        Assert.All(expected.contiguous().data<float>().ToArray().Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
