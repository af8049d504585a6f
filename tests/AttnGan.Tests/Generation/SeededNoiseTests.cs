using AttnGan.Generation;
using CsCheck;

namespace AttnGan.Tests.Generation;

public sealed class SeededNoiseTests
{
    // Computed by an independent implementation of the documented formula with another inverse normal.
    [Theory]
    [InlineData(0, 0, new uint[] { 0xbf8b0681, 0x3ff2d8de, 0xbf16dbcf, 0x3fa5f438 })]
    [InlineData(42, 0, new uint[] { 0xbe930db3, 0x3fb4fd8c, 0xbfb13460, 0x3e865851 })]
    [InlineData(42, 1, new uint[] { 0x3e47370f, 0xbfa095f3, 0xbea5b091, 0x3c705aa4 })]
    [InlineData(-1, 0, new uint[] { 0x4009f399, 0xbf10b60f, 0x3e2d16a5, 0x3c055931 })]
    public void The_values_of_a_seed_never_change(long seed, int stream, uint[] expected) =>
        Assert.Equal(expected, Sample(seed, stream, 4).Select(BitConverter.SingleToUInt32Bits));

    [Fact]
    public void Values_do_not_depend_on_how_calls_divide_the_stream() =>
        Gen.Select(Gen.Long, Gen.Int, Gen.Int[0, 50], Gen.Int[0, 50]).Sample((seed, stream, first, second) =>
        {
            float[] whole = Sample(seed, stream, first + second);
            float[] parts = new float[first + second];
            SeededNoise.Fill(seed, stream, first, parts.AsSpan(first));
            SeededNoise.Fill(seed, stream, parts.AsSpan(0, first));
            return parts.SequenceEqual(whole);
        });

    [Fact]
    public void Values_are_standard_normal()
    {
        const int Count = 100_000;
        double[] values = Sample(7, SeededNoise.LatentStream, Count).Select(value => (double)value).Order().ToArray();
        double mean = values.Average();
        double variance = values.Average(value => Math.Pow(value - mean, 2));
        double skewness = values.Average(value => Math.Pow(value - mean, 3)) / Math.Pow(variance, 1.5);
        double kurtosis = values.Average(value => Math.Pow(value - mean, 4)) / (variance * variance);
        // Within four standard errors.
        double root = Math.Sqrt(Count);
        Assert.InRange(mean, -4 / root, 4 / root);
        Assert.InRange(variance, 1 - (4 * Math.Sqrt(2) / root), 1 + (4 * Math.Sqrt(2) / root));
        Assert.InRange(skewness, -4 * Math.Sqrt(6) / root, 4 * Math.Sqrt(6) / root);
        Assert.InRange(kurtosis, 3 - (4 * Math.Sqrt(24) / root), 3 + (4 * Math.Sqrt(24) / root));

        // Kolmogorov-Smirnov test at the 0.1 % level.
        double distance = values.Select((value, i) =>
        {
            double expected = NormalDistribution(value);
            return Math.Max(((i + 1.0) / Count) - expected, expected - ((double)i / Count));
        }).Max();
        Assert.True(distance < 1.95 / root, $"The distance is {distance}.");
    }

    [Fact]
    public void Seeds_and_streams_are_uncorrelated()
    {
        const int Count = 20_000;
        (long Seed, int Stream)[] keys = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (-1, 0), (long.MaxValue, 0), (1L << 32, 0)];
        float[][] samples = keys.Select(key => Sample(key.Seed, key.Stream, Count)).ToArray();
        for (int i = 0; i < samples.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double correlation = samples[i].Zip(samples[j], (a, b) => (double)a * b).Average();
                Assert.True(Math.Abs(correlation) < 4.5 / Math.Sqrt(Count), $"{keys[i]} and {keys[j]}: {correlation}.");
            }
        }
    }

    [Theory]
    [InlineData(1e-15, -7.941345326170995)]
    [InlineData(1e-9, -5.9978070150076865)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(0.07, -1.4757910281791702)]
    [InlineData(0.0751, -1.4388253927525398)]
    [InlineData(0.3, -0.5244005127080407)]
    [InlineData(0.5, 0)]
    [InlineData(0.9, 1.2815515655446008)]
    [InlineData(1 - 1.1102230246251565e-16, 8.209536151601386)]
    public void Quantiles_are_those_of_the_normal_distribution(double probability, double expected) =>
        Assert.Equal(expected, SeededNoise.InverseNormal(probability), 1e-13);

    [Fact]
    public void The_logarithm_is_exact_up_to_the_last_bits() =>
        Gen.Double[1e-17, 10].Where(x => Math.Abs(x - 1) > 0.01).Sample(x =>
        {
            double expected = Math.Log(x);
            return Math.Abs(SeededNoise.Log(x) - expected) <= 4e-16 * Math.Max(Math.Abs(expected), 1);
        });

    [Fact]
    public void A_negative_position_is_rejected() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SeededNoise.Fill(0, 0, -1, new float[1]));

    [Fact]
    public void Truncation_at_infinity_gives_the_same_bits()
    {
        float[] values = new float[10_000];
        SeededNoise.FillTruncated(42, SeededNoise.LatentStream, double.PositiveInfinity, values);
        Assert.Equal(Sample(42, SeededNoise.LatentStream, values.Length), values);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void Truncated_values_have_the_truncated_distribution(double truncation)
    {
        const int Count = 100_000;
        float[] values = SampleTruncated(7, truncation, Count);
        Assert.InRange(values.Max(MathF.Abs), truncation * 0.999, (float)truncation);

        double below = NormalDistribution(-truncation);
        double kept = 1 - (2 * below);
        double[] ascending = [.. values.Select(value => (double)value).Order()];
        double distance = ascending.Select((value, i) =>
        {
            double expected = (NormalDistribution(value) - below) / kept;
            return Math.Max(((i + 1.0) / Count) - expected, expected - ((double)i / Count));
        }).Max();
        Assert.True(distance < 1.95 / Math.Sqrt(Count), $"The distance is {distance}."); // Kolmogorov-Smirnov at the 0.1 % level
    }

    [Fact]
    public void Truncation_keeps_the_order_of_values()
    {
        float[] whole = Sample(3, SeededNoise.LatentStream, 1000);
        float[] truncated = SampleTruncated(3, 0.8, 1000);
        Assert.Equal(
            Enumerable.Range(0, 1000).OrderBy(i => whole[i]).Select(i => truncated[i]),
            truncated.Order());
        Assert.All(
            whole.Zip(truncated),
            pair => Assert.True(MathF.Abs(pair.Second) <= MathF.Abs(pair.First) && pair.First * pair.Second > 0));
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-16)]
    [InlineData(1e-30)]
    public void A_tiny_truncation_gives_a_uniform_distribution(double truncation)
    {
        float[] scaled = [.. SampleTruncated(7, truncation, 10_000).Select(value => (float)(value / truncation))];
        Assert.All(scaled, value => Assert.InRange(value, -1.0001f, 1.0001f));
        int[] tenths = [.. Enumerable.Range(0, 10).Select(tenth => scaled.Count(value => (int)Math.Clamp((value + 1) * 5, 0, 9) == tenth))];
        Assert.All(tenths, count => Assert.InRange(count, 1000 - 150, 1000 + 150)); // five standard deviations
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_truncation_out_of_range_is_rejected(double truncation) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SeededNoise.FillTruncated(0, 0, truncation, new float[1]));

    private static float[] SampleTruncated(long seed, double truncation, int count)
    {
        float[] values = new float[count];
        SeededNoise.FillTruncated(seed, SeededNoise.LatentStream, truncation, values);
        return values;
    }

    private static float[] Sample(long seed, int stream, int count)
    {
        float[] values = new float[count];
        SeededNoise.Fill(seed, stream, values);
        return values;
    }

    /// <summary>Marsaglia's series (2004), exact to about 1e-15 in the range of 100,000 samples.</summary>
    private static double NormalDistribution(double x)
    {
        double sum = x, term = x;
        for (int i = 3; Math.Abs(term) > 1e-18; i += 2)
        {
            term *= x * x / i;
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }
}
