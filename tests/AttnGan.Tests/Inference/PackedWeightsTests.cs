using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed unsafe class PackedWeightsTests
{
    private static readonly int[] s_inputs = [0, 1, -1, 2];

    // Two panels with shuffled outputs and padding.
    private static readonly int[] s_columns =
        [3, -1, 0, .. Enumerable.Repeat(-1, 29), 1, 2, .. Enumerable.Repeat(-1, 29), 4];

    [Fact]
    public void Weights_of_a_linear_layer_are_packed_by_input_and_column()
    {
        float[] weight = [.. Enumerable.Range(1, 5 * 3).Select(i => (float)i)]; // (5, 3)
        float[] bias = [10, 20, 30, 40, 50];

        var packed = PackedWeights.Linear(weight, bias, s_inputs, s_columns);

        Assert.Equal((4, 2), (packed.Depth, packed.Panels));
        for (int column = 0; column < 64; column++)
        {
            int output = s_columns[column];
            float* panel = packed.Panel(column / 32);
            Assert.Equal(output < 0 ? 0 : bias[output], packed.Bias(column / 32)[column % 32]);
            for (int k = 0; k < 4; k++)
            {
                float expected = output < 0 || s_inputs[k] < 0 ? 0 : weight[(output * 3) + s_inputs[k]];
                Assert.Equal(expected, panel[(k * 32) + (column % 32)]);
            }
        }

        GC.KeepAlive(packed);
    }

    [Fact]
    public void Kernels_of_a_convolution_are_transformed_to_one_weight_per_matrix()
    {
        float[] weight = NaiveLayers.Normal(1, 5 * 3 * 9); // (5, 3, 3, 3)

        var packed = PackedWeights.Convolution(weight, null, s_inputs, s_columns, matrices: 2, static (kernels, transformed, stride) =>
        {
            for (int column = 0; column < 16; column++)
            {
                transformed[column] = kernels[column] + kernels[(8 * 32) + column];
                transformed[stride + column] = kernels[(4 * 32) + column];
            }
        });

        for (int column = 0; column < 64; column++)
        {
            int output = s_columns[column];
            Assert.Equal(0, packed.Bias(column / 32)[column % 32]);
            for (int k = 0; k < 4; k++)
            {
                bool isUsed = output >= 0 && s_inputs[k] >= 0;
                int offset = isUsed ? ((output * 3) + s_inputs[k]) * 9 : 0;
                int index = (k * 32) + (column % 32);
                Assert.Equal(isUsed ? weight[offset] + weight[offset + 8] : 0, packed.Panel(column / 32, 0)[index]);
                Assert.Equal(isUsed ? weight[offset + 4] : 0, packed.Panel(column / 32, 1)[index]);
            }
        }

        GC.KeepAlive(packed);
    }
}
