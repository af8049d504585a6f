using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Formats;

namespace AttnGan.Training.Import;

/// <summary>Infers the configuration of a model from its weights, and checks that the files match each other.</summary>
internal sealed class ConfigInference
{
    private readonly OfficialWeightSet _weights;
    private readonly AttnGanConfig _settings;
    private readonly List<string> _problems = [];
    private AttnGanConfig _config;

    private ConfigInference(OfficialWeightSet weights, AttnGanConfig settings)
    {
        _weights = weights;
        _settings = settings;
        _config = settings;
    }

    /// <summary>Infers the configuration.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="vocabularyPath">Its file, for messages.</param>
    /// <param name="settings">Settings that cannot be inferred; those that can are replaced.</param>
    /// <param name="overrides">Settings as <c>key=value</c>.</param>
    /// <exception cref="AttnGanException">The files do not match, or an override contradicts the weights.</exception>
    public static AttnGanConfig Infer(
        OfficialWeightSet weights, Vocabulary vocabulary, string vocabularyPath, AttnGanConfig settings, IReadOnlyList<string> overrides)
    {
        var inference = new ConfigInference(weights, settings);
        inference.InferTextEncoder(vocabulary, vocabularyPath);
        inference.InferGenerator();
        inference.InferImageEncoder();
        inference.InferDiscriminators();
        return inference._problems.Count == 0
            ? Override(inference._config, overrides)
            : throw new CheckpointException(
                "The files do not match:\n" + string.Join('\n', inference._problems.Select(problem => $"  - {problem}")));
    }

    private void InferTextEncoder(Vocabulary vocabulary, string vocabularyPath)
    {
        (TextEncoderConfig found, int words) = _weights.TextEncoder.ReadTextEncoder(_settings.TextEncoder);
        _config = _config with { TextEncoder = found, Data = _settings.Data with { Tokenizer = TokenizerFit.Find(vocabulary).Mode } };
        if (words != vocabulary.Count)
        {
            _problems.Add(
                $"`{vocabularyPath}` has {vocabulary.Count} words, but `encoder.weight` of `{_weights.TextEncoder.Path}` has {words}: " +
                "they come from different trainings");
        }
    }

    private void InferGenerator()
    {
        if (_weights.Generator is not { } generator)
        {
            return;
        }

        (GeneratorConfig found, int embedding) = generator.ReadGenerator(_settings.Generator);
        bool isDcgan = found.Architecture == GeneratorArchitecture.AttnDcgan;
        _config = _config with
        {
            Generator = found,
            Discriminator = _config.Discriminator with { Unconditional = _config.Discriminator.Unconditional && !isDcgan },
        };
        CheckEmbedding(generator.Path, "ca_net.fc.weight", embedding);
    }

    private void InferImageEncoder()
    {
        if (_weights.ImageEncoder is not { } image)
        {
            return;
        }

        // PyTorch 0.3, which trained the published encoders, aligned corners.
        ImageEncoderConfig official = new() { Trunk = TrunkKind.Inception, ImageSize = 299, AlignCorners = true };
        _config = _config with { ImageEncoder = official };
        CheckEmbedding(image.Path, "emb_features.weight", image.ReadImageEncoder());
    }

    private void InferDiscriminators()
    {
        Dictionary<int, string> paths = [];
        foreach (OfficialWeights discriminator in _weights.Discriminators)
        {
            (DiscriminatorConfig found, int size, int embedding) = discriminator.ReadDiscriminator(_settings.Discriminator);
            CheckEmbedding(discriminator.Path, "COND_DNET.jointConv.0.weight", embedding);
            if (!paths.TryAdd(size, discriminator.Path))
            {
                _problems.Add($"`{discriminator.Path}` and `{paths[size]}` are both for images of {size} pixels");
            }
            else if (paths.Count > 1 && found != _config.Discriminator)
            {
                string heads = found.Unconditional ? "" : ", without unconditional head";
                _problems.Add(
                    $"`{discriminator.Path}` has width {found.Width}{heads}, unlike " +
                    $"`{paths.Values.First()}` with width {_config.Discriminator.Width}");
            }

            _config = _config with { Discriminator = found };
            if (_weights.Generator is not null && !_config.Generator.ImageSizes.Contains(size))
            {
                _problems.Add(
                    $"`{discriminator.Path}` is for images of {size} pixels, but the generator has images of " +
                    $"{string.Join(", ", _config.Generator.ImageSizes)}");
            }
        }
    }

    private void CheckEmbedding(string path, string name, int embedding)
    {
        if (embedding != _config.TextEncoder.Embedding)
        {
            _problems.Add(
                $"`{name}` of `{path}` expects features of width {embedding}, but those of the text encoder " +
                $"`{_weights.TextEncoder.Path}` have {_config.TextEncoder.Embedding}");
        }
    }

    /// <summary>Overrides replace settings, but must not contradict the weights.</summary>
    private static AttnGanConfig Override(AttnGanConfig inferred, IReadOnlyList<string> overrides)
    {
        AttnGanConfig config = ConfigReader.Parse(ConfigReader.Write(inferred), "of the weights", overrides);
        bool fits = config.Generator == inferred.Generator && config.Discriminator == inferred.Discriminator &&
            config.TextEncoder == inferred.TextEncoder with { Dropout = config.TextEncoder.Dropout } &&
            config.ImageEncoder.Trunk == inferred.ImageEncoder.Trunk;
        return fits
            ? config
            : throw new CheckpointException(
                "A setting contradicts the weights, which determine the dimensions of text encoder, generator and discriminators. Omit " +
                "such settings.");
    }
}
