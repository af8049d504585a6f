using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>
/// Elementary functions of 16 values, built only from additions, products, quotients and fused multiply-adds: bit-identical on every
/// machine, where the platform's functions may differ in the last bit.
/// </summary>
internal static class VectorMath
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts: an integer times the first is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    // Outside of this range e^x is not a normal number. Infinities give the limits.
    private const float MinExponent = -87f;
    private const float MaxExponent = 88f;

    /// <summary>Returns e^x with a relative error of about 1e-7; x is clamped to [-87, 88].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(MinExponent)), Vector512.Create(MaxExponent));
        var shift = Vector512.Create(12582912f); // 1.5 * 2^23: adding it rounds to an integer
        Vector512<float> whole = Vector512.FusedMultiplyAdd(x, Vector512.Create(Log2E), shift) - shift;
        var r = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-Ln2High), x);
        r = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-Ln2Low), r);

        // The Taylor series: |r| < 0.35.
        var sum = Vector512.Create(1f / 5040);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 720));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 120));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 24));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 6));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(0.5f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<float>.One);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<float>.One);
        Vector512<int> exponent = Vector512.ConvertToInt32(whole) << 23;
        return (sum.AsInt32() + exponent).AsSingle();
    }

    /// <summary>Returns 1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));

    /// <summary>Returns tanh(x) with an absolute error of about 1e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x) =>
        Vector512.FusedMultiplyAdd(Vector512.Create(2f), Sigmoid(x + x), -Vector512<float>.One);

    /// <summary>Interpolates linearly, unlike <see cref="float.Lerp"/> with a last bit that does not depend on the processor.</summary>
    public static float Lerp(float from, float to, float part) => (from * (1 - part)) + (to * part);

    /// <summary>Returns the largest of 16 values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector512<float> x)
    {
        var eight = Vector256.Max(x.GetLower(), x.GetUpper());
        var four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        return Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3]));
    }

    /// <summary>Returns the sum of 16 values, always in the same order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> x)
    {
        Vector256<float> eight = x.GetLower() + x.GetUpper();
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }
}
