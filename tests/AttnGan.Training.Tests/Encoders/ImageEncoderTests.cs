using System.Text;
using AttnGan.Training.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Encoders;

[WithoutCollections]
public sealed class ImageEncoderTests
{
    [Theory]
    [InlineData(false, "align_corners_false")]
    [InlineData(true, "align_corners_true")]
    public void Features_and_image_gradients_equal_those_of_the_official_inception(bool alignCorners, string run)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("inception");
        using var network = new ImageEncoder(new() { AlignCorners = alignCorners }, embedding: 256);
        FillByFormula(network);
        network.eval();
        Tensor images = ReferenceValues.FormulaImage(2, 256, 0.5).requires_grad_();

        ImageFeatures features = network.forward(images);
        Tensor scalar = (features.Regions * RegionWeights()).sum() / 10 + (features.Code * CodeWeights()).sum() * 10;
        scalar.backward();

        reference.AssertClose($"out.{run}.features.s4", ReferenceValues.Every(4, features.Regions));
        reference.AssertStatistics($"out.{run}.features.stats", features.Regions);
        reference.AssertClose($"out.{run}.cnn_code", features.Code);
        reference.AssertClose($"out.{run}.scalar", scalar);

        // ReLU and max-pooling ties make this gradient noisy: the official code deviates as much from itself in double precision.
        reference.AssertCloseInNorm($"ref64.{run}.grad.image.s8", ReferenceValues.Every(8, images.grad!), 2e-2);
        reference.AssertCloseInNorm($"ref64.{run}.grad.image.l2", images.grad!.norm(), 2e-2);
    }

    /// <summary>Fills the weights by a hash of name and index, which any implementation can compute (Fixtures/PROVENANCE.md).</summary>
    private static void FillByFormula(nn.Module network)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor target) in network.state_dict())
        {
            if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            {
                continue;
            }

            long[] shape = target.shape;
            (double offset, double scale) = name switch
            {
                _ when name.EndsWith("running_var", StringComparison.Ordinal) => (1, 0.5),
                _ when name.EndsWith("running_mean", StringComparison.Ordinal) => (0, 0.1),
                _ when shape.Length == 4 => (0, Math.Sqrt(6.0 / (shape[1] * shape[2] * shape[3]))),
                _ when shape.Length == 2 => (0, Math.Sqrt(3.0 / shape[1])),
                _ when name.EndsWith(".bn.weight", StringComparison.Ordinal) => (1, 0.2),
                _ => (0.0, 0.1),
            };
            uint hash = 0x811C9DC5;
            foreach (byte character in Encoding.UTF8.GetBytes(name))
            {
                hash = (hash ^ character) * 0x01000193;
            }

            float[] values = new float[target.numel()];
            for (int i = 0; i < values.Length; i++)
            {
                uint x = hash + (uint)i * 0x9E3779B9;
                x = (x ^ (x >> 16)) * 0x7FEB352D;
                x = (x ^ (x >> 15)) * 0x846CA68B;
                x ^= x >> 16;
                values[i] = (float)(offset + scale * (x / 2147483648.0 - 1));
            }

            using Tensor value = tensor(values, shape);
            target.copy_(value);
        }
    }

    private static Tensor RegionWeights() =>
        (Axis(2, 0.7, 0.7, 0) + Axis(256, 0.13, 0, 1) + Axis(17, 0.11, 0, 2) + Axis(17, 0.05, 0, 3)).sin().to(float32);

    private static Tensor CodeWeights() => (Axis(2, 0.7, 0.7, 0) + Axis(256, 0.13, 0, 1)).sin().to(float32).view(2, 256);

    private static Tensor Axis(int count, double factor, double start, int dimension)
    {
        long[] shape = [1, 1, 1, 1];
        shape[dimension] = count;
        return (arange(count, dtype: float64) * factor + start).view(shape);
    }
}
