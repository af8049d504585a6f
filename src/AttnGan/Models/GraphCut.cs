using AttnGan.Models.Onnx;

namespace AttnGan.Models;

/// <summary>Takes a part out of a graph.</summary>
internal static class GraphCut
{
    /// <summary>
    /// A model of all that is between some values of another model's graph and others: what its outputs need and its inputs do not give.
    /// Weights are shared with the whole, not copied.
    /// </summary>
    /// <param name="whole">The model to cut.</param>
    /// <param name="inputs">Values, inner ones or inputs, that will be given.</param>
    /// <param name="outputs">Values that will be asked for.</param>
    /// <exception cref="AttnGanException">An output depends on an input of the whole that is not among the inputs.</exception>
    public static ModelProto Extract(ModelProto whole, IReadOnlyList<ValueInfoProto> inputs, IReadOnlyList<string> outputs)
    {
        var weights = new Dictionary<string, TensorProto>(StringComparer.Ordinal);
        foreach (TensorProto tensor in whole.Graph.Initializer)
        {
            weights[tensor.Name] = tensor;
        }

        var sources = new Dictionary<string, NodeProto>(StringComparer.Ordinal);
        foreach (NodeProto node in whole.Graph.Node)
        {
            foreach (string output in node.Output)
            {
                sources[output] = node;
            }
        }

        var given = inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(given, StringComparer.Ordinal);
        var neededNodes = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var neededWeights = new List<TensorProto>();
        var open = new Stack<string>(outputs);
        while (open.TryPop(out string? value))
        {
            if (value.Length == 0 || !seen.Add(value))
            {
                continue;
            }

            if (weights.TryGetValue(value, out TensorProto? weight))
            {
                neededWeights.Add(weight);
            }
            else if (!sources.TryGetValue(value, out NodeProto? node))
            {
                throw new AttnGanException($"The model's graph has no value `{value}`; make the model package again with `attngan export`.");
            }
            else if (neededNodes.Add(node))
            {
                foreach (string input in node.Input)
                {
                    open.Push(input);
                }
            }
        }

        var graph = new GraphProto { Name = whole.Graph.Name };
        graph.Node.AddRange(whole.Graph.Node.Where(neededNodes.Contains));
        graph.Initializer.AddRange(neededWeights);
        graph.Input.AddRange(inputs);
        graph.Output.AddRange(outputs.Select(output => new ValueInfoProto { Name = output, Type = Tensor() }));
        var part = new ModelProto { IrVersion = whole.IrVersion, ProducerName = whole.ProducerName, Graph = graph };
        part.OpsetImport.AddRange(whole.OpsetImport);
        return part;
    }

    /// <summary>A value of 32-bit numbers; a dimension of -1 is any.</summary>
    public static ValueInfoProto Float(string name, params ReadOnlySpan<int> dimensions)
    {
        var shape = new TensorShapeProto();
        foreach (int dimension in dimensions)
        {
            shape.Dim.Add(dimension < 0 ? new TensorShapeProto.Types.Dimension() : new TensorShapeProto.Types.Dimension { DimValue = dimension });
        }

        TypeProto type = Tensor();
        type.TensorType.Shape = shape;
        return new ValueInfoProto { Name = name, Type = type };
    }

    private static TypeProto Tensor() =>
        new() { TensorType = new TypeProto.Types.Tensor { ElemType = TensorProto.Types.DataType.Float } };
}
