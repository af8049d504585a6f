using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>Tensors as bytes, which ranks exchange.</summary>
internal static class TensorBytes
{
    /// <summary>Writes tensors, of any device.</summary>
    public static byte[] Write(Tensor[] tensors)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(tensors.Length);
        Array.ForEach(tensors, tensor => Write(writer, tensor));
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="Write(Tensor[])"/> wrote; tensors are on the CPU.</summary>
    public static Tensor[] Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var tensors = new Tensor[reader.ReadInt32()];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = Read(reader)!;
        }

        return tensors;
    }

    /// <summary>Writes the number of dimensions (-1 for null), the shape, the element type and the values.</summary>
    public static void Write(BinaryWriter writer, Tensor? tensor)
    {
        if (tensor is null)
        {
            writer.Write(-1);
            return;
        }

        writer.Write(tensor.shape.Length);
        Array.ForEach(tensor.shape, writer.Write);
        writer.Write((sbyte)tensor.dtype);
        using Tensor values = tensor.detach().cpu().contiguous();
        writer.Write(values.bytes);
    }

    /// <summary>Reads what <see cref="Write(BinaryWriter, Tensor?)"/> wrote; the tensor is on the CPU.</summary>
    public static Tensor? Read(BinaryReader reader)
    {
        int dimensions = reader.ReadInt32();
        if (dimensions < 0)
        {
            return null;
        }

        long[] shape = [.. Enumerable.Range(0, dimensions).Select(_ => reader.ReadInt64())];
        Tensor tensor = empty(shape, (ScalarType)reader.ReadSByte(), CPU);
        reader.BaseStream.ReadExactly(tensor.bytes);
        return tensor;
    }
}
