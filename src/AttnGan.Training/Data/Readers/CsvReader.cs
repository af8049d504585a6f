using AttnGan.Imaging;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// A table of captions of any name, as Kaggle has them: CSV, TSV or text with a header, a column of images and one of captions, one or
/// several rows an image (<c>captions.txt</c> with <c>image,caption</c>; <c>results.csv</c> with
/// <c>image_name| comment_number| comment</c>).
/// </summary>
internal sealed class CsvReader(DatasetFolder folder, DataConfig config) : IDatasetReader
{
    private static readonly string[] s_imageColumns =
    [
        "file_name", "filename", "image", "image_name", "image_path", "image_file", "img", "img_path", "file", "path", "name", "image_id",
        "id",
    ];

    private static readonly string[] s_captionColumns =
        ["caption", "captions", "text", "comment", "description", "sentence", "sentences", "raw", "title", "prompt"];

    private string? _file;

    public static DatasetFormat DatasetFormat { get; } = new("table", "a table with columns of images and captions", UsesSplitLists: true);

    public DatasetFormat Format => DatasetFormat;

    public bool Recognizes()
    {
        _file = FindTable(folder, config);
        return _file is not null;
    }

    /// <summary>Returns the first table with columns of images and captions, one of whose images exists; null if there is none.</summary>
    private static string? FindTable(DatasetFolder folder, DataConfig config)
    {
        var finder = new ImageFinder(folder);
        return TextFiles.Candidates(folder, ".csv", ".tsv", ".txt").FirstOrDefault(file =>
        {
            if (TextFiles.Head(folder, file, 50) is not [var header, _, ..] lines
                || Columns(header, config) is not var (image, _, delimiter))
            {
                return false;
            }

            return CsvTable.Parse(string.Join('\n', lines), delimiter).Skip(1)
                .Any(row => row.Fields is { } fields && image < fields.Length
                    && finder.Find(fields[image].Trim(), TextFiles.FolderOf(file), out _) is not null);
        });
    }

    public ReaderResult Read()
    {
        if (folder.ReadText(_file!) is not { } text)
        {
            return ReaderResult.WithoutSplit([]);
        }

        string header = text[..(text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and int end ? end : text.Length)];
        if (Columns(header, config) is not var (imageColumn, captionColumn, delimiter))
        {
            folder.Error($"{_file}:1", "the header has no columns of images and captions.");
            return ReaderResult.WithoutSplit([]);
        }

        string[] names = CsvTable.Parse(header, delimiter).First().Fields ?? [];
        int columns = names.Length;
        folder.NoteColumns(names, [names[imageColumn], names[captionColumn]]);
        var finder = new ImageFinder(folder);
        var captions = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach ((string[]? row, int line) in CsvTable.Parse(text, delimiter).Skip(1))
        {
            string place = $"{_file}:{line}";
            if (row is null)
            {
                folder.Error(place, CsvTable.OpenQuote);
                continue;
            }

            // A caption at the end that contains the delimiter, without quotes.
            string[] fields = row.Length > columns && captionColumn == columns - 1
                ? [.. row[..captionColumn], string.Join(delimiter, row[captionColumn..])]
                : row;
            Field value = captionColumn < fields.Length ? CsvTable.ValueOf(fields[captionColumn]) : Field.Missing;
            if (imageColumn >= fields.Length || fields.Length > columns)
            {
                folder.Error(place, $"the row has {fields.Length} fields for {columns} columns; quote fields that contain the delimiter.");
            }
            else if (finder.Find(fields[imageColumn].Trim(), TextFiles.FolderOf(_file!), out string problem) is not { } name)
            {
                folder.Error(place, problem);
            }
            else if (value.Texts.Count == 0 || value.Texts.All(string.IsNullOrWhiteSpace))
            {
                folder.Warn(place, "the caption is empty; skipped.");
            }
            else if (captions.TryGetValue(name, out List<string>? others))
            {
                others.AddRange(value.Texts);
            }
            else
            {
                captions.Add(name, [.. value.Texts]);
            }
        }

        foreach (string name in folder.FindFiles().Where(ImageFiles.IsImage).Where(name => !captions.ContainsKey(name)))
        {
            folder.Warn(name, $"{_file} does not name this image, so it is not used.");
        }

        return ReaderResult.WithoutSplit(captions.Select(entry => new CaptionedImage(entry.Key, folder.PathOf(entry.Key), entry.Value)));
    }

    /// <summary>Returns the columns of images and captions; null if the line is no header with both.</summary>
    private static (int Image, int Caption, char Delimiter)? Columns(string header, DataConfig config)
    {
        char delimiter = CsvTable.FindDelimiter(header);
        string[] names = CsvTable.Parse(header, delimiter).FirstOrDefault().Fields is { Length: >= 2 } fields
            ? [.. fields.Select(name => name.Trim().ToLowerInvariant())]
            : [];
        IEnumerable<string> captions = config.CaptionKey is null
            ? s_captionColumns
            : CaptionRow.KeysOf(config).Select(key => key.ToLowerInvariant());
        int image = First(names, s_imageColumns), caption = First(names, captions);
        return image >= 0 && caption >= 0 && image != caption ? (image, caption, delimiter) : null;
    }

    private static int First(string[] names, IEnumerable<string> wanted) =>
        wanted.Select(name => Array.IndexOf(names, name)).FirstOrDefault(column => column >= 0, -1);
}
