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
            TextEncoder = Open(files.TextEncoder, "text encoder");
            Generator = files.Generator is { } generator ? Open(generator, "generator") : null;
            ImageEncoder = files.ImageEncoder is { } imageEncoder ? Open(imageEncoder, "image encoder") : null;
            Discriminators = [.. files.Discriminators.Select(path => Open(path, "discriminator"))];
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

    public void Dispose() => _opened.ForEach(weights => weights.Dispose());

    private OfficialWeights Open(string path, string network)
    {
        var weights = OfficialWeights.Open(path, network);
        _opened.Add(weights);
        return weights;
    }
}
