using System.Runtime.InteropServices;
using AttnGan.Models.Onnx;
using Google.Protobuf;
using TorchSharp;
using static TorchSharp.torch;
using DataType = AttnGan.Models.Onnx.TensorProto.Types.DataType;

namespace AttnGan.Training.Onnx;

/// <summary>Builds an ONNX graph node by node, in execution order. <see cref="OnnxOperators"/> has the operators.</summary>
/// <param name="half">
/// Store weights with two or more dimensions as 16-bit floats, each with a Cast to 32 bits, which ONNX Runtime executes only once, when
/// it loads the model.
/// </param>
internal sealed class OnnxGraph(bool half)
{
    /// <summary>Version of ONNX's default operator set: the oldest that is sufficient, for the widest compatibility.</summary>
    public const int OperatorSet = 17;

    private const int IrVersion = 8;
    private const string Producer = "AttnGan";

    private readonly GraphProto _graph = new() { Name = Producer };
    private int _values;

    /// <summary>Adds an input.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">Fixed lengths, and names of dynamic ones.</param>
    public OnnxValue Input(string name, DataType type, params ReadOnlySpan<OnnxDimension> shape)
    {
        _graph.Input.Add(Describe(name, type, shape));
        return new OnnxValue(name);
    }

    /// <summary>Makes a value of 32-bit floats an output, with the value's name.</summary>
    public void Output(OnnxValue value, params ReadOnlySpan<OnnxDimension> shape) =>
        _graph.Output.Add(Describe(value.Name, DataType.Float, shape));

    /// <summary>Adds a weight.</summary>
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

    /// <summary>Adds a constant vector of integers.</summary>
    public OnnxValue Constant(params ReadOnlySpan<long> values) =>
        Constant(DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>Adds a constant vector of floats.</summary>
    public OnnxValue Constant(params ReadOnlySpan<float> values) =>
        Constant(DataType.Float, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>Adds a constant integer.</summary>
    public OnnxValue Scalar(long value) => Constant(DataType.Int64, [], MemoryMarshal.AsBytes([value]));

    /// <summary>Adds a constant float.</summary>
    public OnnxValue Scalar(float value) => Constant(DataType.Float, [], MemoryMarshal.AsBytes([value]));

    /// <summary>Adds a node with one output.</summary>
    public OnnxValue Node(string operation, ReadOnlySpan<OnnxValue> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        Node(operation, 1, inputs, attributes)[0];

    /// <summary>Adds a node.</summary>
    /// <param name="operation">ONNX's name of the operator.</param>
    /// <param name="results">Number of outputs.</param>
    /// <param name="inputs">The inputs; <c>default</c> omits an optional one.</param>
    /// <param name="attributes">The attributes.</param>
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

    /// <summary>Renames the output of the last node, to make it known by a fixed name.</summary>
    public OnnxValue Name(OnnxValue newest, string name)
    {
        NodeProto node = _graph.Node[^1];
        if (node.Output is not [var output] || output != newest.Name)
        {
            throw new ArgumentException($"`{newest.Name}` is not the output of the last node, {node.Name}.", nameof(newest));
        }

        node.Output[0] = name;
        return new OnnxValue(name);
    }

    /// <summary>Returns the model, which shares this graph.</summary>
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
