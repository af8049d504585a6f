using System.Runtime.InteropServices;
using AttnGan.Models;
using AttnGan.Models.Onnx;
using AttnGan.Text;
using Google.Protobuf;

namespace AttnGan.Tests.Inference;

/// <summary>Model packages with a few weights and no graph.</summary>
internal static class TinyPackage
{
    public static readonly ModelArchitecture Architecture = new()
    {
        Rnn = RnnKind.Lstm,
        WordEmbedding = 3,
        Embedding = 4,
        Noise = 2,
        Condition = 2,
        BaseSize = 16,
        Stages = 1,
        Width = 4,
        ResidualBlocks = 0,
        ImageAtEveryStage = true,
    };

    public static ModelPackage Of(ModelArchitecture architecture, params IEnumerable<TensorProto> weights)
    {
        var model = new ModelProto { Graph = new GraphProto() };
        model.Graph.Initializer.AddRange(weights);
        TensorProto? embedding = model.Graph.Initializer.FirstOrDefault(tensor => tensor.Name == TensorNames.EmbeddingWeight);
        IEnumerable<string> words = Enumerable.Range(1, (int)(embedding?.Dims[0] ?? 3) - 1).Select(id => $"w{id}");
        return ModelPackage.Create(
            model,
            architecture,
            new TokenizerSettings { Mode = TokenizerMode.Unicode, MaxWords = 8 },
            new Vocabulary([Vocabulary.End, .. words]),
            new ModelCard());
    }

    public static TensorProto Weight(string name, float[] values, params long[] shape)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)),
        };
        tensor.Dims.AddRange(shape);
        return tensor;
    }
}
