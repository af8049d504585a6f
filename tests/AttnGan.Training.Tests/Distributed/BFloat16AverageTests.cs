using AttnGan.Training.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Distributed;

public sealed class BFloat16AverageTests
{
    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 64)]
    [InlineData(5, 1000)]
    public void A_mean_is_that_of_libtorch(int rows, int length)
    {
        using DisposeScope scope = NewDisposeScope();
        using torch.Generator seed = new(3);
        Tensor values = (randn(rows, length, generator: seed) * 1e3).to(ScalarType.BFloat16);
        Tensor sum = zeros(length);
        for (int row = 0; row < rows; row++)
        {
            sum += values[row].to(ScalarType.Float32);
        }

        ushort[] expected = Bits((sum / rows).to(ScalarType.BFloat16));
        ushort[] mean = new ushort[length];
        BFloat16Average.Compute(Bits(values), mean);

        Assert.Equal(expected, mean);
    }

    [Theory]
    [InlineData(float.NaN, 1, float.NaN)]
    [InlineData(float.PositiveInfinity, 1, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity, float.NaN)]
    [InlineData(1, 1.0078125f, 1)] // half between two numbers: to the even one
    [InlineData(1.0078125f, 1.015625f, 1.015625f)]
    public void Special_values_and_ties_are_those_of_the_standard(float first, float second, float expected)
    {
        ushort[] mean = new ushort[1];
        BFloat16Average.Compute([Upper(first), Upper(second)], mean);

        Assert.Equal(expected, BitConverter.UInt32BitsToSingle((uint)mean[0] << 16));
    }

    [Fact]
    public void The_mean_may_replace_the_first_row()
    {
        ushort[] rows = [.. Enumerable.Range(0, 120).Select(value => Upper(value))];
        ushort[] expected = new ushort[40];
        BFloat16Average.Compute(rows, expected);

        BFloat16Average.Compute(rows, rows.AsSpan(0, 40));

        Assert.Equal(expected, rows[..40]);
        Assert.Equal(Upper(40), expected[0]); // of 0, 40 and 80
    }

    private static ushort Upper(float value) => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);

    private static ushort[] Bits(Tensor values) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(values.flatten().contiguous().bytes).ToArray();
}
