using System.Runtime.InteropServices;
using AttnGan.Models.Onnx;
using Google.Protobuf;
using TorchSharp;
using static TorchSharp.torch;
using DataType = AttnGan.Models.Onnx.TensorProto.Types.DataType;

namespace AttnGan.Training.Onnx;

/// <summary>Builds an ONNX graph node by node, in the order in which it computes. <see cref="OnnxOperators"/> has the nodes.</summary>
/// <param name="half">
/// Store weights of two and more dimensions as 16-bit floats, each with a Cast to 32, which ONNX Runtime computes once, when it loads.
/// </param>
internal sealed class OnnxGraph(bool half)
{
    /// <summary>Of ONNX's default operator set: the oldest that has everything needed, so that most programs read the files.</summary>
    public const int OperatorSet = 17;

    private const int IrVersion = 8;
    private const string Producer = "AttnGan";

    private readonly GraphProto _graph = new() { Name = Producer };
    private int _values;

    /// <summary>Adds an input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Kind of its numbers.</param>
    /// <param name="shape">Lengths, and names of those that differ from call to call.</param>
    public OnnxValue Input(string name, DataType type, params ReadOnlySpan<OnnxDimension> shape)
    {
        _graph.Input.Add(Describe(name, type, shape));
        return new OnnxValue(name);
    }

    /// <summary>Makes a value of 32-bit floats an output, under the name it has.</summary>
    public void Output(OnnxValue value, params ReadOnlySpan<OnnxDimension> shape) =>
        _graph.Output.Add(Describe(value.Name, DataType.Float, shape));

    /// <summary>Adds a weight under its name.</summary>
    /// <returns>The weight as 32-bit floats.</returns>
    public OnnxValue Weight(string name, Tensor value)
    {
        using DisposeScope scope = NewDisposeScope();
        bool isHalf = half && value.dim() >= 2;
        Tensor plain = value.detach().cpu().to_type(isHalf ? ScalarType.Float16 : ScalarType.Float32).contiguous();
        var tensor = new TensorProto
        {
            Name = name,
            DataType = isHalf ? DataType.Float16 : DataType.Float,
            RawData = UnsafeByteOperations.UnsafeWrap(plain.bytes.ToArray()),
        };
        tensor.Dims.Add(plain.shape);
        _graph.Initializer.Add(tensor);
        var weight = new OnnxValue(name);
        return isHalf ? this.Cast(weight, DataType.Float) : weight;
    }

    /// <summary>A vector of whole numbers.</summary>
    public OnnxValue Constant(params ReadOnlySpan<long> values) =>
        Constant(DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>A vector of numbers.</summary>
    public OnnxValue Constant(params ReadOnlySpan<float> values) =>
        Constant(DataType.Float, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>A single whole number.</summary>
    public OnnxValue Scalar(long value) => Constant(DataType.Int64, [], MemoryMarshal.AsBytes([value]));

    /// <summary>A single number.</summary>
    public OnnxValue Scalar(float value) => Constant(DataType.Float, [], MemoryMarshal.AsBytes([value]));

    /// <summary>Adds a node with one result.</summary>
    public OnnxValue Node(string operation, ReadOnlySpan<OnnxValue> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        Node(operation, 1, inputs, attributes)[0];

    /// <summary>Adds a node.</summary>
    /// <param name="operation">ONNX's name of what it computes.</param>
    /// <param name="results">How many values it gives.</param>
    /// <param name="inputs">What it computes from; <c>default</c> leaves out one that is optional.</param>
    /// <param name="attributes">Its settings.</param>
    public OnnxValue[] Node(string operation, int results, ReadOnlySpan<OnnxValue> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = operation };
        foreach (OnnxValue input in inputs)
        {
            node.Input.Add(input.Name ?? "");
        }

        foreach (AttributeProto attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        for (int i = 0; i < results; i++)
        {
            node.Output.Add($"{operation.ToLowerInvariant()}_{_values++}");
        }

        node.Name = node.Output[0];
        _graph.Node.Add(node);
        return [.. node.Output.Select(name => new OnnxValue(name))];
    }

    /// <summary>Gives the result of the node that was added last a name that others know it by.</summary>
    public OnnxValue Name(OnnxValue newest, string name)
    {
        NodeProto node = _graph.Node[^1];
        if (node.Output is not [var output] || output != newest.Name)
        {
            throw new ArgumentException($"`{newest.Name}` is not what the last node, {node.Name}, computes.", nameof(newest));
        }

        node.Output[0] = name;
        return new OnnxValue(name);
    }

    /// <summary>The finished model; it is this graph, not a copy.</summary>
    public ModelProto ToModel() => new()
    {
        IrVersion = IrVersion,
        ProducerName = Producer,
        ProducerVersion = AttnGanVersion.Number,
        OpsetImport = { new OperatorSetIdProto { Version = OperatorSet } },
        Graph = _graph,
    };

    private OnnxValue Constant(DataType type, long[] shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto { DataType = type, Dims = { shape }, RawData = ByteString.CopyFrom(bytes) };
        return Node("Constant", [], OnnxOperators.Attribute("value", tensor));
    }

    private static ValueInfoProto Describe(string name, DataType type, ReadOnlySpan<OnnxDimension> shape)
    {
        var described = new TensorShapeProto();
        foreach (OnnxDimension dimension in shape)
        {
            described.Dim.Add(dimension.ToProto());
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = described } },
        };
    }
}

/// <summary>One dimension of an input or output: a length, or a name where the length differs from call to call.</summary>
internal readonly record struct OnnxDimension(long Length, string? Name)
{
    public static readonly OnnxDimension Batch = new(0, "batch");

    public static readonly OnnxDimension Words = new(0, "words");

    public static implicit operator OnnxDimension(int length) => new(length, null);

    public TensorShapeProto.Types.Dimension ToProto() => Name is null ? new() { DimValue = Length } : new() { DimParam = Name };
}
