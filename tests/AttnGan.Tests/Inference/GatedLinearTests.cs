using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed unsafe class GatedLinearTests
{
    [Theory]
    [InlineData(1, 3, 2)]
    [InlineData(4, 40, 16)]
    [InlineData(13, 17, 50)] // more rows than are computed together
    public void Equals_a_naive_layer(int batch, int inputs, int outputs)
    {
        float[] weight = NaiveLayers.Normal(1, 2 * outputs * inputs);
        float[] bias = NaiveLayers.Normal(2, 2 * outputs);
        float[][] rows = [.. Enumerable.Range(0, batch).Select(row => NaiveLayers.Normal(10 + row, inputs))];
        int[] layout = ChannelMap.Of(outputs);
        var layer = new GatedLinear(weight, bias, inputs, ChannelMap.GatedColumns(layout, outputs));
        var output = new PinnedBuffer((long)batch * layer.Outputs, cleared: false);

        layer.Run(rows, output.Pointer, new Workspace(new Workers(2)));

        Assert.Equal(layout.Length, layer.Outputs);
        for (int row = 0; row < batch; row++)
        {
            double[] sums = NaiveLayers.Linear(weight, bias, [.. rows[row].Select(value => (double)value)]);
            for (int i = 0; i < layer.Outputs; i++)
            {
                double expected = i < outputs ? sums[i] * NaiveLayers.Sigmoid(sums[i + outputs]) : 0;
                Assert.Equal(expected, output.Pointer[(row * layer.Outputs) + i], 1e-5);
            }
        }

        GC.KeepAlive(output);
    }
}
