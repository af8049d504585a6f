using AttnGan.Models;
using AttnGan.Models.Onnx;
using AttributeType = AttnGan.Models.Onnx.AttributeProto.Types.AttributeType;
using DataType = AttnGan.Models.Onnx.TensorProto.Types.DataType;

namespace AttnGan.Training.Onnx;

/// <summary>The ONNX operators in our models (https://onnx.ai/onnx/operators).</summary>
internal static class OnnxOperators
{
    public static OnnxValue Add(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("Add", [a, b]);

    public static OnnxValue Multiply(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("Mul", [a, b]);

    public static OnnxValue MatMul(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("MatMul", [a, b]);

    public static OnnxValue Exp(this OnnxGraph graph, OnnxValue x) => graph.Node("Exp", [x]);

    public static OnnxValue Sigmoid(this OnnxGraph graph, OnnxValue x) => graph.Node("Sigmoid", [x]);

    public static OnnxValue Tanh(this OnnxGraph graph, OnnxValue x) => graph.Node("Tanh", [x]);

    public static OnnxValue Less(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("Less", [a, b]);

    public static OnnxValue Where(this OnnxGraph graph, OnnxValue condition, OnnxValue ifTrue, OnnxValue ifFalse) =>
        graph.Node("Where", [condition, ifTrue, ifFalse]);

    public static OnnxValue Softmax(this OnnxGraph graph, OnnxValue x, int axis) => graph.Node("Softmax", [x], Attribute("axis", axis));

    /// <summary>Linear layer: (B, inputs) with weight (outputs, inputs) and bias (outputs) to (B, outputs).</summary>
    public static OnnxValue Linear(this OnnxGraph graph, OnnxValue x, OnnxValue weight, OnnxValue bias) =>
        graph.Node("Gemm", [x, weight, bias], Attribute("transB", 1));

    /// <summary>Mean of each block of size x size values.</summary>
    public static OnnxValue AveragePool(this OnnxGraph graph, OnnxValue x, long size) =>
        graph.Node("AveragePool", [x], Attribute("kernel_shape", [size, size]), Attribute("strides", [size, size]));

    public static OnnxValue LeakyRelu(this OnnxGraph graph, OnnxValue x, float negativeSlope) =>
        graph.Node("LeakyRelu", [x], Attribute("alpha", negativeSlope));

    /// <summary>Divides the vectors along an axis by their lengths.</summary>
    public static OnnxValue Normalize(this OnnxGraph graph, OnnxValue x, long axis)
    {
        OnnxValue length = graph.Node("ReduceL2", [x], Attribute("axes", [axis]));
        return graph.Node("Div", [x, graph.Node("Max", [length, graph.Scalar(1e-12f)])]);
    }

    /// <summary>Selects the elements of an axis before an end, which counts from the end of the axis if it is negative.</summary>
    public static OnnxValue Before(this OnnxGraph graph, OnnxValue x, long end, long axis) =>
        graph.Node("Slice", [x, graph.Constant([0L]), graph.Constant([end]), graph.Constant([axis])]);

    /// <summary>Convolution without padding.</summary>
    public static OnnxValue Conv(this OnnxGraph graph, OnnxValue x, OnnxValue weight, long kernel) =>
        graph.Node("Conv", [x, weight], Attribute("kernel_shape", [kernel, kernel]));

    /// <summary>Convolution with a 3 x 3 kernel and padding 1.</summary>
    public static OnnxValue Conv3x3(this OnnxGraph graph, OnnxValue x, OnnxValue weight, OnnxValue? bias = null) =>
        graph.Node(
            "Conv",
            bias is { } shift ? [x, weight, shift] : [x, weight],
            Attribute("kernel_shape", [3, 3]),
            Attribute("pads", [1, 1, 1, 1]));

    /// <summary>
    /// Nearest-neighbor upsampling from (B, C, H, W) to (B, C, 2H, 2W). With these modes ONNX Runtime keeps its convolutions' layout.
    /// </summary>
    public static OnnxValue Upsample2x(this OnnxGraph graph, OnnxValue x) => graph.Node(
        "Resize",
        [x, default, graph.Constant(1f, 1f, 2f, 2f)],
        Attribute("mode", "nearest"),
        Attribute("coordinate_transformation_mode", "asymmetric"),
        Attribute("nearest_mode", "floor"));

    public static OnnxValue Concat(this OnnxGraph graph, int axis, params ReadOnlySpan<OnnxValue> parts) =>
        graph.Node("Concat", parts, Attribute("axis", axis));

    /// <summary>Splits a value into halves.</summary>
    public static (OnnxValue First, OnnxValue Second) Split(this OnnxGraph graph, OnnxValue x, int axis)
    {
        OnnxValue[] halves = graph.Node("Split", 2, [x], Attribute("axis", axis));
        return (halves[0], halves[1]);
    }

    /// <summary>Changes the shape.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The value.</param>
    /// <param name="shape">Lengths; 0 keeps the input's length, -1 is inferred.</param>
    public static OnnxValue Reshape(this OnnxGraph graph, OnnxValue x, params ReadOnlySpan<long> shape) =>
        graph.Node("Reshape", [x, graph.Constant(shape)]);

    public static OnnxValue Transpose(this OnnxGraph graph, OnnxValue x, params ReadOnlySpan<long> order) =>
        graph.Node("Transpose", [x], Attribute("perm", order));

    public static OnnxValue Unsqueeze(this OnnxGraph graph, OnnxValue x, long axis) => graph.Node("Unsqueeze", [x, graph.Constant([axis])]);

    /// <summary>Selects rows of a table, or elements of a vector.</summary>
    public static OnnxValue Gather(this OnnxGraph graph, OnnxValue table, OnnxValue indices) => graph.Node("Gather", [table, indices]);

    /// <summary>Bidirectional recurrent network over captions of different lengths.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="kind">LSTM or GRU.</param>
    /// <param name="hidden">Hidden width per direction.</param>
    /// <param name="x">(T, B, W).</param>
    /// <param name="inputWeight">(2, gates * hidden, W).</param>
    /// <param name="hiddenWeight">(2, gates * hidden, hidden).</param>
    /// <param name="bias">(2, 2 * gates * hidden).</param>
    /// <param name="lengths">(B) integers.</param>
    /// <returns>All states (T, 2, B, hidden), zero after the end of a caption, and the last of each direction (2, B, hidden).</returns>
    public static (OnnxValue States, OnnxValue Last) Recurrent(
        this OnnxGraph graph,
        RnnKind kind,
        long hidden,
        OnnxValue x,
        OnnxValue inputWeight,
        OnnxValue hiddenWeight,
        OnnxValue bias,
        OnnxValue lengths)
    {
        List<AttributeProto> attributes = [Attribute("direction", "bidirectional"), Attribute("hidden_size", hidden)];
        if (kind == RnnKind.Gru)
        {
            // As in PyTorch, the reset gate is applied after the recurrent weights, not before.
            attributes.Add(Attribute("linear_before_reset", 1));
        }

        OnnxValue[] results = graph.Node(
            kind == RnnKind.Lstm ? "LSTM" : "GRU",
            2,
            [x, inputWeight, hiddenWeight, bias, graph.Cast(lengths, DataType.Int32)],
            [.. attributes]);
        return (results[0], results[1]);
    }

    public static OnnxValue Cast(this OnnxGraph graph, OnnxValue x, DataType type) => graph.Node("Cast", [x], Attribute("to", (long)type));

    /// <summary>Returns the shape of a value, a vector of integers.</summary>
    public static OnnxValue Shape(this OnnxGraph graph, OnnxValue x) => graph.Node("Shape", [x]);

    /// <summary>Returns 0, 1, … below a scalar.</summary>
    public static OnnxValue Range(this OnnxGraph graph, OnnxValue limit) =>
        graph.Node("Range", [graph.Scalar(0L), limit, graph.Scalar(1L)]);

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        foreach (long value in values)
        {
            attribute.Ints.Add(value);
        }

        return attribute;
    }

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = Google.Protobuf.ByteString.CopyFromUtf8(value) };

    public static AttributeProto Attribute(string name, TensorProto value) => new() { Name = name, Type = AttributeType.Tensor, T = value };
}
