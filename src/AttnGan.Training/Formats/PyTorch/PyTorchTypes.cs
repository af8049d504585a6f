using static TorchSharp.torch;

namespace AttnGan.Training.Formats.PyTorch;

/// <summary>Element types of PyTorch's storages.</summary>
internal static class PyTorchTypes
{
    private static readonly (string Storage, string Type, ScalarType Scalar, int Bytes)[] All =
    [
        ("FloatStorage", "float32", ScalarType.Float32, 4),
        ("DoubleStorage", "float64", ScalarType.Float64, 8),
        ("HalfStorage", "float16", ScalarType.Float16, 2),
        ("BFloat16Storage", "bfloat16", ScalarType.BFloat16, 2),
        ("LongStorage", "int64", ScalarType.Int64, 8),
        ("IntStorage", "int32", ScalarType.Int32, 4),
        ("ShortStorage", "int16", ScalarType.Int16, 2),
        ("CharStorage", "int8", ScalarType.Int8, 1),
        ("ByteStorage", "uint8", ScalarType.Byte, 1),
        ("BoolStorage", "bool", ScalarType.Bool, 1),
    ];

    /// <summary>The type of untyped storages, which count bytes; their tensors specify the element type.</summary>
    public static StorageType Untyped { get; } = new(ScalarType.Byte, 1);

    public static IEnumerable<(string Storage, string Type, StorageType Elements)> Named =>
        All.Select(entry => (entry.Storage, entry.Type, new StorageType(entry.Scalar, entry.Bytes)));

    public static string StorageOf(ScalarType type) =>
        All.FirstOrDefault(entry => entry.Scalar == type).Storage
        ?? throw new CheckpointException($"Elements of type {type} are not supported in PyTorch files");
}
