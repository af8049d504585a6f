using AttnGan.Models.Onnx;

namespace AttnGan.Training.Onnx;

/// <summary>A dimension of an input or output: a fixed length, or the name of a dynamic one.</summary>
internal readonly record struct OnnxDimension(long Length, string? Name)
{
    public static readonly OnnxDimension Batch = new(0, "batch");

    public static readonly OnnxDimension Words = new(0, "words");

    public static implicit operator OnnxDimension(int length) => new(length, null);

    public TensorShapeProto.Types.Dimension ToProto() => Name is null ? new() { DimValue = Length } : new() { DimParam = Name };
}
