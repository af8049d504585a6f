using System.Runtime.InteropServices;
using AttnGan.Models.Onnx;
using AttnGan.Training.Formats;
using Google.Protobuf;
using static TorchSharp.torch;

namespace AttnGan.Training.Onnx;

/// <summary>Reads the graph and the weights of an ONNX file that another program wrote.</summary>
internal sealed class OnnxFile
{
    private readonly Dictionary<string, TensorProto> _weights;
    private readonly string _path;

    private OnnxFile(GraphProto graph, string path)
    {
        _path = path;
        Nodes = graph.Node;
        _weights = graph.Initializer.ToDictionary(weight => weight.Name, StringComparer.Ordinal);
    }

    /// <summary>The operators, each after those whose outputs it reads.</summary>
    public IReadOnlyList<NodeProto> Nodes { get; }

    /// <exception cref="CheckpointException">The file is missing, damaged or not an ONNX model.</exception>
    public static OnnxFile Open(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            GraphProto? graph = ModelProto.Parser.ParseFrom(stream).Graph;
            return graph is null ? throw Invalid(path, "it has no graph") : new OnnxFile(graph, path);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw Invalid(path, error.Message.TrimEnd('.'), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"Cannot read `{path}`: {error.Message}", error);
        }
    }

    /// <summary>Returns a weight in 32 bits.</summary>
    /// <exception cref="CheckpointException">The file does not contain it, or not in 32 bits.</exception>
    public Tensor Weight(string name)
    {
        if (!_weights.TryGetValue(name, out TensorProto? weight) || weight.DataType != TensorProto.Types.DataType.Float)
        {
            throw Invalid(_path, $"it has no weight `{name}` of 32-bit numbers");
        }

        float[] values = weight.RawData.IsEmpty
            ? [.. weight.FloatData]
            : MemoryMarshal.Cast<byte, float>(weight.RawData.Span).ToArray();
        return values.Length == weight.Dims.Aggregate(1L, (count, length) => count * length)
            ? tensor(values, [.. weight.Dims])
            : throw Invalid(_path, $"`{name}` has {values.Length} numbers, but shape ({string.Join(", ", weight.Dims)})");
    }

    private static CheckpointException Invalid(string path, string reason, Exception? inner = null) =>
        new($"`{path}` is not a usable ONNX file: {reason}. Copy it again from its source.", inner);
}
