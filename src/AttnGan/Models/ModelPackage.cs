using System.Globalization;
using System.Text.Json;
using AttnGan.Models.Onnx;
using AttnGan.Text;
using Google.Protobuf;

namespace AttnGan.Models;

/// <summary>
/// A trained model in one ONNX file: the graph from word IDs and noise to images and attention, with vocabulary, tokenizer, architecture
/// and card in its metadata. docs/model-package.md describes the format.
/// </summary>
internal sealed class ModelPackage
{
    /// <summary>The version of the format that is written, and the newest that can be read.</summary>
    public const int FormatVersion = 1;

    /// <summary>The maximum number of styles.</summary>
    public const int MaxStyles = 1000;

    /// <summary>The file name extension of model packages.</summary>
    public const string Extension = ".onnx";

    // Protobuf's limit for one message.
    private const long MaxLength = int.MaxValue;

    private ModelPackage(
        ModelProto model,
        ModelArchitecture architecture,
        TokenizerSettings tokenizer,
        Vocabulary vocabulary,
        WordReadings readings,
        ModelCard card)
    {
        Model = model;
        Architecture = architecture;
        Vocabulary = vocabulary;
        Captions = new CaptionEncoder(new CaptionTokenizer(tokenizer.Mode), vocabulary, tokenizer.MaxWords, readings);
        Card = card;
    }

    public ModelProto Model { get; }

    public ModelArchitecture Architecture { get; }

    public Vocabulary Vocabulary { get; }

    public CaptionEncoder Captions { get; }

    public ModelCard Card { get; }

    /// <summary>Creates a package from a graph and writes the rest into the metadata of the model.</summary>
    public static ModelPackage Create(
        ModelProto model, ModelArchitecture architecture, TokenizerSettings tokenizer, Vocabulary vocabulary, ModelCard card)
    {
        Add(PackageMetadata.FormatKey, FormatVersion.ToString(CultureInfo.InvariantCulture));
        Add(PackageMetadata.ArchitectureKey, JsonSerializer.Serialize(architecture, PackageMetadata.Default.ModelArchitecture));
        Add(PackageMetadata.TokenizerKey, JsonSerializer.Serialize(tokenizer, PackageMetadata.Default.TokenizerSettings));
        Add(PackageMetadata.VocabularyKey, JsonSerializer.Serialize([.. vocabulary.Words], PackageMetadata.Default.StringArray));
        Add(PackageMetadata.CardKey, JsonSerializer.Serialize(card, PackageMetadata.Default.ModelCard));
        return new ModelPackage(model, architecture, tokenizer, vocabulary, WordReadings.None, card);

        void Add(string key, string value) => model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    /// <summary>Reads a package.</summary>
    /// <exception cref="AttnGanException">The file is missing, truncated, another ONNX model, or of a newer format.</exception>
    public static ModelPackage Open(string path) => Open(path, Parse);

    /// <summary>Reads a package without its graph, which is nearly all of the file.</summary>
    /// <exception cref="AttnGanException">The file is missing, truncated, another ONNX model, or of a newer format.</exception>
    public static ModelPackage OpenMetadata(string path) => Open(path, (stream, name) => Parse(ReadMetadata, stream, name));

    private static ModelPackage Open(string path, Func<Stream, string, ModelPackage> parse)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            if (File.Exists(path) && !RegularFile.Is(path))
            {
                throw new AttnGanException(
                    $"The model `{path}` is empty, or a pipe or device; expected a file written by `attngan export`.");
            }

            using FileStream file = File.OpenRead(path);
            if (file.Length > MaxLength)
            {
                throw new AttnGanException($"`{path}` has {file.Length} bytes; the maximum for a model package is {MaxLength}.");
            }

            byte[] head = new byte[1024];
            int length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            file.Position = 0;
            return ForeignContent.DescribePlaceholder(head.AsSpan(0, length)) is { } placeholder
                ? throw new AttnGanException($"`{path}` is {placeholder}")
                : parse(file, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The model `{path}` cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads a package from a stream.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="name">The name of the model in error messages.</param>
    /// <exception cref="AttnGanException">The stream is truncated, another ONNX model, or of a newer format.</exception>
    public static ModelPackage Parse(Stream stream, string name)
    {
        ModelPackage package = Parse(ModelProto.Parser.ParseFrom, stream, name);
        return package.Model.Graph is null ? throw Invalid(name, "it has no graph") : package;
    }

    private static ModelPackage Parse(Func<Stream, ModelProto> read, Stream stream, string name)
    {
        ModelProto model;
        try
        {
            model = read(stream);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new AttnGanException(
                $"`{name}` is not an ONNX file, or it is damaged or truncated ({error.Message.TrimEnd('.')}). Copy it again, or export " +
                "the model again with `attngan export`.",
                error);
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in model.MetadataProps)
        {
            metadata[entry.Key] = entry.Value;
        }

        CheckFormat(metadata, model, name);
        TokenizerSettings tokenizer = Read(PackageMetadata.TokenizerKey, MetadataReader.Tokenizer);
        ModelArchitecture architecture = Read(PackageMetadata.ArchitectureKey, MetadataReader.Architecture);
        CheckArchitecture(architecture, tokenizer, name);
        string[] words = Read(PackageMetadata.VocabularyKey, MetadataReader.Words);
        Vocabulary vocabulary = Valid(name, () => new Vocabulary(words));
        WordReadings readings = WordReadings.None;
        if (metadata.ContainsKey(PackageMetadata.ReadingsKey))
        {
            Dictionary<string, string> known = Read(PackageMetadata.ReadingsKey, MetadataReader.Readings);
            readings = Valid(name, () => new WordReadings(known, vocabulary));
        }

        return new ModelPackage(
            model, architecture, tokenizer, vocabulary, readings, Read(PackageMetadata.CardKey, MetadataReader.Card));

        T Read<T>(string key, Func<JsonElement, T> read)
        {
            if (!metadata.TryGetValue(key, out string? text))
            {
                throw Invalid(name, $"its metadata has no `{key}`");
            }

            try
            {
                using var json = JsonDocument.Parse(text);
                return json.RootElement.ValueKind == JsonValueKind.Null
                    ? throw Invalid(name, $"its metadata has no `{key}`")
                    : read(json.RootElement);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException) // the latter for text that is not Unicode
            {
                throw Invalid(name, $"`{key}` of its metadata cannot be read: {error.Message}", error);
            }
        }
    }

    /// <summary>Returns a copy with another table of readings in its metadata.</summary>
    /// <param name="readings">The known words that other words are read as, by the other words.</param>
    /// <param name="license">The license of what the table was made from.</param>
    /// <exception cref="AttnGanException">A word is read as an unknown one, or a known word as another one.</exception>
    public ModelPackage WithReadings(IReadOnlyDictionary<string, string> readings, string license)
    {
        var table = new WordReadings(readings, Vocabulary);
        string json = JsonSerializer.Serialize(table.ByKnownWord(), PackageMetadata.Default.DictionaryStringString);
        return With(table, Card, (PackageMetadata.ReadingsKey, json), (PackageMetadata.ReadingsLicenseKey, license));
    }

    /// <summary>Returns a copy with another card in its metadata.</summary>
    public ModelPackage WithCard(ModelCard card) => With(
        Captions.Readings, card, (PackageMetadata.CardKey, JsonSerializer.Serialize(card, PackageMetadata.Default.ModelCard)));

    /// <summary>Writes the package to a file, atomically.</summary>
    /// <exception cref="AttnGanException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, Model.WriteTo);

    private ModelPackage With(WordReadings readings, ModelCard card, params IEnumerable<(string Key, string Value)> metadata)
    {
        ModelProto model = Model.Clone();
        foreach ((string key, string value) in metadata)
        {
            if (model.MetadataProps.FirstOrDefault(entry => entry.Key == key) is { } entry)
            {
                entry.Value = value;
            }
            else
            {
                model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
            }
        }

        var tokenizer = new TokenizerSettings { Mode = Captions.Tokenizer.Mode, MaxWords = Captions.MaxWords };
        return new ModelPackage(model, Architecture, tokenizer, Vocabulary, readings, card);
    }

    private static ModelProto ReadMetadata(Stream stream)
    {
        var model = new ModelProto();
        using var input = new CodedInputStream(stream, leaveOpen: true);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (tag == WireFormat.MakeTag(ModelProto.MetadataPropsFieldNumber, WireFormat.WireType.LengthDelimited))
            {
                var entry = new StringStringEntryProto();
                input.ReadMessage(entry);
                model.MetadataProps.Add(entry);
            }
            else
            {
                input.SkipLastField();
            }
        }

        return model;
    }

    private static void CheckFormat(Dictionary<string, string> metadata, ModelProto model, string name)
    {
        if (!metadata.TryGetValue(PackageMetadata.FormatKey, out string? format))
        {
            throw new AttnGanException(
                model.Graph is null || model.Graph.Node.Count == 0
                    ? $"`{name}` is not an ONNX model, or it is truncated. Copy it again, or export the model again with `attngan export`."
                    : $"`{name}` is an ONNX model, but not an AttnGAN model package (its metadata has no `{PackageMetadata.FormatKey}`), " +
                        "or it is truncated. Use a file written by `attngan export RUN -o model.onnx`.");
        }

        if (!int.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version < 1)
        {
            throw Invalid(name, $"`{PackageMetadata.FormatKey}` is '{format}'");
        }

        if (version > FormatVersion)
        {
            throw new AttnGanException(
                $"`{name}` is a model package of format {version}; this version of AttnGan reads formats up to {FormatVersion}. Update " +
                "AttnGan, or export the model again with this version.");
        }
    }

    private static void CheckArchitecture(ModelArchitecture a, TokenizerSettings tokenizer, string name)
    {
        bool isValid = a is
        {
            Rnn: RnnKind.Lstm or RnnKind.Gru,
            Attention: AttentionKind.DotProduct or AttentionKind.Cosine,
            WordEmbedding: >= 1 and <= 1 << 16,
            Embedding: >= 2 and <= 1 << 16,
            Noise: >= 1 and <= 1 << 16,
            Condition: >= 1 and <= 1 << 16,
            BaseSize: 16 or 32 or 64,
            Stages: >= 1 and <= 4,
            Width: >= 1 and <= 1 << 12,
            ResidualBlocks: >= 0 and <= 256,
        } && a.Embedding % 2 == 0 && tokenizer is { MaxWords: >= 1 and <= 1 << 16 } && CaptionTokenizer.IsMode(tokenizer.Mode);
        if (!isValid)
        {
            throw Invalid(name, $"its architecture is out of range: {a}, {tokenizer}");
        }

        if (StylesProblem(a.Styles ?? []) is { } problem)
        {
            throw Invalid(name, problem);
        }
    }

    private static string? StylesProblem(IReadOnlyList<string> styles) =>
        styles.Count > MaxStyles ? $"it has {styles.Count} styles, expected at most {MaxStyles}"
        : styles.Any(string.IsNullOrWhiteSpace) ? "one of its styles has a blank name"
        : styles.CountBy(style => style, StringComparer.Ordinal).FirstOrDefault(count => count.Value > 1) is { Key: { } twice }
            ? $"it has the style '{twice}' twice"
        : null;

    private static T Valid<T>(string name, Func<T> create)
    {
        try
        {
            return create();
        }
        catch (AttnGanException error)
        {
            throw Invalid(name, error.Message, error);
        }
    }

    private static AttnGanException Invalid(string name, string problem, Exception? cause = null) =>
        new($"`{name}` is not a valid model package: {problem.TrimEnd('.')}. Export the model again with `attngan export`.", cause);
}
