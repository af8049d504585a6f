namespace AttnGan.Generation;

/// <summary>
/// Standard normal noise that depends only on a seed, a stream and a position: bit-identical on every machine, in every batch and
/// however the calls divide the stream.
/// </summary>
/// <remarks>
/// <para>
/// With <c>mix</c> the finalizer of SplitMix64 (Steele, Lea and Flood 2014; Stafford's variant 13), g = 0x9E3779B97F4A7C15 and all
/// integers modulo 2^64:
/// </para>
/// <code>
/// key    = mix((mix(seed + g) xor stream) + g)
/// bits   = mix(key + (i + 1) g)
/// u      = (floor(bits / 2^12) + 1/2) / 2^52        in (0, 1), exact
/// normal = Phi^-1(u), rounded to single precision
/// </code>
/// <para>
/// Phi^-1 is Wichura's algorithm AS 241 (PPND16, 1988), exact to about 16 digits. The logarithm in its tails is implemented here,
/// as the platform's may differ in the last bit, unlike the sums, products, quotients and square roots of IEEE 754.
/// </para>
/// </remarks>
public static class SeededNoise
{
    /// <summary>The stream of z, the noise vector of the first stage.</summary>
    public const int LatentStream = 0;

    /// <summary>The stream of epsilon, the noise of conditioning augmentation.</summary>
    public const int ConditioningStream = 1;

    /// <summary>The stream that chooses the style of models that have several.</summary>
    public const int StyleStream = 2;

    private const double Ln2 = 0.693147180559945309417;

    // AS 241: numerators and denominators of the center, the tails and the far tails, lowest power first.
    private static readonly double[] s_centerNumerator =
    [
        3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
        4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
    ];

    private static readonly double[] s_centerDenominator =
    [
        1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
        2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
    ];

    private static readonly double[] s_tailNumerator =
    [
        1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
        1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ];

    private static readonly double[] s_tailDenominator =
    [
        1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ];

    private static readonly double[] s_farNumerator =
    [
        6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ];

    private static readonly double[] s_farDenominator =
    [
        1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ];

    /// <summary>Fills a span with the first values of a stream.</summary>
    /// <param name="seed">Any number; neighboring seeds give uncorrelated noise.</param>
    /// <param name="stream">The purpose of the noise: different streams of a seed are uncorrelated.</param>
    /// <param name="values">The span to fill.</param>
    public static void Fill(long seed, int stream, Span<float> values) => Fill(seed, stream, 0, values);

    /// <summary>Fills a span with the values of a stream from a position on.</summary>
    /// <param name="seed">Any number; neighboring seeds give uncorrelated noise.</param>
    /// <param name="stream">The purpose of the noise: different streams of a seed are uncorrelated.</param>
    /// <param name="start">The position of the first value in the stream, at least 0.</param>
    /// <param name="values">The span to fill.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is negative.</exception>
    public static void Fill(long seed, int stream, long start, Span<float> values) => Fill(seed, stream, start, 1, values);

    /// <summary>
    /// Fills a span with the first values of a stream, of a normal distribution truncated on both sides: with p the probability that is
    /// kept, u above becomes 1/2 + p (u - 1/2).
    /// </summary>
    /// <param name="seed">Any number; neighboring seeds give uncorrelated noise.</param>
    /// <param name="stream">The purpose of the noise: different streams of a seed are uncorrelated.</param>
    /// <param name="truncation">
    /// The largest magnitude, greater than 0; infinity gives the values of <see cref="Fill(long, int, Span{float})"/>.
    /// </param>
    /// <param name="values">The span to fill.</param>
    /// <exception cref="ArgumentOutOfRangeException">The truncation is not greater than 0.</exception>
    public static void FillTruncated(long seed, int stream, double truncation, Span<float> values)
    {
        if (!(truncation > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(truncation), truncation, "The truncation must be greater than 0.");
        }

        Fill(seed, stream, 0, KeptProbability(truncation), values);
    }

    private static void Fill(long seed, int stream, long start, double kept, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ulong key = SplitMix64.Mix((SplitMix64.Mix((ulong)seed + SplitMix64.GoldenGamma) ^ (ulong)stream) + SplitMix64.GoldenGamma);
        ulong counter = key + ((ulong)start * SplitMix64.GoldenGamma);
        for (int i = 0; i < values.Length; i++)
        {
            counter += SplitMix64.GoldenGamma;
            double u = ((SplitMix64.Mix(counter) >> 12) + 0.5) * (1.0 / (1L << 52));
            values[i] = (float)InverseNormalAround(kept * (u - 0.5));
        }
    }

    /// <summary>
    /// Returns the probability that the magnitude of a standard normal variable stays below a bound. It inverts
    /// <see cref="InverseNormal(double)"/> by bisection, so that the result does not depend on the platform.
    /// </summary>
    private static double KeptProbability(double truncation)
    {
        double low = 0, high = 1;
        while (true)
        {
            double middle = (low + high) / 2;
            if (middle == low || middle == high)
            {
                return high;
            }

            (low, high) = InverseNormalAround(middle / 2) < truncation ? (middle, high) : (low, middle);
        }
    }

    /// <summary>Returns the quantile of the standard normal distribution for a probability in (0, 1).</summary>
    internal static double InverseNormal(double p) => InverseNormal(p, p - 0.5);

    /// <summary>Returns <see cref="InverseNormal(double)"/> of 1/2 + q, exact for q near 0 too.</summary>
    private static double InverseNormalAround(double q) => InverseNormal(0.5 + q, q);

    /// <param name="p">1/2 + q, exact in the tails.</param>
    /// <param name="q">p - 1/2, exact in the center.</param>
    private static double InverseNormal(double p, double q)
    {
        if (q is >= -0.425 and <= 0.425)
        {
            double square = 0.180625 - (q * q);
            return q * Polynomial(s_centerNumerator, square) / Polynomial(s_centerDenominator, square);
        }

        double distance = Math.Sqrt(-Log(q < 0 ? p : 1 - p));
        double magnitude = distance <= 5
            ? Polynomial(s_tailNumerator, distance - 1.6) / Polynomial(s_tailDenominator, distance - 1.6)
            : Polynomial(s_farNumerator, distance - 5) / Polynomial(s_farDenominator, distance - 5);
        return q < 0 ? -magnitude : magnitude;
    }

    /// <summary>Returns the natural logarithm of a positive normal number.</summary>
    internal static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        // x = mantissa 2^exponent, mantissa in [1, 2)
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }

        // ln m = 2 artanh t with |t| < 0.172: eleven terms of the series reach the last bit.
        double t = (mantissa - 1) / (mantissa + 1);
        double square = t * t;
        double sum = 0.0;
        for (int power = 21; power >= 1; power -= 2)
        {
            sum = (sum * square) + (1.0 / power);
        }

        return (exponent * Ln2) + (2 * t * sum);
    }

    private static double Polynomial(double[] coefficients, double x)
    {
        double sum = 0.0;
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = (sum * x) + coefficients[i];
        }

        return sum;
    }
}
