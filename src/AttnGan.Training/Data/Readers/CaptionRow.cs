using System.Text.Json;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>A row of a table of captions.</summary>
/// <param name="Place">File and line or row, for messages.</param>
/// <param name="Columns">The columns that the row has.</param>
/// <param name="Get">Returns the value of a column.</param>
internal sealed record CaptionRow(string Place, IEnumerable<string> Columns, Func<string, Field> Get)
{
    /// <summary>The columns that all readers of tables read besides those of captions.</summary>
    public static readonly IReadOnlyList<string> OtherColumns = ["prompt", "file_name", "class", "label", "group", "thing", "style"];

    private static readonly string[] s_keys = ["text", "captions", "caption"];

    /// <summary>Returns a row with the members of a JSON object.</summary>
    public static CaptionRow Of(string place, JsonElement row)
    {
        var fields = new Dictionary<string, Field>(StringComparer.Ordinal);
        foreach (JsonProperty property in row.EnumerateObject())
        {
            fields[property.Name] = Field.Of(property.Value);
        }

        return new CaptionRow(place, fields.Keys, key => fields.GetValueOrDefault(key, Field.Missing));
    }

    /// <summary>Returns the captions; null, and a problem, if there are none or one cannot be used.</summary>
    public IReadOnlyList<string>? ReadCaptions(DataConfig config, out string problem)
    {
        IReadOnlyList<string> keys = KeysOf(config);
        string[] found = [.. keys.Where(key => Get(key).Kind != FieldKind.Missing)];
        if (found.Length == 0 && config.CaptionKey is null && Get("prompt").Kind != FieldKind.Missing)
        {
            found = ["prompt"]; // of a generated image; a caption describes it better
        }

        problem = "";
        var captions = new List<string>();
        foreach (string key in found)
        {
            Field value = Get(key);
            if (value.Kind is not (FieldKind.Text or FieldKind.List))
            {
                problem = $"\"{key}\" must be a string or an array of strings.";
                return null;
            }

            captions.AddRange(value.Texts);
        }

        problem = found.Length == 0 ? DescribeMissing(config)
            : captions.Count == 0 ? "the array of captions is empty."
            : captions.FindIndex(string.IsNullOrWhiteSpace) is >= 0 and int blank
            ? captions.Count == 1 ? "the caption is empty." : $"caption {blank + 1} of {captions.Count} is empty."
            : "";
        return problem.Length == 0 ? captions : null;
    }

    /// <summary>Returns the columns that captions are read from.</summary>
    public static IReadOnlyList<string> KeysOf(DataConfig config) => config.CaptionKey is null
        ? s_keys
        : config.CaptionKey.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// Returns class and category; null, and a problem, if the class is neither a text nor a number. A <c>label</c>, which the datasets of
    /// Hugging Face have, is a class unless there is one; labels of other types, such as arrays of several, are not.
    /// </summary>
    public (string? Class, string? Category, string? Problem) ReadClass()
    {
        Field value = Get("class");
        Field group = Get("group");
        string? problem = value.Kind is FieldKind.Missing or FieldKind.Text or FieldKind.Number
            ? null
            : "\"class\" must be a string or a number.";
        string? imageClass = value.Kind == FieldKind.Missing ? Get("label").Single : value.Single;
        return (imageClass, group.Kind == FieldKind.Text ? group.Texts[0] : null, problem);
    }

    /// <summary>Returns the text of a column; null if it has none.</summary>
    public string? TextOrNull(string column) => Get(column) is { Kind: FieldKind.Text } value ? value.Texts[0] : null;

    /// <summary>Returns all columns that are read.</summary>
    public static IReadOnlyList<string> ReadColumns(DataConfig config) => [.. KeysOf(config), .. OtherColumns];

    private string DescribeMissing(DataConfig config)
    {
        string expected = config.CaptionKey is null
            ? "none of \"text\", \"caption\", \"captions\" and \"prompt\""
            : $"no \"{config.CaptionKey}\"";
        string others = string.Join(", ", Columns.Take(8).Select(column => $"\"{column}\""));
        return $"no caption: {expected}{(others.Length == 0 ? "" : $", but {others}")}. Name the column with `--caption-key`.";
    }
}
