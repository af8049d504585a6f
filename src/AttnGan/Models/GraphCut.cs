using AttnGan.Models.Onnx;

namespace AttnGan.Models;

/// <summary>Cuts the graph of a model package into parts, such as text encoder and generator.</summary>
internal static class GraphCut
{
    /// <summary>Returns the text encoder: from <c>tokens</c> and <c>lengths</c> to <c>words</c> and <c>sentence</c>.</summary>
    /// <param name="package">The package; its weights are shared, not copied.</param>
    /// <exception cref="AttnGanException">The graph lacks one of the values.</exception>
    public static ModelProto TextEncoder(ModelPackage package) => Extract(
        package.Model,
        [.. package.Model.Graph.Input.Where(input => input.Name is TensorNames.Tokens or TensorNames.Lengths)],
        [TensorNames.Words, TensorNames.Sentence]);

    /// <summary>
    /// Returns the generator up to a stage: from <c>sentence</c>, <c>noise</c> and <c>condition_noise</c>, and from stage 2 on also
    /// <c>words</c> and <c>word_bias</c>, to images and attention.
    /// </summary>
    /// <param name="package">The package; its weights are shared, not copied.</param>
    /// <param name="lastStage">The last stage, counted from 1.</param>
    /// <param name="outputs">Names of images and attention maps of stages up to <paramref name="lastStage"/>.</param>
    /// <exception cref="AttnGanException">The graph lacks one of the values.</exception>
    public static ModelProto Generator(ModelPackage package, int lastStage, IReadOnlyList<string> outputs)
    {
        ModelArchitecture a = package.Architecture;
        List<ValueInfoProto> inputs =
        [
            Float(TensorNames.Sentence, -1, a.Embedding),
            Float(TensorNames.Noise, -1, a.NoiseInput),
            Float(TensorNames.ConditionNoise, -1, a.Condition),
        ];
        // Stage 1 has no attention.
        if (lastStage > 1)
        {
            inputs.AddRange(WordInputs(a));
        }

        return Extract(package.Model, inputs, outputs);
    }

    /// <summary>
    /// Returns one stage of the generator, with an image at every stage: from the inputs of <see cref="Generator"/> for stage 1, or else
    /// from the hidden context of the stage before, <c>words</c> and <c>word_bias</c>; to the image, from stage 2 on the attention, and
    /// except for the last stage the hidden context. With <see cref="ModelArchitecture.SkipExcitation"/>, stage 1 also gives the
    /// excitations, of which each later one takes its own.
    /// </summary>
    /// <param name="package">The package; its weights are shared, not copied.</param>
    /// <param name="stage">The stage, counted from 1.</param>
    /// <exception cref="AttnGanException">The graph lacks one of the values.</exception>
    public static ModelProto Stage(ModelPackage package, int stage)
    {
        ModelArchitecture a = package.Architecture;
        List<string> outputs = [TensorNames.Image(a.SizeOf(stage))];
        if (stage == 1)
        {
            outputs.AddRange(a.SkipExcitation ? Enumerable.Range(2, a.Stages - 1).Select(TensorNames.Excitation) : []);
            outputs.AddRange(a.Stages > 1 ? [ContextOf(package, 1)] : []);
            return Generator(package, 1, outputs);
        }

        outputs.Add(TensorNames.Attention(stage));
        outputs.AddRange(stage < a.Stages ? [ContextOf(package, stage)] : []);

        return Extract(
            package.Model,
            [
                Float(ContextOf(package, stage - 1), -1, a.Width, a.SizeOf(stage - 1), a.SizeOf(stage - 1)),
                .. WordInputs(a),
                .. a.SkipExcitation ? [Float(TensorNames.Excitation(stage), -1, a.Width, 1, 1)] : Array.Empty<ValueInfoProto>(),
            ],
            outputs);
    }

    private static ValueInfoProto[] WordInputs(ModelArchitecture a) =>
        [Float(TensorNames.Words, -1, a.Embedding, -1), Float(TensorNames.WordBias, -1, -1)];

    /// <summary>Returns the name of the hidden context of a stage: the value that the image of the stage is computed from.</summary>
    private static string ContextOf(ModelPackage package, int stage)
    {
        string weight = TensorNames.HeadWeight(stage);
        IEnumerable<NodeProto> nodes = package.Model.Graph.Node;
        // Weights in half precision are converted first.
        string? converted = nodes.FirstOrDefault(node =>
            node is { OpType: "Cast", Input: [var input], Output: [_, ..] } && input == weight)?.Output[0];
        return nodes.FirstOrDefault(node => node.Input.Count > 1 && node.Input[1] == (converted ?? weight))?.Input[0]
            ?? throw new AttnGanException(
                $"The graph of the model does not use the weight `{weight}`; export the model again with `attngan export`.");
    }

    /// <summary>
    /// Returns the part of a model between some values of its graph and others: the nodes and weights that the outputs depend on and
    /// the inputs do not replace. Weights are shared with the whole, not copied.
    /// </summary>
    /// <param name="whole">The model to cut.</param>
    /// <param name="inputs">The inputs of the part: inputs or inner values of the whole.</param>
    /// <param name="outputs">The outputs of the part.</param>
    /// <exception cref="AttnGanException">An output depends on an input of the whole that is not among the inputs.</exception>
    private static ModelProto Extract(ModelProto whole, IReadOnlyList<ValueInfoProto> inputs, IReadOnlyList<string> outputs)
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
                throw new AttnGanException($"The graph of the model has no value `{value}`; export the model again with `attngan export`.");
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

    /// <summary>Returns the description of a float32 value; a dimension of -1 is dynamic.</summary>
    public static ValueInfoProto Float(string name, params ReadOnlySpan<int> dimensions)
    {
        var shape = new TensorShapeProto();
        foreach (int dimension in dimensions)
        {
            var dim = new TensorShapeProto.Types.Dimension();
            if (dimension >= 0)
            {
                dim.DimValue = dimension;
            }

            shape.Dim.Add(dim);
        }

        TypeProto type = Tensor();
        type.TensorType.Shape = shape;
        return new ValueInfoProto { Name = name, Type = type };
    }

    private static TypeProto Tensor() =>
        new() { TensorType = new TypeProto.Types.Tensor { ElemType = TensorProto.Types.DataType.Float } };
}
