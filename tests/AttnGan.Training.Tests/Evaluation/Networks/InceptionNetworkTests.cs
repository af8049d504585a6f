using AttnGan.Training.Checkpoints;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Networks;

/// <summary>Both variants of Inception-v3, with random weights.</summary>
[WithoutCollections]
public sealed class InceptionNetworkTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void Weights_with_1008_classes_compute_the_features_of_the_2015_graph()
    {
        Dictionary<string, Tensor> weights = RandomWeights(classes: 1008);
        using InceptionNetwork network = Load(weights);
        Tensor image = ReferenceValues.FormulaImage(1, 299, 0.3);

        using (no_grad())
        {
            FeatureReading reading = network.Read(image);
            Tensor expected = new Graph2015(weights).Features(image);

            Assert.InRange((reading.Features - expected).norm().item<float>() / expected.norm().item<float>(), 0, 1e-4);
            Tensor logits = matmul(expected, weights["fc.weight"].to(float32).t()); // no bias
            AssertEqual(nn.functional.softmax(logits, 1), reading.Probabilities!);

            // Torchvision's pooling gives different features, so the assertion above can tell the variants apart.
            using InceptionTrunk torchvision = Trunk(weights);
            Assert.InRange((torchvision.forward(image).Global - expected).norm().item<float>() / expected.norm().item<float>(), 1e-2, 10);
        }

        Assert.Contains("TensorFlow", network.Network.Name);
    }

    [Fact]
    public void Weights_with_1000_classes_compute_torchvisions_features_with_the_bias()
    {
        Dictionary<string, Tensor> weights = RandomWeights(classes: 1000);
        using InceptionNetwork network = Load(weights);
        using InceptionTrunk trunk = Trunk(weights);
        Tensor image = ReferenceValues.FormulaImage(1, 64, 0.1);

        using (no_grad())
        {
            FeatureReading reading = network.Read(image);
            Tensor resized = nn.functional.interpolate(image, [299, 299], mode: InterpolationMode.Bilinear, align_corners: false);
            Tensor expected = trunk.forward(resized).Global;

            Assert.InRange((reading.Features - expected).norm().item<float>() / expected.norm().item<float>(), 0, 1e-4);
            AssertEqual(
                nn.functional.softmax(nn.functional.linear(expected, weights["fc.weight"].to(float32), weights["fc.bias"].to(float32)), 1),
                reading.Probabilities!);
        }

        Assert.Contains("torchvision", network.Network.Name);
        Assert.Equal(FileChecksum.Of(_folder.File("weights.safetensors")), network.Network.Checksum);
    }

    [Fact]
    public void Other_weights_are_refused_with_the_accepted_ones()
    {
        string path = _folder.File("other.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["fc.weight"] = zeros(10, 512) }, new Dictionary<string, string>());

        Assert.Contains("inception_v3_google", Assert.Throws<CheckpointException>(() => InceptionNetwork.Load(path, CPU)).Message);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static void AssertEqual(Tensor expected, Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-3f);

    private InceptionNetwork Load(Dictionary<string, Tensor> weights)
    {
        string path = _folder.File("weights.safetensors");
        SafetensorsWriter.Write(path, weights, new Dictionary<string, string>());
        return InceptionNetwork.Load(path, CPU);
    }

    private static InceptionTrunk Trunk(Dictionary<string, Tensor> weights)
    {
        var trunk = new InceptionTrunk();
        ModuleState.Load(trunk, weights.Where(entry => !entry.Key.StartsWith("fc.", StringComparison.Ordinal)).ToDictionary(), "weights");
        trunk.eval();
        return trunk;
    }

    /// <summary>Random weights in half precision, which halves the file.</summary>
    private static Dictionary<string, Tensor> RandomWeights(int classes)
    {
        random.manual_seed(1).Dispose();
        using var trunk = new InceptionTrunk();
        var weights = trunk.state_dict().ToDictionary(entry => entry.Key, entry =>
            entry.Value.dim() == 4
                ? (randn(entry.Value.shape) * Math.Sqrt(2.0 / entry.Value[0].NumberOfElements)).to(float16)
                : entry.Value.detach().clone());
        weights["fc.weight"] = (randn(classes, 2048) * 0.02).to(float16);
        weights["fc.bias"] = randn(classes).to(float16);
        return weights;
    }

    /// <summary>An independent functional implementation of the 2015 graph, with the layout of pytorch-fid.</summary>
    private sealed class Graph2015(IReadOnlyDictionary<string, Tensor> weights)
    {
        public Tensor Features(Tensor x)
        {
            x = Conv("Conv2d_2b_3x3", Conv("Conv2d_2a_3x3", Conv("Conv2d_1a_3x3", x, stride: 2)), 1, 1);
            x = Conv("Conv2d_4a_3x3", Conv("Conv2d_3b_1x1", Max(x, 2, 0)));
            x = Max(x, 2, 0);
            x = A("Mixed_5d", A("Mixed_5c", A("Mixed_5b", x)));
            x = cat([Conv("Mixed_6a.branch3x3", x, 2), Chain("Mixed_6a.branch3x3dbl_", x, [0, 1, 0], lastStride: 2), Max(x, 2, 0)], 1);
            foreach (string block in (string[])["Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"])
            {
                x = C(block, x);
            }

            Tensor left = Conv("Mixed_7a.branch3x3_2", Conv("Mixed_7a.branch3x3_1", x), 2);
            Tensor right = Conv("Mixed_7a.branch7x7x3_1", x);
            right = Conv("Mixed_7a.branch7x7x3_4", Wide("Mixed_7a.branch7x7x3_3", Wide("Mixed_7a.branch7x7x3_2", right)), 2);
            x = cat([left, right, Max(x, 2, 0)], 1);
            x = E("Mixed_7b", x, Average);
            return E("Mixed_7c", x, map => Max(map, 1, 1)).mean([2, 3]);
        }

        private Tensor A(string n, Tensor x) => cat(
            [
                Conv($"{n}.branch1x1", x), Conv($"{n}.branch5x5_2", Conv($"{n}.branch5x5_1", x), 1, 2),
                Chain($"{n}.branch3x3dbl_", x, [0, 1, 1]), Conv($"{n}.branch_pool", Average(x)),
            ],
            1);

        private Tensor C(string n, Tensor x)
        {
            Tensor seven = Wide($"{n}.branch7x7_3", Wide($"{n}.branch7x7_2", Conv($"{n}.branch7x7_1", x)));
            Tensor twice = Enumerable.Range(2, 4).Aggregate(Conv($"{n}.branch7x7dbl_1", x), (map, i) => Wide($"{n}.branch7x7dbl_{i}", map));
            return cat([Conv($"{n}.branch1x1", x), seven, twice, Conv($"{n}.branch_pool", Average(x))], 1);
        }

        private Tensor E(string n, Tensor x, Func<Tensor, Tensor> pool)
        {
            Tensor three = Conv($"{n}.branch3x3_1", x);
            Tensor twice = Chain($"{n}.branch3x3dbl_", x, [0, 1]);
            return cat(
                [
                    Conv($"{n}.branch1x1", x), Wide($"{n}.branch3x3_2a", three), Wide($"{n}.branch3x3_2b", three),
                    Wide($"{n}.branch3x3dbl_3a", twice), Wide($"{n}.branch3x3dbl_3b", twice), Conv($"{n}.branch_pool", pool(x)),
                ],
                1);
        }

        private Tensor Chain(string prefix, Tensor x, int[] paddings, int lastStride = 1)
        {
            for (int i = 0; i < paddings.Length; i++)
            {
                x = Conv($"{prefix}{i + 1}", x, i == paddings.Length - 1 ? lastStride : 1, paddings[i]);
            }

            return x;
        }

        /// <summary>A convolution with a kernel of one row or one column that keeps the size.</summary>
        private Tensor Wide(string name, Tensor x)
        {
            long[] kernel = weights[$"{name}.conv.weight"].shape[2..];
            return Conv(name, x, [1, 1], [kernel[0] / 2, kernel[1] / 2]);
        }

        private Tensor Conv(string name, Tensor x, long stride = 1, long padding = 0) =>
            Conv(name, x, [stride, stride], [padding, padding]);

        private Tensor Conv(string name, Tensor x, long[] stride, long[] padding)
        {
            Tensor y = nn.functional.conv2d(x, weights[$"{name}.conv.weight"].to(float32), strides: stride, padding: padding);
            return nn.functional.batch_norm(
                y,
                weights[$"{name}.bn.running_mean"],
                weights[$"{name}.bn.running_var"],
                weights[$"{name}.bn.weight"],
                weights[$"{name}.bn.bias"],
                eps: 1e-3).relu();
        }

        private static Tensor Max(Tensor x, long stride, long padding) => nn.functional.max_pool2d(x, 3, stride: stride, padding: padding);

        /// <summary>Average pooling that ignores the padding: the ratio of the pooled input and pooled ones.</summary>
        private static Tensor Average(Tensor x) => Mean(x) / Mean(ones_like(x));

        private static Tensor Mean(Tensor x) => nn.functional.avg_pool2d(x, 3, stride: 1, padding: 1);
    }
}
