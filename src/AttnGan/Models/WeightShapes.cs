namespace AttnGan.Models;

/// <summary>The shapes of the weights of a model package.</summary>
internal static class WeightShapes
{
    /// <summary>Returns the shape of each weight by name.</summary>
    /// <param name="a">The architecture.</param>
    /// <param name="vocabulary">V: number of words.</param>
    public static IReadOnlyDictionary<string, int[]> Of(ModelArchitecture a, int vocabulary)
    {
        int hidden = a.Embedding / 2;
        int gates = (a.Rnn == RnnKind.Lstm ? 4 : 3) * hidden;
        int ups = int.Log2(a.BaseSize / ModelArchitecture.SeedSize);
        int seeds = 2 * (a.Width << ups) * ModelArchitecture.SeedSize * ModelArchitecture.SeedSize;
        var shapes = new Dictionary<string, int[]>(StringComparer.Ordinal)
        {
            [TensorNames.EmbeddingWeight] = [vocabulary, a.WordEmbedding],
            [TensorNames.RnnInputWeight] = [2, gates, a.WordEmbedding],
            [TensorNames.RnnHiddenWeight] = [2, gates, hidden],
            [TensorNames.RnnBias] = [2, 2 * gates],
            [TensorNames.ConditionWeight] = [4 * a.Condition, a.Embedding],
            [TensorNames.ConditionBias] = [4 * a.Condition],
            [TensorNames.SeedWeight] = [seeds, a.Condition + a.NoiseInput],
            [TensorNames.SeedBias] = [seeds],
        };
        for (int block = 1; block <= ups; block++)
        {
            int inputs = a.Width << (ups - block + 1);
            AddConvolution(TensorNames.InitialUp(block), inputs, inputs);
        }

        for (int stage = 2; stage <= a.Stages; stage++)
        {
            shapes[TensorNames.AttentionWeight(stage)] = [a.Width, a.Embedding];
            if (a.Attention == AttentionKind.Cosine)
            {
                shapes[TensorNames.ValueWeight(stage)] = [a.Width, a.Embedding];
                shapes[TensorNames.NullKey(stage)] = [a.Width];
                shapes[TensorNames.Temperature(stage)] = [1];
            }

            for (int block = 0; block < a.ResidualBlocks; block++)
            {
                AddConvolution(TensorNames.Residual(stage, block, 1), 4 * a.Width, 2 * a.Width);
                AddConvolution(TensorNames.Residual(stage, block, 2), 2 * a.Width, 2 * a.Width);
            }

            AddConvolution(TensorNames.Up(stage), 2 * a.Width, 2 * a.Width);
            if (a.SkipExcitation)
            {
                int channels = a.InitialChannels(a.ExcitingSize(stage));
                shapes[TensorNames.SqueezeWeight(stage)] = [a.Width, channels, ModelArchitecture.SeedSize, ModelArchitecture.SeedSize];
                shapes[TensorNames.ExciteWeight(stage)] = [a.Width, a.Width];
            }
        }

        foreach (int stage in a.ImageStages())
        {
            shapes[TensorNames.HeadWeight(stage)] = [3, a.Width, 3, 3];
        }

        return shapes;

        void AddConvolution(string name, int outputs, int inputs)
        {
            shapes[TensorNames.WeightOf(name)] = [outputs, inputs, 3, 3];
            shapes[TensorNames.BiasOf(name)] = [outputs];
        }
    }
}
