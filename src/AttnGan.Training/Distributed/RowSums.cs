using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AttnGan.Training.Distributed;

/// <summary>
/// Sums of the rows of a matrix, computed by one thread. libtorch would begin threads of its own for each thread that it is called from.
/// </summary>
internal static class RowSums
{
    private const int HalfBits = 16;

    /// <summary>Adds up rows.</summary>
    /// <param name="rows">The address of (N, M) numbers; the first row becomes the sums.</param>
    /// <param name="count">N.</param>
    /// <param name="length">M.</param>
    /// <param name="type">Their type: 32 or 64 bits, or bfloat16.</param>
    /// <exception cref="NotSupportedException">The numbers are of another type.</exception>
    public static unsafe void Compute(nint rows, int count, int length, ScalarType type)
    {
        switch (type)
        {
            case ScalarType.Float32:
                Compute(Rows<float>(), length);
                break;
            case ScalarType.Float64:
                Compute(Rows<double>(), length);
                break;
            case ScalarType.BFloat16:
                ComputeBFloat16(Rows<ushort>(), length);
                break;
            default:
                throw new NotSupportedException($"Sums over ranks are of 16, 32 or 64-bit floating point numbers, not of {type}.");
        }

        Span<T> Rows<T>()
            where T : unmanaged => MemoryMarshal.CreateSpan(ref *(T*)rows, checked(count * length));
    }

    /// <summary>Adds rows to the first one, in their order.</summary>
    public static void Compute<T>(Span<T> rows, int length)
        where T : unmanaged, INumber<T>
    {
        Span<T> sums = rows[..length];
        for (int start = length; start < rows.Length; start += length)
        {
            ReadOnlySpan<T> row = rows.Slice(start, length);
            int i = 0;
            for (; i <= length - Vector<T>.Count; i += Vector<T>.Count)
            {
                (new Vector<T>(sums[i..]) + new Vector<T>(row[i..])).CopyTo(sums[i..]);
            }

            for (; i < length; i++)
            {
                sums[i] += row[i];
            }
        }
    }

    /// <summary>
    /// Adds up rows of bfloat16 numbers, the upper halves of 32-bit floating point numbers: in 32 bits, and rounds once, to nearest, ties
    /// to even.
    /// </summary>
    public static void ComputeBFloat16(Span<ushort> rows, int length)
    {
        int i = 0;
        for (; i <= length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            (Vector<float> lower, Vector<float> upper) = (Vector<float>.Zero, Vector<float>.Zero);
            for (int start = i; start < rows.Length; start += length)
            {
                Vector.Widen(new Vector<ushort>(rows[start..]), out Vector<uint> low, out Vector<uint> high);
                lower += Vector.AsVectorSingle(low << HalfBits);
                upper += Vector.AsVectorSingle(high << HalfBits);
            }

            Vector.Narrow(Round(lower), Round(upper)).CopyTo(rows[i..]);
        }

        for (; i < length; i++)
        {
            float sum = 0;
            for (int start = i; start < rows.Length; start += length)
            {
                sum += BitConverter.UInt32BitsToSingle((uint)rows[start] << HalfBits);
            }

            rows[i] = (ushort)Round(new Vector<float>(sum))[0];
        }
    }

    private static Vector<uint> Round(Vector<float> values)
    {
        var bits = Vector.AsVectorUInt32(values);
        Vector<uint> isOdd = (bits >> HalfBits) & Vector<uint>.One;
        return (bits + new Vector<uint>(0x7fff) + isOdd) >> HalfBits;
    }
}
