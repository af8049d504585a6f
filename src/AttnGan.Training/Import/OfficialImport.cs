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
using AttnGan.Training.Formats.Safetensors;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using AttnGan.Training.Onnx;
using AttnGan.Training.Optimizers;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Import;

/// <summary>
/// Weights of the official code as a model that draws, or as a run to train on. The weights tell the dimensions; what they do not
/// tell comes from a configuration.
/// </summary>
internal sealed class OfficialImport : IDisposable
{
    private const string TrunkName = "image_encoder.safetensors";

    private readonly OfficialWeightFiles _files;
    private readonly List<nn.Module> _networks = [];
    private readonly TextEncoder _textEncoder;
    private readonly AttentionalGenerator? _generator;
    private readonly ImageEncoder? _imageEncoder;
    private readonly List<Discriminator> _discriminators = [];

    private OfficialImport(OfficialWeightFiles files, AttnGanConfig settings, IReadOnlyList<string> overrides)
    {
        _files = files;
        using var text = OfficialWeights.Open(files.TextEncoder, "text encoder");
        using OfficialWeights? generator = Open(files.Generator, "generator");
        using OfficialWeights? image = Open(files.ImageEncoder, "image encoder");
        List<OfficialWeights> judges = [];
        try
        {
            judges.AddRange(files.Discriminators.Select(path => OfficialWeights.Open(path, "discriminator")));
            Vocabulary = ReadVocabulary(files.Vocabulary);
            Config = Infer(text, generator, image, judges, settings, overrides);
            List<string> differences = [];
            _textEncoder = Fill(new TextEncoder(Config.TextEncoder, Vocabulary.Count), text, differences);
            _generator = generator is null
                ? null
                : Fill(new AttentionalGenerator(Config.Generator, Config.TextEncoder.Embedding, Config.Compat), generator, differences);
            _imageEncoder = image is null
                ? null
                : Fill(new ImageEncoder(Config.ImageEncoder, Config.TextEncoder.Embedding), image, differences);
            foreach (OfficialWeights judge in judges)
            {
                int size = judge.ReadDiscriminator(Config.Discriminator).ImageSize;
                _discriminators.Add(
                    Fill(new Discriminator(size, Config.Discriminator, Config.TextEncoder.Embedding), judge, differences));
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
        finally
        {
            judges.ForEach(judge => judge.Dispose());
        }
    }

    private AttentionalGenerator GeneratorThatDraws =>
        _generator ?? throw new AttnGanException("A model that draws needs the generator; give its file.");

    /// <summary>What the weights tell, and the settings.</summary>
    public AttnGanConfig Config { get; }

    public Vocabulary Vocabulary { get; }

    /// <summary>Sides of the images whose discriminators start anew because no file was given for them.</summary>
    public IReadOnlyList<int> NewDiscriminators =>
        [.. Config.Generator.ImageSizes.Except(_discriminators.Select(network => network.ImageSize))];

    /// <summary>Reads all files and compares them with each other.</summary>
    /// <param name="files">The files.</param>
    /// <param name="settings">What the weights do not tell; what they tell replaces it.</param>
    /// <param name="overrides">Settings as <c>key=value</c>; one that contradicts the weights is an error.</param>
    /// <exception cref="AttnGanException">A file cannot be read, or does not fit; every difference is listed.</exception>
    public static OfficialImport Read(OfficialWeightFiles files, AttnGanConfig settings, IReadOnlyList<string> overrides) =>
        new(files, settings, overrides);

    /// <summary>Writes a model that draws.</summary>
    /// <exception cref="AttnGanException">There is no generator, or the file cannot be written.</exception>
    public void WriteModel(string path, ModelCard card, bool half) => ModelFile.Write(
        path,
        Config,
        Vocabulary.Words,
        card with { Name = card.Name ?? Config.Name },
        ModuleState.Collect(_textEncoder),
        ModuleState.Collect(GeneratorThatDraws),
        half);

    /// <summary>Writes a model package.</summary>
    /// <exception cref="AttnGanException">There is no generator, or the file cannot be written.</exception>
    public void WritePackage(string path, ModelCard card, bool half) => ModelPackageExport.Write(
        new TrainedNetworks(Config, Vocabulary, _textEncoder, GeneratorThatDraws), path, card with { Name = card.Name ?? Config.Name }, half);

    /// <summary>
    /// Writes a run to train on: a complete DAMSM and, where there is a generator, a GAN at step 0. The official code saves neither
    /// optimizers nor the live generator: moments begin at zero, and the generator goes on from its average.
    /// </summary>
    /// <exception cref="AttnGanException">There is no image encoder, or the folder cannot be used or holds a training.</exception>
    public void WriteRun(string directory)
    {
        ImageEncoder imageEncoder = _imageEncoder ?? throw new AttnGanException("A run to train on needs the image encoder; give its file.");
        using DisposeScope scope = NewDisposeScope();
        using var run = RunDirectory.Open(directory);
        run.Damsm.Begin(resume: false);
        if (_generator is not null)
        {
            run.Gan.Begin(resume: false);
        }

        // Further DAMSM training builds its networks anew and asks for the frozen trunk's weights.
        string trunk = Path.Combine(Path.GetFullPath(directory), TrunkName);
        AttnGanConfig config = Config with { ImageEncoder = Config.ImageEncoder with { Weights = trunk } };
        SafetensorsWriter.Write(
            trunk,
            ModuleState.Collect(imageEncoder).Where(entry => !entry.Key.StartsWith("emb_", StringComparison.Ordinal)).ToDictionary(),
            new Dictionary<string, string>());
        run.Describe(config, Vocabulary.Words);
        WriteDamsm(run.Damsm, config, imageEncoder);
        if (_generator is not null)
        {
            WriteGan(run.Gan, config, imageEncoder, _generator);
        }
    }

    public void Dispose() => _networks.ForEach(network => network.Dispose());

    private static Vocabulary ReadVocabulary(string path)
    {
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return OfficialVocabulary.Read(path);
        }

        try
        {
            return new Vocabulary(JsonSerializer.Deserialize<string[]>(File.ReadAllBytes(path)) ?? []);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The words `{path}` cannot be read as a JSON list of words: {exception.Message}", exception);
        }
    }

    private static OfficialWeights? Open(string? path, string what) => path is null ? null : OfficialWeights.Open(path, what);

    private void WriteDamsm(RunPart part, AttnGanConfig config, ImageEncoder imageEncoder)
    {
        Dictionary<string, Tensor> state = [];
        AddWithOptimizer(state, "text_encoder.", _textEncoder, config.Damsm.LearningRate, beta1: 0.5, beta2: 0.999);
        AddWithOptimizer(state, "image_encoder.", imageEncoder, config.Damsm.LearningRate, beta1: 0.5, beta2: 0.999);
        CheckpointState complete = State(config, config.Damsm.Epochs);
        var store = new CheckpointStore(part.Checkpoints, part.Kind, config.Logging.KeepCheckpoints);
        store.Save(complete, state);
        store.SaveAs("best", complete, state);
    }

    private void WriteGan(RunPart part, AttnGanConfig config, ImageEncoder imageEncoder, AttentionalGenerator generator)
    {
        GanConfig gan = config.Gan;
        Dictionary<string, Tensor> state = [];
        Add(state, ModuleState.Collect(generator, "averaged_generator."));
        Add(state, ModuleState.Collect(_textEncoder, "text_encoder."));
        Add(state, ModuleState.Collect(imageEncoder, "image_encoder."));
        AddWithOptimizer(state, "generator.", generator, gan.GeneratorLearningRate, gan.Beta1, gan.Beta2);
        Seeds.Begin(config.Seed, SeedPurpose.GanWeights);
        foreach (int size in config.Generator.ImageSizes)
        {
            Discriminator network = _discriminators.Find(network => network.ImageSize == size)
                ?? Keep(Initialization.Apply(new Discriminator(size, config.Discriminator, config.TextEncoder.Embedding)));
            AddWithOptimizer(state, $"discriminator{size}.", network, gan.DiscriminatorLearningRate, gan.Beta1, gan.Beta2);
        }

        new CheckpointStore(part.Checkpoints, part.Kind, config.Logging.KeepCheckpoints).Save(State(config, epoch: 0), state);
    }

    private CheckpointState State(AttnGanConfig config, int epoch) => new()
    {
        Step = 0,
        Epoch = epoch,
        Batch = 0,
        Config = config,
        Vocabulary = Vocabulary.Words,
        RunState = JsonElement.Parse("{}"),
    };

    private static void AddWithOptimizer(
        Dictionary<string, Tensor> state, string prefix, nn.Module network, double learningRate, double beta1, double beta2)
    {
        Add(state, ModuleState.Collect(network, prefix));
        using var optimizer = new NamedAdam(network, learningRate, beta1, beta2);
        foreach ((string name, Tensor moment) in optimizer.State("optimizer." + prefix))
        {
            state.Add(name, moment.clone());
        }
    }

    private static void Add(Dictionary<string, Tensor> state, IReadOnlyDictionary<string, Tensor> tensors)
    {
        foreach ((string name, Tensor tensor) in tensors)
        {
            state.Add(name, tensor);
        }
    }

    private AttnGanConfig Infer(
        OfficialWeights text,
        OfficialWeights? generator,
        OfficialWeights? image,
        List<OfficialWeights> judges,
        AttnGanConfig settings,
        IReadOnlyList<string> overrides)
    {
        List<string> problems = [];
        (TextEncoderConfig textEncoder, int words) = text.ReadTextEncoder(settings.TextEncoder);
        AttnGanConfig config = settings with { TextEncoder = textEncoder, Data = settings.Data with { Tokenizer = TokenizerMode.Official } };
        if (words != Vocabulary.Count)
        {
            problems.Add(
                $"`{_files.Vocabulary}` has {Vocabulary.Count} words, but `encoder.weight` of `{text.Path}` has {words}: they come from " +
                "different trainings");
        }

        if (generator is not null)
        {
            (GeneratorConfig found, int embedding) = generator.ReadGenerator(settings.Generator);
            bool isDcgan = found.Architecture == GeneratorArchitecture.AttnDcgan;
            config = config with
            {
                Generator = found,
                Discriminator = config.Discriminator with { Unconditional = config.Discriminator.Unconditional && !isDcgan },
            };
            CheckEmbedding(generator.Path, "ca_net.fc.weight", embedding);
        }

        if (image is not null)
        {
            // As PyTorch 0.3 resized, with which the published encoders were trained.
            ImageEncoderConfig official = new() { Trunk = TrunkKind.Inception, ImageSize = 299, AlignCorners = true };
            config = config with { ImageEncoder = official };
            CheckEmbedding(image.Path, "emb_features.weight", image.ReadImageEncoder());
        }

        Dictionary<int, string> sizes = [];
        foreach (OfficialWeights judge in judges)
        {
            (DiscriminatorConfig found, int size, int embedding) = judge.ReadDiscriminator(settings.Discriminator);
            CheckEmbedding(judge.Path, "COND_DNET.jointConv.0.weight", embedding);
            if (!sizes.TryAdd(size, judge.Path))
            {
                problems.Add($"`{judge.Path}` and `{sizes[size]}` are both for images of {size} pixels");
            }
            else if (sizes.Count > 1 && found != config.Discriminator)
            {
                problems.Add(
                    $"`{judge.Path}` has width {found.Width}{(found.Unconditional ? "" : ", without unconditional head")}, unlike " +
                    $"`{sizes.Values.First()}` of width {config.Discriminator.Width}");
            }

            config = config with { Discriminator = found };
            if (generator is not null && !config.Generator.ImageSizes.Contains(size))
            {
                problems.Add(
                    $"`{judge.Path}` is for images of {size} pixels, but the generator draws " +
                    $"{string.Join(", ", config.Generator.ImageSizes)}");
            }
        }

        if (problems.Count > 0)
        {
            throw new CheckpointException(
                "The files do not fit together:\n" + string.Join('\n', problems.Select(problem => $"  - {problem}")));
        }

        return Override(config, overrides);

        void CheckEmbedding(string path, string name, int embedding)
        {
            if (embedding != textEncoder.Embedding)
            {
                problems.Add(
                    $"`{name}` of `{path}` expects features of width {embedding}, but the text encoder `{text.Path}` gives " +
                    $"{textEncoder.Embedding}");
            }
        }
    }

    /// <summary>Settings win over files, but not over weights.</summary>
    private static AttnGanConfig Override(AttnGanConfig inferred, IReadOnlyList<string> overrides)
    {
        AttnGanConfig config = ConfigReader.Parse(ConfigReader.Write(inferred), "of the weights", overrides);
        bool fits = config.Generator == inferred.Generator && config.Discriminator == inferred.Discriminator &&
            config.TextEncoder == inferred.TextEncoder with { Dropout = config.TextEncoder.Dropout } &&
            config.ImageEncoder.Trunk == inferred.ImageEncoder.Trunk;
        return fits
            ? config
            : throw new CheckpointException(
                "A setting contradicts the weights, which decide the dimensions of text encoder, generator and discriminators. Leave " +
                "such settings out.");
    }

    private T Fill<T>(T network, OfficialWeights weights, List<string> differences)
        where T : nn.Module
    {
        Keep(network);
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

    private T Keep<T>(T network)
        where T : nn.Module
    {
        _networks.Add(network);
        return network;
    }
}
