using AttnGan.Training.Distributed;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Distributed;

public sealed class RowSumsTests
{
    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 64)]
    [InlineData(5, 1000)]
    public void Sums_are_those_of_libtorch(int rows, int length)
    {
        foreach (ScalarType type in (ScalarType[])[ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16])
        {
            using DisposeScope scope = NewDisposeScope();
            using torch.Generator seed = new(3);
            Tensor values = (randn(rows, length, generator: seed) * 1e3).to(type);
            ScalarType exact = type == ScalarType.Float64 ? type : ScalarType.Float32;
            Tensor sum = zeros(length, exact);
            for (int row = 0; row < rows; row++)
            {
                sum += values[row].to(exact);
            }

            RowSums.Compute(values.Address(), rows, length, type);

            Assert.Equal(sum.to(type).bytes.ToArray(), values[0].bytes.ToArray());
        }
    }

    [Fact]
    public void Integers_are_refused()
    {
        using Tensor values = zeros(2, 2, ScalarType.Int32);

        Assert.Throws<NotSupportedException>(() => RowSums.Compute(values.Address(), 2, 2, ScalarType.Int32));
    }

    [Theory]
    [InlineData(float.NaN, 1, float.NaN)]
    [InlineData(float.PositiveInfinity, 1, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity, float.NaN)]
    [InlineData(1, 0.00390625f, 1)] // half between two numbers: to the even one
    [InlineData(1.0078125f, 0.00390625f, 1.015625f)]
    public void Special_values_and_ties_are_those_of_the_standard(float first, float second, float expected)
    {
        ushort[] rows = [Upper(first), Upper(second)];
        RowSums.ComputeBFloat16(rows, 1);

        Assert.Equal(expected, BitConverter.UInt32BitsToSingle((uint)rows[0] << 16));

        static ushort Upper(float value) => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
    }
}
