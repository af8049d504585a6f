using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Formats.Safetensors;

/// <summary>Element types of the safetensors format.</summary>
internal static class SafetensorsTypes
{
    private static readonly (string Name, ScalarType Type, int Bytes)[] All =
    [
        ("F64", ScalarType.Float64, 8),
        ("F32", ScalarType.Float32, 4),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8),
        ("I32", ScalarType.Int32, 4),
        ("I16", ScalarType.Int16, 2),
        ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    public static bool TryFind(string name, out ScalarType type, out int bytes)
    {
        int index = Array.FindIndex(All, entry => entry.Name == name);
        (_, type, bytes) = index < 0 ? default : All[index];
        return index >= 0;
    }

    public static bool TryFind(ScalarType type, out string name, out int bytes)
    {
        int index = Array.FindIndex(All, entry => entry.Type == type);
        (name, _, bytes) = index < 0 ? ("", default, 0) : All[index];
        return index >= 0;
    }

    /// <summary>Visits the memory of a contiguous CPU tensor in chunks, because a span cannot exceed 2 GiB.</summary>
    public static void ForEachChunk(Tensor contiguous, ChunkAction action)
    {
        const long elementsPerChunk = 1 << 24;
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = contiguous.detach().view(-1);
        for (long start = 0; start < flat.NumberOfElements; start += elementsPerChunk)
        {
            using Tensor chunk = flat.narrow(0, start, Math.Min(elementsPerChunk, flat.NumberOfElements - start));
            action(chunk.bytes);
        }
    }

    public delegate void ChunkAction(Span<byte> bytes);
}
