using AttnGan.Models.Onnx;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Formats;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace AttnGan.Training.Tests.Encoders;

/// <summary>The pre-trained ResNet-18 against ONNX Runtime, which runs the file itself.</summary>
[WithoutCollections]
public sealed class ResNet18Tests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void Pooled_features_equal_those_of_the_file_as_published()
    {
        Tensor images = Images(224);
        float[] expected = RunFile(File.ReadAllBytes(ResNet18File.BundledPath), images);
        using ResNet18Features network = Detached(() => new ResNet18Features(CPU));

        using IDisposable gradientsOff = no_grad();
        Tensor actual = network.Compute(images);

        Assert.Equal([1, 512], actual.shape);
        AssertClose(expected, actual, 1e-4);
        Assert.InRange(expected.Max(), 0.5, 100); // the features are not all near zero
    }

    [Theory]
    [InlineData(64, 512)]
    [InlineData(128, 256)]
    [InlineData(160, 512)]
    [InlineData(224, 256)]
    public void Maps_equal_those_of_the_file_at_any_side(int side, int channels)
    {
        Tensor images = Images(side);
        byte[] model = Cut(side, channels);
        using ResNet18Trunk trunk = Detached(() => Load(channels));

        using IDisposable gradientsOff = no_grad();
        (Tensor regions, Tensor global) = trunk.forward(images);

        int stride = channels == 512 ? 32 : 16;
        Assert.Equal([1, channels, side / stride, side / stride], regions.shape);
        Assert.Equal([1, 512], global.shape);
        AssertClose(RunFile(model, images), regions.contiguous().view(-1), 1e-4);
    }

    [Fact]
    public void Images_of_another_size_are_resized()
    {
        using ResNet18Features network = Detached(() => new ResNet18Features(CPU, imageSize: 64));
        using IDisposable gradientsOff = no_grad();
        Tensor large = Images(128);
        Tensor resized = nn.functional.interpolate(large, [64, 64], mode: InterpolationMode.Bilinear, align_corners: false);

        Assert.True(network.Compute(large).allclose(network.Compute(resized)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResNet18Features(CPU, imageSize: 100));
    }

    [Fact]
    public void The_image_encoder_passes_gradients_to_the_image_but_not_to_the_trunk()
    {
        using ImageEncoder network = Detached(
            () => new ImageEncoder(new() { Trunk = TrunkKind.Resnet18, ImageSize = 64, RegionChannels = 256 }, embedding: 8));
        network.train();
        Tensor images = Images(32).requires_grad_();

        ImageFeatures features = network.forward(images);
        (features.Regions.sum() + features.Code.sum()).backward();

        Assert.Equal([1, 8, 4, 4], features.Regions.shape);
        Assert.NotEqual(0, images.grad!.abs().max().item<float>());
        Assert.Equal(
            ["emb_cnn_code.bias", "emb_cnn_code.weight", "emb_features.weight"],
            network.named_parameters().Where(entry => entry.parameter.requires_grad).Select(entry => entry.name).Order());
    }

    [Fact]
    public void Files_that_are_not_this_network_are_refused()
    {
        string missing = _folder.File("missing.onnx");
        string garbage = _folder.File("garbage.onnx");
        File.WriteAllBytes(garbage, [0xff, 0xff, 1, 2, 3]);
        string other = _folder.File("other.onnx");
        ModelProto model = Parse();
        model.Graph.Node.RemoveAt(1); // the first batch normalization
        File.WriteAllBytes(other, model.ToByteArray());

        Assert.Contains(missing, Assert.Throws<CheckpointException>(() => ResNet18File.Load(missing)).Message);
        Assert.Contains("not a usable ONNX file", Assert.Throws<CheckpointException>(() => ResNet18File.Load(garbage)).Message);
        Assert.Contains("has no batch normalization", Assert.Throws<CheckpointException>(() => ResNet18File.Load(other)).Message);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static ResNet18Trunk Load(int channels)
    {
        var trunk = new ResNet18Trunk(channels);
        using TensorDictionary weights = ResNet18File.Load();
        ModuleState.Load(trunk, weights, "resnet18");
        trunk.eval();
        return trunk;
    }

    /// <summary>Builds a network outside this test's scope.</summary>
    private static T Detached<T>(Func<T> create) => Task.Run(create).GetAwaiter().GetResult();

    /// <summary>Waves of a different length in each channel, in [-1, 1].</summary>
    private static Tensor Images(int side)
    {
        Tensor line = linspace(0, 1, side);
        Tensor[] channels =
        [
            .. new[] { 9.0, 17.0, 5.0 }.Select(waves => (line * waves).sin().view(1, -1) * (line * waves * 2).cos().view(-1, 1)),
        ];
        return stack(channels).unsqueeze(0).contiguous();
    }

    private static ModelProto Parse() => ModelProto.Parser.ParseFrom(File.ReadAllBytes(ResNet18File.BundledPath));

    /// <summary>Returns the file with another image side and a map of regions as output.</summary>
    private static byte[] Cut(int side, int channels)
    {
        ModelProto model = Parse();
        GraphProto graph = model.Graph;
        foreach (TensorShapeProto.Types.Dimension dimension in graph.Input[0].Type.TensorType.Shape.Dim.Skip(2))
        {
            dimension.DimValue = side;
        }

        NodeProto pool = graph.Node.Single(node => node.OpType == "AveragePool");

        // The last map of 256 channels is the input of the projection to 512.
        string map = channels == 512 ? pool.Input[0] : graph.Node.Last(node => node.OpType == "Conv" &&
            node.Attribute.Any(attribute => attribute.Name == "kernel_shape" && attribute.Ints[0] == 1)).Input[0];
        graph.Node.Remove(pool);
        graph.Output[0].Name = map;
        graph.Output[0].Type.TensorType.Shape = new TensorShapeProto();
        foreach (long length in (long[])[1, channels, side / (channels == 512 ? 32 : 16)])
        {
            graph.Output[0].Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        }

        graph.Output[0].Type.TensorType.Shape.Dim.Add(graph.Output[0].Type.TensorType.Shape.Dim[2].Clone());
        return model.ToByteArray();
    }

    /// <summary>Runs a model on an image prepared as the package does: 0 to 255, blue first, minus the means.</summary>
    private static float[] RunFile(byte[] model, Tensor images)
    {
        Tensor means = tensor(new[] { 103.0626f, 115.9029f, 123.1516f }).view(1, 3, 1, 1);
        Tensor prepared = (((images.flip(1) + 1) * 127.5) - means).contiguous();
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model, options);
        var input = new DenseTensor<float>(prepared.data<float>().ToArray(), [.. prepared.shape.Select(length => (int)length)]);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results =
            session.Run([NamedOnnxValue.CreateFromTensor(session.InputNames[0], input)]);
        return [.. results.Single().AsTensor<float>()];
    }

    private static void AssertClose(float[] expected, Tensor actual, double tolerance)
    {
        Tensor difference = (tensor(expected) - actual.view(-1)).abs();
        Assert.InRange(difference.max().item<float>(), 0, tolerance);
    }
}
