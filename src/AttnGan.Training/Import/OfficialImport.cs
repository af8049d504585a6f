using System.Text.Json;
using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data.Readers;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Encoders;
using AttnGan.Training.Export;
using AttnGan.Training.Formats;
using AttnGan.Training.Generator;
using static TorchSharp.torch;

namespace AttnGan.Training.Import;

/// <summary>
/// Imports weights of the official code as a model, or as a run to continue training. The dimensions of the networks are inferred from
/// the weights; other settings come from a configuration.
/// </summary>
internal sealed class OfficialImport : IDisposable
{
    private readonly List<nn.Module> _networks = [];
    private readonly TextEncoder _textEncoder;
    private readonly AttentionalGenerator? _generator;
    private readonly ImageEncoder? _imageEncoder;
    private readonly List<Discriminator> _discriminators = [];
    private readonly string _vocabularyPath;
    private readonly long[]? _wordCounts;

    private OfficialImport(OfficialWeightFiles files, AttnGanConfig settings, IReadOnlyList<string> overrides)
    {
        using var weights = new OfficialWeightSet(files);
        Parts = weights.Parts;
        try
        {
            _vocabularyPath = files.Vocabulary;
            Vocabulary = ReadVocabulary(files.Vocabulary, out _wordCounts);
            Config = ConfigInference.Infer(weights, Vocabulary, files.Vocabulary, settings, overrides);
            int embedding = Config.TextEncoder.Embedding;
            List<string> differences = [];
            _textEncoder = LoadWeights(new TextEncoder(Config.TextEncoder, Vocabulary.Count), weights.TextEncoder, differences);
            if (weights.Generator is { } generator)
            {
                _generator = LoadWeights(new AttentionalGenerator(Config.Generator, embedding, Config.Compat), generator, differences);
            }

            if (weights.ImageEncoder is { } imageEncoder)
            {
                _imageEncoder = LoadWeights(new ImageEncoder(Config.ImageEncoder, embedding), imageEncoder, differences);
            }

            foreach (OfficialWeights discriminator in weights.Discriminators)
            {
                int size = discriminator.ReadDiscriminator(Config.Discriminator).ImageSize;
                _discriminators.Add(LoadWeights(new Discriminator(size, Config.Discriminator, embedding), discriminator, differences));
            }

            if (differences.Count > 0)
            {
                throw new CheckpointException(string.Join('\n', differences));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The dictionaries of files that weights were taken from, unless they are all of a file.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>The inferred configuration.</summary>
    public AttnGanConfig Config { get; }

    public Vocabulary Vocabulary { get; }

    /// <summary>Returns what the tokenizer loses of the vocabulary; null if nothing.</summary>
    public string? DescribeLostWords()
    {
        if (TokenizerFit.Of(Vocabulary, Config.Data.Tokenizer) is not { Lost.Count: > 0 } fit)
        {
            return null;
        }

        HashSet<string> lost = [.. fit.Lost];
        long all = 0, never = 0;
        for (int id = 1; id < Vocabulary.Count; id++)
        {
            long count = _wordCounts?[id] ?? 0;
            all += count;
            never += lost.Contains(Vocabulary[id]) ? count : 0;
        }

        string captions = all == 0 ? "" : $" They are {(double)never / all:P0} of the words of its captions.";
        return $"{fit.Describe($"`{_vocabularyPath}`")}{captions} {fit.Advice(Vocabulary)}".TrimEnd();
    }

    /// <summary>Sides of the images whose discriminators are initialized at random because their files were not specified.</summary>
    public IReadOnlyList<int> NewDiscriminators =>
        [.. Config.Generator.ImageSizes.Except(_discriminators.Select(network => network.ImageSize))];

    private AttentionalGenerator RequiredGenerator =>
        _generator ?? throw new AttnGanException("A model needs a generator; specify its file.");

    /// <summary>Reads all files and checks that they match.</summary>
    /// <param name="files">The files.</param>
    /// <param name="settings">Settings that cannot be inferred from the weights; those that can are replaced.</param>
    /// <param name="overrides">Settings as <c>key=value</c>; one that contradicts the weights is an error.</param>
    /// <exception cref="AttnGanException">A file cannot be read, or does not match; all differences are listed.</exception>
    public static OfficialImport Read(OfficialWeightFiles files, AttnGanConfig settings, IReadOnlyList<string> overrides) =>
        new(files, settings, overrides);

    /// <summary>Writes a model file.</summary>
    /// <exception cref="AttnGanException">There is no generator, or the file cannot be written.</exception>
    public void WriteModel(string path, ModelCard card, bool half) => ModelFile.Write(
        path,
        Config,
        Vocabulary.Words,
        card with { Name = card.Name ?? Config.Name },
        ModuleState.Collect(_textEncoder),
        ModuleState.Collect(RequiredGenerator),
        half);

    /// <summary>Writes a model package.</summary>
    /// <exception cref="AttnGanException">There is no generator, or the file cannot be written.</exception>
    public void WritePackage(string path, ModelCard card, bool half) => ModelPackageExport.Write(
        new TrainedNetworks(Config, Vocabulary, _textEncoder, RequiredGenerator),
        path,
        card with { Name = card.Name ?? Config.Name },
        half);

    /// <summary>
    /// Writes a run to continue: a complete DAMSM and, if there is a generator, a GAN at step 0. The official code saves neither the
    /// optimizers nor the live generator, so Adam's moments start at zero and the generator starts from its moving average.
    /// </summary>
    /// <exception cref="AttnGanException">There is no image encoder, or the folder cannot be used or contains a training.</exception>
    public void WriteRun(string directory)
    {
        ImageEncoder imageEncoder = _imageEncoder
            ?? throw new AttnGanException("A run to continue training needs an image encoder; specify its file.");
        var writer = new OfficialRunWriter(Config, Vocabulary, _textEncoder, imageEncoder);
        writer.Write(directory, _generator, _discriminators);
    }

    public void Dispose() => _networks.ForEach(network => network.Dispose());

    private static Vocabulary ReadVocabulary(string path, out long[]? counts)
    {
        counts = null;
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return OfficialVocabulary.Read(path, out counts);
        }

        try
        {
            return new Vocabulary(JsonSerializer.Deserialize<string[]>(File.ReadAllBytes(path)) ?? []);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The vocabulary `{path}` cannot be read as a JSON array of words: {exception.Message}", exception);
        }
    }

    private T LoadWeights<T>(T network, OfficialWeights weights, List<string> differences)
        where T : nn.Module
    {
        _networks.Add(network);
        try
        {
            ModuleState.Load(network, weights.Tensors, weights.Path);
        }
        catch (CheckpointException exception)
        {
            differences.Add(exception.Message);
        }

        return network;
    }
}
