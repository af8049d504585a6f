using System.Text.Json;

using AttnGan.Imaging;
namespace AttnGan.Training.Data.Readers;

/// <summary>
/// A folder with a <c>metadata.jsonl</c>: one JSON object per line with <c>file_name</c>, <c>text</c> and/or <c>captions</c>, and
/// optionally <c>class</c>, <c>group</c>, <c>thing</c>, <c>style</c> and <c>masks</c>.
/// </summary>
internal sealed class MetadataReader(DatasetFolder folder) : IDatasetReader
{
    public const string MetadataFile = "metadata.jsonl";

    private readonly Dictionary<string, int> _firstLines = new(StringComparer.Ordinal);
    private readonly List<CaptionedImage> _images = [];

    public static DatasetFormat DatasetFormat { get; } = new("metadata", MetadataFile, UsesSplitLists: true);

    public DatasetFormat Format => DatasetFormat;

    public bool Recognizes() => folder.HasFile(MetadataFile);

    public ReaderResult Read()
    {
        var files = new FileNames(folder.FindFiles());
        foreach ((string line, int number) in folder.ReadLines(MetadataFile))
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                ReadLine(line, number, files);
            }
        }

        if (_images.Count == 0 && folder.Problems.Count == 0)
        {
            folder.Error(MetadataFile, "names no image.");
        }

        HashSet<string> named = [.. _firstLines.Keys.Select(name => files.Find(name) ?? name)];
        foreach (string name in files.All.Where(name => ImageFiles.IsImage(name) && !IsMask(name) && !named.Contains(name)))
        {
            folder.Warn(name, $"{MetadataFile} does not name this image, so it is not used.");
        }

        return ReaderResult.WithoutSplit(_images);
    }

    /// <summary>Masks of objects, which datasets of shapes have, lie in a folder of their own.</summary>
    private static bool IsMask(string name) => name.StartsWith("masks/", StringComparison.Ordinal);

    private void ReadLine(string line, int number, FileNames files)
    {
        string place = $"{MetadataFile}:{number}";
        if (ParseRow(line, place) is not { } row)
        {
            return;
        }

        if (string.IsNullOrEmpty(row.FileName))
        {
            folder.Error(place, "\"file_name\" is missing or not a string.");
            return;
        }

        if (!DatasetFolder.TryNormalizeName(row.FileName, out string name))
        {
            folder.Error(place, $"'{row.FileName}' leads out of the dataset's folder; use a path inside it.");
            return;
        }

        if (!_firstLines.TryAdd(name, number))
        {
            folder.Error(place, $"'{name}' is already on line {_firstLines[name]}; put all its captions into one line's \"captions\".");
            return;
        }

        bool exists = folder.HasFile(name);
        if (files.Check(place, name, exists) is { } problem)
        {
            folder.Add(problem);
        }

        if (exists && row.Captions is not null)
        {
            _images.Add(new CaptionedImage(name, folder.PathOf(name), row.Captions, row.Class)
            {
                Category = row.Category,
                Thing = row.Thing,
                Style = row.Style,
                Masks = row.Masks,
            });
        }
    }

    /// <summary>Returns the fields of a line; null, and a problem, if it is not a JSON object.</summary>
    private Row? ParseRow(string line, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement row = document.RootElement;
            if (row.ValueKind != JsonValueKind.Object)
            {
                folder.Error(place, $"expected a JSON object, found {KindOf(row)}.");
                return null;
            }

            return new Row(
                StringOrNull(row, "file_name"),
                ReadCaptions(row, place),
                ReadClass(row, place),
                StringOrNull(row, "group"),
                StringOrNull(row, "thing"),
                StringOrNull(row, "style"),
                ReadMasks(row, place));
        }
        catch (JsonException error)
        {
            folder.Error(
                place,
                $"not valid JSON (byte {error.BytePositionInLine}); a line must be one object such as "
                + "{\"file_name\": \"a.png\", \"text\": \"…\"}.");
            return null;
        }
        catch (InvalidOperationException)
        {
            folder.Error(place, "a string has an unpaired surrogate (\\ud800 to \\udfff).");
            return null;
        }
    }

    /// <summary>Returns the captions of a row; null, and a problem, if there are none or one cannot be used.</summary>
    private List<string>? ReadCaptions(JsonElement row, string place)
    {
        var captions = new List<string>();
        bool found = false;
        foreach (string key in (ReadOnlySpan<string>)["text", "captions"])
        {
            if (!row.TryGetProperty(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            found = true;
            if (value.ValueKind == JsonValueKind.String)
            {
                captions.Add(value.GetString()!);
            }
            else if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            {
                captions.AddRange(value.EnumerateArray().Select(item => item.GetString()!));
            }
            else
            {
                folder.Error(place, $"\"{key}\" must be a string or an array of strings.");
                return null;
            }
        }

        string? problem = !found ? "neither \"text\" nor \"captions\"."
            : captions.Count == 0 ? "the array of captions is empty."
            : captions.FindIndex(string.IsNullOrWhiteSpace) is >= 0 and int blank
            ? captions.Count == 1 ? "the caption is empty." : $"caption {blank + 1} of {captions.Count} is empty."
            : null;
        if (problem is null)
        {
            return captions;
        }

        folder.Error(place, problem);
        return null;
    }

    private string? ReadClass(JsonElement row, string place)
    {
        if (!row.TryGetProperty("class", out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString();
            case JsonValueKind.Number:
                return value.GetRawText();
            default:
                folder.Error(place, "\"class\" must be a string or a number.");
                return null;
        }
    }

    /// <summary>Returns the names of the masks of a row, all of which are files inside the folder; none if there are none.</summary>
    private List<string> ReadMasks(JsonElement row, string place)
    {
        var masks = new List<string>();
        if (!row.TryGetProperty("masks", out JsonElement value) || value.ValueKind != JsonValueKind.Array)
        {
            return masks;
        }

        foreach (JsonElement item in value.EnumerateArray())
        {
            string? given = item.ValueKind == JsonValueKind.String ? item.GetString() : null;
            if (given is not null && DatasetFolder.TryNormalizeName(given, out string name) && folder.HasFile(name))
            {
                masks.Add(name);
            }
            else
            {
                folder.Warn(place, $"the mask {item.GetRawText()} is not a file of the dataset's folder, so it is not used.");
            }
        }

        return masks;
    }

    private static string? StringOrNull(JsonElement row, string key) =>
        row.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string KindOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => element.ValueKind.ToString().ToLowerInvariant(),
    };

    private sealed record Row(
        string? FileName,
        List<string>? Captions,
        string? Class,
        string? Category,
        string? Thing,
        string? Style,
        List<string> Masks);
}
