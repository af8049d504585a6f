using System.Globalization;
using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.PyTorch;
using static TorchSharp.torch;

namespace AttnGan.Training.Import;

/// <summary>A weight file of the official code. The architecture of its network is inferred from the shapes.</summary>
internal sealed class OfficialWeights : IDisposable
{
    private const string StateDictPrefix = "state_dict.";
    private const int MaxHalvings = 7;

    private readonly string _network;

    private OfficialWeights(string path, string network, TensorDictionary tensors)
    {
        Path = path;
        _network = network;
        Tensors = tensors;
    }

    public string Path { get; }

    public TensorDictionary Tensors { get; }

    /// <summary>The dictionary of the file that the weights were taken from; null if they are all of its tensors.</summary>
    public string? Part { get; private init; }

    /// <summary>Loads a file.</summary>
    /// <param name="path">
    /// A file of <c>torch.save</c>; a state dict, or dictionaries that contain one. <c>FILE#NAME</c> selects one of several.
    /// </param>
    /// <param name="network">The expected network, for messages.</param>
    /// <param name="signature">Tensors that the network has.</param>
    /// <exception cref="CheckpointException">The file cannot be read, or several of its dictionaries fit.</exception>
    public static OfficialWeights Open(string path, string network, params string[] signature)
    {
        (string file, string? selected) = File.Exists(path) || path.LastIndexOf('#') is not (> 0 and int mark)
            ? (path, null)
            : (path[..mark], path[(mark + 1)..]);
        using var opened = PyTorchFile.Open(file);
        string[] prefixes =
        [
            .. opened.Tensors.Keys
                .Where(name => name == signature[0] || name.EndsWith($".{signature[0]}", StringComparison.Ordinal))
                .Select(name => name[..^signature[0].Length])
                .Where(prefix => signature.All(name => opened.Tensors.ContainsKey(prefix + name))),
        ];
        if (selected is not null)
        {
            prefixes = [.. prefixes.Where(prefix => prefix == $"{selected}." || prefix == selected)];
            if (prefixes.Length == 0)
            {
                throw new CheckpointException($"`{file}` has no {network} at `{selected}`; leave `#{selected}` out to see what it has");
            }
        }

        if (prefixes.Length > 1)
        {
            string names = string.Join(", ", prefixes.Select(prefix => $"`{prefix.TrimEnd('.')}`"));
            throw new CheckpointException(
                $"`{file}` has {prefixes.Length} dictionaries with the weights of a {network}: {names}. Choose one: " +
                $"`{file}#{prefixes[^1].TrimEnd('.')}`");
        }

        string prefix = prefixes.Length == 1 ? prefixes[0] : "";
        bool isAll = opened.Tensors.Keys.All(name => name.StartsWith(prefix, StringComparison.Ordinal));
        TensorDictionary tensors = opened.LoadAll(prefix: prefix);
        PlusNames.Translate(tensors);
        return new OfficialWeights(file, network, tensors)
        {
            Part = prefix.Length == 0 || (isAll && prefix is "module." or StateDictPrefix) ? null : prefix.TrimEnd('.'),
        };
    }

    /// <summary>
    /// Infers the text encoder from the embedding (V, W) and both directions of the recurrent network, which have 4 (LSTM) or 3 (GRU) gates
    /// each.
    /// </summary>
    public (TextEncoderConfig Config, int Words) ReadTextEncoder(TextEncoderConfig settings)
    {
        long[] embedding = Shape("encoder.weight", 2);
        long[] recurrent = Shape("rnn.weight_hh_l0", 2);
        Shape("rnn.weight_hh_l0_reverse", 2);
        RnnKind kind = (recurrent[0] / Math.Max(1, recurrent[1]), recurrent[0] % Math.Max(1, recurrent[1])) switch
        {
            (4, 0) => RnnKind.Lstm,
            (3, 0) => RnnKind.Gru,
            _ => throw Mismatch($"`rnn.weight_hh_l0` has shape {Text(recurrent)}, which is neither an LSTM's nor a GRU's"),
        };
        CheckShape("rnn.weight_ih_l0", recurrent[0], embedding[1]);
        return (
            settings with { Rnn = kind, WordEmbedding = Int(embedding[1]), Embedding = 2 * Int(recurrent[1]) },
            Int(embedding[0]));
    }

    /// <summary>Infers the generator.</summary>
    /// <returns>The configuration, and D, the width of its input features.</returns>
    public (GeneratorConfig Config, int Embedding) ReadGenerator(GeneratorConfig settings)
    {
        long[] conditioning = Shape("ca_net.fc.weight", 2); // (4 C, D)
        long[] first = Shape("h_net1.fc.0.weight", 2);      // (32 * width * 2^upsamples, C + Z)
        int upsamples = Count("h_net1.upsample", 1);
        int condition = Int(conditioning[0] / 4);
        int stages = Count("h_net", 1);
        if (upsamples is 0 or > 8)
        {
            throw Mismatch("its first stage has no `upsample1`, or too many");
        }

        int width = Int(first[0] / (32 << upsamples));
        CheckShape("h_net1.upsample1.1.weight", width << upsamples, width << upsamples, 3, 3);
        if (stages > 1)
        {
            CheckShape("h_net2.upsample.1.weight", 2 * width, 2 * width, 3, 3);
        }

        return (
            settings with
            {
                Architecture =
                    Tensors.ContainsKey("img_net.img.0.weight") ? GeneratorArchitecture.AttnDcgan : GeneratorArchitecture.AttnGan,
                Stages = stages,
                BaseSize = 4 << upsamples,
                Width = width,
                ResidualBlocks = stages > 1 ? Count("h_net2.residual.", 0) : settings.ResidualBlocks,
                Condition = condition,
                Noise = Int(first[1]) - condition,
            },
            Int(conditioning[1]));
    }

    /// <summary>Infers a discriminator.</summary>
    /// <returns>The configuration, the side of its images, and D.</returns>
    public (DiscriminatorConfig Config, int ImageSize, int Embedding) ReadDiscriminator(DiscriminatorConfig settings)
    {
        int features = Int(Shape("COND_DNET.outlogits.0.weight", 4)[1]);
        int joint = Int(Shape("COND_DNET.jointConv.0.weight", 4)[1]);
        CheckShape("COND_DNET.jointConv.0.weight", features, joint, 3, 3);
        int halvings = 0;
        for (int i = 1; i <= MaxHalvings; i++)
        {
            if (HasPart($"img_code_s{1 << i}"))
            {
                halvings = i;
            }
        }

        if (halvings == 0)
        {
            throw Mismatch("it has no `img_code_s16`");
        }

        bool spectral = Tensors.ContainsKey("COND_DNET.jointConv.0.weight_u");
        return (
            settings with
            {
                Features = DiscriminatorFeatures.Learned,
                Width = features / 8,
                Unconditional = HasPart("UNCOND_DNET"),
                SpectralNorm = spectral,
                SpectralNormLogits = !spectral || Tensors.ContainsKey("COND_DNET.outlogits.0.weight_u"),
            },
            4 << halvings,
            joint - features);
    }

    /// <summary>Infers D from an image encoder.</summary>
    public int ReadImageEncoder()
    {
        long[] regions = Shape("emb_features.weight", 4);
        return regions[1] == 768 ? Int(regions[0]) : throw Mismatch("its regions do not come from Inception-v3");
    }

    public void Dispose() => Tensors.Dispose();

    private long[] Shape(string name, int dimensions) =>
        !Tensors.TryGetValue(name, out Tensor? tensor) ? throw Mismatch($"it has no `{name}`")
        : tensor.dim() == dimensions && tensor.shape.All(length => length > 0) ? tensor.shape
        : throw Mismatch($"`{name}` has shape {Text(tensor.shape)}, expected {dimensions} dimensions");

    /// <summary>
    /// Checks the shape of a large layer before a network is created from the inferred dimensions: a few wrong numbers would make it
    /// enormous.
    /// </summary>
    private void CheckShape(string name, params long[] expected)
    {
        long[] found = Shape(name, expected.Length);
        if (!found.SequenceEqual(expected))
        {
            throw Mismatch($"`{name}` has shape {Text(found)}, but the other weights require {Text(expected)}");
        }
    }

    private static string Text(long[] shape) => $"({string.Join(", ", shape)})";

    /// <summary>Counts the consecutively numbered parts with a prefix, from a number on.</summary>
    private int Count(string prefix, int from)
    {
        int number = from;
        while (HasPart(prefix + number.ToString(CultureInfo.InvariantCulture)))
        {
            number++;
        }

        return number - from;
    }

    private bool HasPart(string name) => Tensors.Keys.Any(tensor => tensor.StartsWith($"{name}.", StringComparison.Ordinal));

    private int Int(long length) => length <= 1 << 24 ? (int)length : throw Mismatch($"it has a dimension of {length}");

    private CheckpointException Mismatch(string reason) => new(
        $"`{Path}` is not an official {_network}: {reason}. Its {Tensors.Count} tensors start with " +
        $"{string.Join(", ", Tensors.Keys.Take(3).Select(name => $"`{name}`"))}");
}
