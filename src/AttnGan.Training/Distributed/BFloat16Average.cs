using System.Numerics;
using System.Runtime.InteropServices;

namespace AttnGan.Training.Distributed;

/// <summary>The mean of vectors of bfloat16 numbers: the upper halves of 32-bit floating point numbers.</summary>
internal static class BFloat16Average
{
    private const int HalfBits = 16;

    /// <summary>Adds up in 32 bits and rounds the mean once, to nearest, ties to even.</summary>
    /// <param name="rows">(N, M) numbers, one row after another.</param>
    /// <param name="mean">Receives M numbers; may be the first row.</param>
    public static void Compute(ReadOnlySpan<ushort> rows, Span<ushort> mean)
    {
        int count = rows.Length / mean.Length;
        int width = Vector<ushort>.Count;
        int i = 0;
        for (; i <= mean.Length - width; i += width)
        {
            (Vector<float> lower, Vector<float> upper) = (Vector<float>.Zero, Vector<float>.Zero);
            for (int row = 0; row < count; row++)
            {
                Vector.Widen(new Vector<ushort>(rows[(row * mean.Length + i)..]), out Vector<uint> low, out Vector<uint> high);
                lower += Vector.AsVectorSingle(low << HalfBits);
                upper += Vector.AsVectorSingle(high << HalfBits);
            }

            Vector.Narrow(Round(lower / count), Round(upper / count)).CopyTo(mean[i..]);
        }

        for (; i < mean.Length; i++)
        {
            float sum = 0;
            for (int row = 0; row < count; row++)
            {
                sum += BitConverter.UInt32BitsToSingle((uint)rows[row * mean.Length + i] << HalfBits);
            }

            mean[i] = (ushort)Round(new Vector<float>(sum / count))[0];
        }
    }

    /// <inheritdoc cref="Compute(ReadOnlySpan{ushort}, Span{ushort})"/>
    /// <param name="rows">The address of (N, M) numbers.</param>
    /// <param name="mean">The address of M numbers.</param>
    /// <param name="count">N.</param>
    /// <param name="length">M.</param>
    public static unsafe void Compute(nint rows, nint mean, int count, int length) => Compute(
        MemoryMarshal.CreateReadOnlySpan(ref *(ushort*)rows, checked(count * length)),
        MemoryMarshal.CreateSpan(ref *(ushort*)mean, length));

    private static Vector<uint> Round(Vector<float> values)
    {
        Vector<uint> bits = Vector.AsVectorUInt32(values);
        Vector<uint> isOdd = (bits >> HalfBits) & Vector<uint>.One;
        return (bits + new Vector<uint>(0x7fff) + isOdd) >> HalfBits;
    }
}
