using System.Globalization;
using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.PyTorch;
using static TorchSharp.torch;

namespace AttnGan.Training.Import;

/// <summary>One official file of weights, and what its shapes tell of the network.</summary>
internal sealed class OfficialWeights : IDisposable
{
    private const string StateDictPrefix = "state_dict.";
    private const int MaximumHalvings = 7;

    private readonly string _what;

    private OfficialWeights(string path, string what, TensorDictionary tensors)
    {
        Path = path;
        _what = what;
        Tensors = tensors;
    }

    public string Path { get; }

    public TensorDictionary Tensors { get; }

    /// <param name="path">A file of <c>torch.save</c>.</param>
    /// <param name="what">What it should be, for messages.</param>
    /// <exception cref="CheckpointException">It cannot be read.</exception>
    public static OfficialWeights Open(string path, string what)
    {
        TensorDictionary tensors = PyTorchFile.Load(path);
        tensors.StripCommonPrefix(StateDictPrefix);
        return new OfficialWeights(path, what, tensors);
    }

    /// <summary>Embedding (V, W) and two directions of a recurrent network, of 4 (LSTM) or 3 (GRU) gates each.</summary>
    public (TextEncoderConfig Config, int Words) ReadTextEncoder(TextEncoderConfig settings)
    {
        long[] embedding = Shape("encoder.weight", 2);
        long[] recurrent = Shape("rnn.weight_hh_l0", 2);
        Shape("rnn.weight_hh_l0_reverse", 2);
        RnnKind kind = (recurrent[0] / Math.Max(1, recurrent[1]), recurrent[0] % Math.Max(1, recurrent[1])) switch
        {
            (4, 0) => RnnKind.Lstm,
            (3, 0) => RnnKind.Gru,
            _ => throw Unfit($"`rnn.weight_hh_l0` has shape {Text(recurrent)}, which is neither an LSTM's nor a GRU's"),
        };
        CheckShape("rnn.weight_ih_l0", recurrent[0], embedding[1]);
        return (
            settings with { Rnn = kind, WordEmbedding = Int(embedding[1]), Embedding = 2 * Int(recurrent[1]) },
            Int(embedding[0]));
    }

    /// <returns>The generator's configuration, and D as its first layer has it.</returns>
    public (GeneratorConfig Config, int Embedding) ReadGenerator(GeneratorConfig settings)
    {
        long[] conditioning = Shape("ca_net.fc.weight", 2); // (4 C, D)
        long[] first = Shape("h_net1.fc.0.weight", 2);      // (32 * width * 2^ups, C + Z)
        int ups = Count("h_net1.upsample", 1);
        int condition = Int(conditioning[0] / 4);
        int stages = Count("h_net", 1);
        if (ups is 0 or > 8)
        {
            throw Unfit("its first stage has no `upsample1`, or too many");
        }

        int width = Int(first[0] / (32 << ups));
        CheckShape("h_net1.upsample1.1.weight", width << ups, width << ups, 3, 3);
        if (stages > 1)
        {
            CheckShape("h_net2.upsample.1.weight", 2 * width, 2 * width, 3, 3);
        }

        return (
            settings with
            {
                Architecture = Tensors.ContainsKey("img_net.img.0.weight") ? GeneratorArchitecture.AttnDcgan : GeneratorArchitecture.AttnGan,
                Stages = stages,
                BaseSize = 4 << ups,
                Width = width,
                ResidualBlocks = stages > 1 ? Count("h_net2.residual.", 0) : settings.ResidualBlocks,
                Condition = condition,
                Noise = Int(first[1]) - condition,
            },
            Int(conditioning[1]));
    }

    /// <returns>The configuration, the side of the images that it judges, and D.</returns>
    public (DiscriminatorConfig Config, int ImageSize, int Embedding) ReadDiscriminator(DiscriminatorConfig settings)
    {
        int features = Int(Shape("COND_DNET.outlogits.0.weight", 4)[1]);
        int joint = Int(Shape("COND_DNET.jointConv.0.weight", 4)[1]);
        CheckShape("COND_DNET.jointConv.0.weight", features, joint, 3, 3);
        int halvings = 0;
        for (int i = 1; i <= MaximumHalvings; i++)
        {
            if (Tensors.Keys.Any(name => name.StartsWith($"img_code_s{1 << i}.", StringComparison.Ordinal)))
            {
                halvings = i;
            }
        }

        if (halvings == 0)
        {
            throw Unfit("it has no `img_code_s16`");
        }

        return (
            settings with
            {
                Width = features / 8,
                Unconditional = Tensors.Keys.Any(name => name.StartsWith("UNCOND_DNET.", StringComparison.Ordinal)),
                SpectralNorm = false,
            },
            4 << halvings,
            joint - features);
    }

    /// <returns>D.</returns>
    public int ReadImageEncoder()
    {
        long[] regions = Shape("emb_features.weight", 4);
        return regions[1] == 768 ? Int(regions[0]) : throw Unfit("its regions do not come from Inception-v3");
    }

    public void Dispose() => Tensors.Dispose();

    private long[] Shape(string name, int dimensions) =>
        !Tensors.TryGetValue(name, out Tensor? tensor) ? throw Unfit($"it has no `{name}`")
        : tensor.dim() == dimensions && tensor.shape.All(length => length > 0) ? tensor.shape
        : throw Unfit($"`{name}` has shape {Text(tensor.shape)}, expected {dimensions} dimensions");

    /// <summary>
    /// The largest layers must be there as the other shapes say, before a network is built of them: a few wrong numbers would make an
    /// enormous one.
    /// </summary>
    private void CheckShape(string name, params long[] expected)
    {
        long[] found = Shape(name, expected.Length);
        if (!found.SequenceEqual(expected))
        {
            throw Unfit($"`{name}` has shape {Text(found)}, but the other weights ask for {Text(expected)}");
        }
    }

    private static string Text(long[] shape) => $"({string.Join(", ", shape)})";

    /// <summary>How many parts of numbered names there are, from the given number on without a gap.</summary>
    private int Count(string prefix, int from)
    {
        int number = from;
        while (Tensors.Keys.Any(name => name.StartsWith(prefix + number.ToString(CultureInfo.InvariantCulture) + ".", StringComparison.Ordinal)))
        {
            number++;
        }

        return number - from;
    }

    private int Int(long length) => length <= 1 << 24 ? (int)length : throw Unfit($"it has a dimension of {length}");

    private CheckpointException Unfit(string reason) => new(
        $"`{Path}` holds no {_what} of the official code: {reason}. Its {Tensors.Count} tensors begin with " +
        $"{string.Join(", ", Tensors.Keys.Take(3).Select(name => $"`{name}`"))}");
}
