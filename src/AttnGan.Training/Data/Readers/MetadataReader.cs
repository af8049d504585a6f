using System.Text.Json;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// Hugging Face's image folder: <c>metadata.jsonl</c>, <c>.csv</c> or <c>.parquet</c> with a row for each image: <c>file_name</c>, captions
/// (<c>text</c>, <c>caption</c>, <c>captions</c> or <c>prompt</c>) and optionally <c>class</c>, <c>group</c>, <c>thing</c>,
/// <c>style</c> and <c>masks</c>. Each folder may have a file of its own; folders such as <c>train/</c> and <c>test/</c> are splits.
/// </summary>
/// <param name="folder">The dataset's folder.</param>
/// <param name="config">Names other columns of captions.</param>
/// <param name="anywhere">True to look for the files in all folders; false for a file at the root.</param>
internal sealed class MetadataReader(DatasetFolder folder, DataConfig config, bool anywhere) : IDatasetReader
{
    public const string MetadataFile = "metadata.jsonl";

    private const string Masks = "masks";

    private static readonly string[] s_names = [MetadataFile, "metadata.csv", "metadata.parquet"];

    private readonly IReadOnlyList<string> _columns = [.. CaptionRow.ReadColumns(config), Masks];
    private readonly Dictionary<string, string> _firstPlaces = new(StringComparer.Ordinal);
    private readonly List<(CaptionedImage Image, DatasetSplit? Split)> _images = [];

    public static DatasetFormat DatasetFormat { get; } = new("metadata", "metadata.jsonl, .csv or .parquet", UsesSplitLists: true);

    public DatasetFormat Format => DatasetFormat;

    public bool Recognizes() => anywhere ? FindTables().Any() : s_names.Any(folder.HasFile);

    public ReaderResult Read()
    {
        string[] tables = [.. FindTables()];
        foreach (string table in tables)
        {
            ReadTable(table);
        }

        if (_images.Count == 0 && folder.Problems.Count == 0)
        {
            folder.Error(tables[0], "names no image.");
        }

        WarnOfOthers(tables);
        return ReaderResult.BySplit(_images);
    }

    /// <summary>Returns the tables to read, one a folder.</summary>
    private IEnumerable<string> FindTables() => folder.FindFiles()
        .Where(name => s_names.Contains(name[(name.LastIndexOf('/') + 1)..]))
        .GroupBy(TextFiles.FolderOf, StringComparer.Ordinal)
        .Select(files => files.MinBy(name => Array.IndexOf(s_names, name[(name.LastIndexOf('/') + 1)..]))!);

    private void ReadTable(string table)
    {
        string parent = TextFiles.FolderOf(table);
        DatasetSplit? split = parent.Length == 0 ? null : SplitNames.OfFolders(parent);
        foreach (CaptionRow row in Rows(table))
        {
            folder.NoteColumns(row.Columns, _columns);
            ReadRow(row, parent, split);
        }
    }

    private IEnumerable<CaptionRow> Rows(string table) => Path.GetExtension(table) switch
    {
        ".csv" => TableRows.OfCsv(folder, table),
        ".parquet" => TableRows.OfParquet(folder, table, _columns),
        _ => JsonRows(table),
    };

    private IEnumerable<CaptionRow> JsonRows(string table)
    {
        foreach ((string line, int number) in folder.ReadLines(table))
        {
            if (!string.IsNullOrWhiteSpace(line) && ParseRow(line, $"{table}:{number}") is { } row)
            {
                yield return row;
            }
        }
    }

    private void ReadRow(CaptionRow row, string parent, DatasetSplit? split)
    {
        if (row.Get("file_name") is not { Kind: FieldKind.Text, Single: { Length: > 0 } fileName })
        {
            string others = string.Join(", ", row.Columns.Take(8).Select(column => $"\"{column}\""));
            folder.Error(row.Place, $"\"file_name\" is missing or not a string{(others.Length > 0 ? $"; the row has {others}" : "")}.");
            return;
        }

        if (!DatasetFolder.TryNormalizeName(fileName, out string name))
        {
            folder.Error(row.Place, $"'{fileName}' leads out of the dataset's folder; use a path inside it.");
            return;
        }

        name = parent.Length == 0 ? name : $"{parent}/{name}";
        if (!_firstPlaces.TryAdd(name, row.Place))
        {
            folder.Error(
                row.Place, $"'{name}' is already on line {LineOf(_firstPlaces[name])}; put all its captions into one line's \"captions\".");
            return;
        }

        bool exists = folder.HasFile(name);
        if (folder.FileNames.Check(row.Place, name, exists) is { } problem)
        {
            folder.Add(problem);
        }

        IReadOnlyList<string>? captions = row.ReadCaptions(config, out string captionProblem);
        if (captions is null)
        {
            folder.Error(row.Place, captionProblem);
        }

        (string? imageClass, string? category, string? classProblem) = row.ReadClass();
        if (classProblem is not null)
        {
            folder.Error(row.Place, classProblem);
        }

        if (exists && captions is not null)
        {
            _images.Add((
                new CaptionedImage(name, folder.PathOf(name), captions, imageClass)
                {
                    Category = category,
                    Thing = row.TextOrNull("thing"),
                    Style = row.TextOrNull("style"),
                    Masks = ReadMasks(row, parent),
                },
                split));
        }
    }

    /// <summary>Returns the fields of a line; null, and a problem, if it is not a JSON object.</summary>
    private CaptionRow? ParseRow(string line, string place)
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

            return CaptionRow.Of(place, row);
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

    private void WarnOfOthers(string[] tables)
    {
        HashSet<string> named = [.. _firstPlaces.Keys.Select(name => folder.FileNames.Find(name) ?? name)];
        string table = tables.Length == 1 ? tables[0] : "none of the metadata files";
        foreach (string name in folder.FindFiles().Where(name => !IsMask(name) && !named.Contains(name)))
        {
            if (ImageFiles.IsImage(name))
            {
                folder.Warn(name, $"{table} {(tables.Length == 1 ? "does not name" : "names")} this image, so it is not used.");
            }
            else if (s_names.Contains(name[(name.LastIndexOf('/') + 1)..]) && !tables.Contains(name))
            {
                string read = tables.First(other => TextFiles.FolderOf(other) == TextFiles.FolderOf(name));
                folder.Warn(name, $"is not used, because {read} is read.");
            }
        }
    }

    /// <summary>Returns the names of the masks of a row, all of which are files inside the folder; none if there are none.</summary>
    private List<string> ReadMasks(CaptionRow row, string parent)
    {
        var masks = new List<string>();
        if (row.Get(Masks).Kind == FieldKind.Other)
        {
            folder.Warn(row.Place, "\"masks\" is not an array of strings, so it is not used.");
        }

        foreach (string given in row.Get(Masks).Texts)
        {
            if (DatasetFolder.TryNormalizeName(parent.Length == 0 ? given : $"{parent}/{given}", out string name) && folder.HasFile(name))
            {
                masks.Add(name);
            }
            else
            {
                folder.Warn(row.Place, $"the mask \"{given}\" is not a file of the dataset's folder, so it is not used.");
            }
        }

        return masks;
    }

    /// <summary>Masks of objects, which datasets of shapes have, lie in a folder of their own.</summary>
    private static bool IsMask(string name) => name.StartsWith("masks/", StringComparison.Ordinal);

    private static string LineOf(string place) => place[(place.LastIndexOf(':') + 1)..];

    private static string KindOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => element.ValueKind.ToString().ToLowerInvariant(),
    };
}
