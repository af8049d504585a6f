using System.Text.Json;
using AttnGan.Text;

namespace AttnGan.Models;

/// <summary>
/// Reads the metadata of a package. The serializer, which writes them, would read them too, but its generic code takes longer to compile
/// than all the rest of loading a small model.
/// </summary>
internal static class MetadataReader
{
    /// <exception cref="JsonException">The text is not JSON of the type.</exception>
    public static ModelArchitecture Architecture(JsonElement json) => new()
    {
        Rnn = Choice<RnnKind>(Member(json, "rnn")),
        WordEmbedding = Integer(json, "wordEmbedding"),
        Embedding = Integer(json, "embedding"),
        Noise = Integer(json, "noise"),
        Styles = Find(json, "styles", out JsonElement styles) ? Texts(styles, "`styles`", "A style") : null,
        Condition = Integer(json, "condition"),
        BaseSize = Integer(json, "baseSize"),
        Stages = Integer(json, "stages"),
        Width = Integer(json, "width"),
        ResidualBlocks = Integer(json, "residualBlocks"),
        Attention = Find(json, "attention", out JsonElement attention) ? Choice<AttentionKind>(attention) : default,
        SkipExcitation = Find(json, "skipExcitation", out JsonElement excitation) && Flag(excitation, "skipExcitation"),
        ImageAtEveryStage = Flag(Member(json, "pictureAtEveryStage"), "pictureAtEveryStage"),
    };

    /// <exception cref="JsonException">The text is not JSON of the type.</exception>
    public static TokenizerSettings Tokenizer(JsonElement json) => new()
    {
        Mode = Choice<TokenizerMode>(Member(json, "mode")),
        MaxWords = Integer(json, "maxWords"),
    };

    /// <exception cref="JsonException">The text is not JSON of the type.</exception>
    public static ModelCard Card(JsonElement json) => new()
    {
        Name = Text(json, "name"),
        Description = Text(json, "description"),
        License = Text(json, "license"),
        Steps = !Find(json, "steps", out JsonElement steps) ? 0
            : steps.ValueKind == JsonValueKind.Number && steps.TryGetInt64(out long number) ? number
            : throw new JsonException("`steps` is not an integer."),
    };

    /// <exception cref="JsonException">The text is not JSON of the type.</exception>
    public static string[] Words(JsonElement json) => Texts(json, "It", "A word");

    /// <summary>Reads the readings of words: an object from known words to the words that are read as them, separated by spaces.</summary>
    /// <exception cref="JsonException">The text is not JSON of the type.</exception>
    public static Dictionary<string, string> Readings(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("It is not an object.");
        }

        var readings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty known in json.EnumerateObject())
        {
            foreach (string word in String(known.Value, $"`{known.Name}`").Split(' '))
            {
                if (!readings.TryAdd(word, known.Name))
                {
                    throw new JsonException($"\"{word}\" is read as both \"{readings[word]}\" and \"{known.Name}\".");
                }
            }
        }

        return readings;
    }

    private static bool Find(JsonElement json, string name, out JsonElement value) => json.ValueKind == JsonValueKind.Object
        ? json.TryGetProperty(name, out value)
        : throw new JsonException("It is not an object.");

    private static JsonElement Member(JsonElement json, string name) =>
        Find(json, name, out JsonElement value) ? value : throw new JsonException($"`{name}` is missing.");

    private static int Integer(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number)
            ? number
            : throw new JsonException($"`{name}` is not an integer.");

    private static bool Flag(JsonElement value, string name) => value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? value.ValueKind == JsonValueKind.True
        : throw new JsonException($"`{name}` is not true or false.");

    private static string? Text(JsonElement json, string name) =>
        !Find(json, name, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null : String(value, $"`{name}`");

    private static string[] Texts(JsonElement json, string name, string element)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException($"{name} is not an array.");
        }

        string[] texts = new string[json.GetArrayLength()];
        int count = 0;
        foreach (JsonElement text in json.EnumerateArray())
        {
            texts[count++] = text.ValueKind == JsonValueKind.Null ? null! : String(text, element);
        }

        return texts;
    }

    private static string String(JsonElement value, string name)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new JsonException($"{name} is not a text.");
        }
        catch (InvalidOperationException error)
        {
            throw new JsonException($"{name} is not Unicode text.", error);
        }
    }

    private static T Choice<T>(JsonElement value)
        where T : struct, Enum
    {
        string name = String(value, "A name");
        return Enum.GetNames<T>().FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known
            ? Enum.Parse<T>(known)
            : throw new JsonException($"\"{name}\" is none of {string.Join(", ", Enum.GetNames<T>())}.");
    }
}
