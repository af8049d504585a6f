using System.Runtime.Intrinsics;
using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed class VectorMathTests
{
    private const float Infinity = float.PositiveInfinity;

    [Fact]
    public void Exp_has_a_relative_error_of_at_most_2e_7()
    {
        foreach (float x in ValuesIn(-87, 88))
        {
            double expected = Math.Exp(x);
            Assert.True(Math.Abs(Exp(x) - expected) <= 2e-7 * expected, $"e^{x} is {expected}, not {Exp(x)}.");
        }
    }

    [Fact]
    public void Exp_of_zero_is_one()
    {
        Assert.Equal(1, Exp(0));
        Assert.Equal(1, Exp(-0f));
        Assert.Equal(1, Exp(float.Epsilon));
    }

    [Fact]
    public void Exp_is_clamped_to_normal_numbers()
    {
        Assert.Equal(Exp(-87), Exp(-87.5f));
        Assert.Equal(Exp(-87), Exp(-1e30f));
        Assert.Equal(Exp(-87), Exp(-Infinity));
        Assert.Equal(Exp(88), Exp(88.5f));
        Assert.Equal(Exp(88), Exp(Infinity));
        Assert.True(float.IsNormal(Exp(-87)));
        Assert.True(float.IsNormal(Exp(88)));
    }

    [Fact]
    public void Sigmoid_has_a_relative_error_of_at_most_3e_7()
    {
        foreach (float x in ValuesIn(-86, 200))
        {
            double expected = NaiveLayers.Sigmoid(x);
            Assert.True(Math.Abs(Sigmoid(x) - expected) <= 3e-7 * expected, $"sigmoid({x}) is {expected}, not {Sigmoid(x)}.");
        }
    }

    [Fact]
    public void Sigmoid_ranges_from_zero_to_one()
    {
        Assert.Equal(0.5f, Sigmoid(0));
        Assert.Equal(1, Sigmoid(Infinity));
        Assert.Equal(1, Sigmoid(1e30f));
        Assert.InRange(Sigmoid(-Infinity), 0, 1e-38f);
        Assert.InRange(Sigmoid(-1e30f), 0, 1e-38f);
    }

    [Fact]
    public void Tanh_has_an_absolute_error_of_at_most_2e_7()
    {
        foreach (float x in ValuesIn(-200, 200))
        {
            double expected = Math.Tanh(x);
            Assert.True(Math.Abs(Tanh(x) - expected) <= 2e-7, $"tanh({x}) is {expected}, not {Tanh(x)}.");
            Assert.InRange(Tanh(x), -1, 1);
        }
    }

    [Fact]
    public void Tanh_ranges_from_minus_one_to_one()
    {
        Assert.Equal(0, Tanh(0));
        Assert.Equal(1, Tanh(Infinity));
        Assert.Equal(-1, Tanh(-Infinity));
    }

    [Fact]
    public void NaN_stays_NaN()
    {
        Assert.True(float.IsNaN(Exp(float.NaN)));
        Assert.True(float.IsNaN(Sigmoid(float.NaN)));
        Assert.True(float.IsNaN(Tanh(float.NaN)));
    }

    [Fact]
    public void Functions_are_monotonic_up_to_rounding()
    {
        float[] ascending = [.. ValuesIn(-90, 90).Order()];
        for (int i = 1; i < ascending.Length; i++)
        {
            (float low, float high) = (ascending[i - 1], ascending[i]);
            Assert.True(Exp(high) >= Exp(low) * (1 - 2e-7f), $"{low}, {high}");
            Assert.True(Sigmoid(high) >= Sigmoid(low) * (1 - 2e-7f), $"{low}, {high}");
            Assert.True(Tanh(high) >= Tanh(low) - 2e-7f, $"{low}, {high}");
        }
    }

    [Fact]
    public void Lanes_are_independent()
    {
        float[] values = [-100, -9, -1.5f, -0.3f, 0, 0.01f, 0.7f, 1, 2, 3, 10, 50, 87, 99, Infinity, -Infinity];
        var x = Vector512.Create(values);

        for (int lane = 0; lane < 16; lane++)
        {
            Assert.Equal(Exp(values[lane]), VectorMath.Exp(x)[lane]);
            Assert.Equal(Sigmoid(values[lane]), VectorMath.Sigmoid(x)[lane]);
            Assert.Equal(Tanh(values[lane]), VectorMath.Tanh(x)[lane]);
        }
    }

    [Fact]
    public void The_order_of_a_sum_is_fixed()
    {
        float[] x = NaiveLayers.Normal(1, 16);
        float[] eight = [.. Enumerable.Range(0, 8).Select(i => x[i] + x[i + 8])];
        float[] four = [.. Enumerable.Range(0, 4).Select(i => eight[i] + eight[i + 4])];
        float expected = (four[0] + four[2]) + (four[1] + four[3]);

        Assert.Equal(expected, VectorMath.Sum(Vector512.Create(x)));
        Assert.Equal(136, VectorMath.Sum(Vector512.Create([.. Enumerable.Range(1, 16).Select(i => (float)i)])));
    }

    [Fact]
    public void The_largest_value_is_found_in_every_lane()
    {
        for (int lane = 0; lane < 16; lane++)
        {
            float[] x = [.. Enumerable.Range(0, 16).Select(i => i == lane ? -1f : -2f - i)];
            Assert.Equal(-1, VectorMath.Largest(Vector512.Create(x)));
        }

        Assert.Equal(-Infinity, VectorMath.Largest(Vector512.Create(-Infinity)));
    }

    private static float Exp(float x) => VectorMath.Exp(Vector512.Create(x))[3];

    private static float Sigmoid(float x) => VectorMath.Sigmoid(Vector512.Create(x))[3];

    private static float Tanh(float x) => VectorMath.Tanh(Vector512.Create(x))[3];

    /// <summary>Returns values of an interval around 0: every 40009th float, and even steps.</summary>
    private static IEnumerable<float> ValuesIn(float min, float max)
    {
        for (uint bits = 0; bits < 0x7F800000; bits += 40009)
        {
            float magnitude = BitConverter.UInt32BitsToSingle(bits);
            if (magnitude <= max)
            {
                yield return magnitude;
            }

            if (-magnitude >= min)
            {
                yield return -magnitude;
            }
        }

        for (int i = 0; i <= 20_000; i++)
        {
            yield return min + ((max - min) * (i / 20_000f));
        }
    }
}
