namespace AttnGan.Training.Import;

/// <summary>All weight files of a model, loaded.</summary>
internal sealed class OfficialWeightSet : IDisposable
{
    private readonly List<OfficialWeights> _opened = [];

    /// <exception cref="AttnGanException">A file cannot be read.</exception>
    public OfficialWeightSet(OfficialWeightFiles files)
    {
        try
        {
            TextEncoder = Open(files.TextEncoder, "text encoder", "encoder.weight", "rnn.weight_hh_l0");
            Generator = files.Generator is { } generator ? Open(generator, "generator", "ca_net.fc.weight", "h_net1.fc.0.weight") : null;
            ImageEncoder = files.ImageEncoder is { } imageEncoder ? Open(imageEncoder, "image encoder", "emb_features.weight") : null;
            Discriminators =
            [
                .. files.Discriminators.Select(path =>
                    Open(path, "discriminator", "COND_DNET.outlogits.0.weight", "COND_DNET.outlogits.0.bias")),
            ];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public OfficialWeights TextEncoder { get; }

    public OfficialWeights? Generator { get; }

    public OfficialWeights? ImageEncoder { get; }

    public IReadOnlyList<OfficialWeights> Discriminators { get; }

    /// <summary>The parts of files that weights were taken from, for a report.</summary>
    public IReadOnlyList<string> Parts =>
        [.. _opened.Where(weights => weights.Part is not null).Select(weights => $"`{weights.Part}` of `{weights.Path}`")];

    public void Dispose() => _opened.ForEach(weights => weights.Dispose());

    private OfficialWeights Open(string path, string network, params string[] signature)
    {
        var weights = OfficialWeights.Open(path, network, signature);
        _opened.Add(weights);
        return weights;
    }
}
