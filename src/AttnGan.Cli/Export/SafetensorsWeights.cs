using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using AttnGan.Models;
using AttnGan.Models.Onnx;

namespace AttnGan.Cli.Export;

/// <summary>
/// Writes the weights of a model package in the safetensors format: 8 bytes of header length, a JSON header padded with spaces to a
/// multiple of 8, and the values without gaps.
/// </summary>
internal static class SafetensorsWeights
{
    /// <exception cref="AttnGanException">The file cannot be written.</exception>
    public static void Write(ModelPackage package, string path)
    {
        IReadOnlyDictionary<string, int[]> shapes = WeightShapes.Of(package.Architecture, package.Vocabulary.Count);
        // Values of 32 bits first, so that all are aligned.
        TensorProto[] weights =
        [
            .. package.Model.Graph.Initializer.Where(tensor => shapes.ContainsKey(tensor.Name))
                .OrderBy(IsHalf).ThenBy(tensor => tensor.Name, StringComparer.Ordinal),
        ];
        byte[] header = Header(weights);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (TensorProto weight in weights)
            {
                stream.Write(weight.RawData.Span);
            }
        });
    }

    private static byte[] Header(IEnumerable<TensorProto> weights)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(new byte[sizeof(long)]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            long offset = 0;
            foreach (TensorProto weight in weights)
            {
                json.WriteStartObject(weight.Name);
                json.WriteString("dtype", IsHalf(weight) ? "F16" : "F32");
                WriteNumbers(json, "shape", weight.Dims);
                WriteNumbers(json, "data_offsets", [offset, offset += weight.RawData.Length]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        buffer.Write(Enumerable.Repeat((byte)' ', (8 - (buffer.WrittenCount % 8)) % 8).ToArray());
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - sizeof(long));
        return header;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static bool IsHalf(TensorProto tensor) => tensor.DataType == TensorProto.Types.DataType.Float16;
}
