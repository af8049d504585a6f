using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// WebDataset archives: tar files whose members of one name up to the first dot belong together, such as <c>000001.jpg</c>,
/// <c>000001.txt</c> and <c>000001.json</c>. The archives stay packed; images are read at their places in them.
/// </summary>
internal sealed class WebDatasetReader(DatasetFolder folder, DataConfig config) : IDatasetReader
{
    private const int MaxTextLength = 1 << 20;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<(CaptionedImage Image, DatasetSplit? Split)> _images = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public static DatasetFormat DatasetFormat { get; } = new("webdataset", "WebDataset archives (.tar)", UsesSplitLists: false);

    public DatasetFormat Format => DatasetFormat;

    public bool Recognizes() => Files().Any();

    public ReaderResult Read()
    {
        foreach (string file in Files())
        {
            ReadArchive(file);
        }

        if (_images.Count == 0 && !folder.HasErrors)
        {
            folder.Error(folder.Root, "its .tar files have no images with captions (000.jpg with 000.txt or 000.json).");
        }

        return ReaderResult.BySplit(_images);
    }

    private IEnumerable<string> Files() => folder.FindFiles().Where(name => name.EndsWith(".tar", StringComparison.OrdinalIgnoreCase));

    private void ReadArchive(string file)
    {
        var samples = new Dictionary<string, Sample>(StringComparer.Ordinal);
        try
        {
            using var stream = new TarStream(folder.PathOf(file));
            using var reader = new TarReader(stream);
            while (reader.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile
                    && DatasetFolder.TryNormalizeName(entry.Name, out string name)
                    && !name.Split('/').Any(part => part.StartsWith('.')))
                {
                    Add(samples, name, entry, file, stream);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or FormatException
            or ArgumentException or OverflowException or NotSupportedException or InvalidOperationException or OutOfMemoryException)
        {
            folder.Error(file, $"is not an intact tar file: {error.Message}");
        }

        foreach ((string key, Sample sample) in samples)
        {
            AddImage(file, key, sample);
        }
    }

    private void Add(Dictionary<string, Sample> samples, string name, TarEntry entry, string file, TarStream stream)
    {
        int slash = name.LastIndexOf('/');
        int dot = name.IndexOf('.', slash + 1);
        if (dot < 0)
        {
            return;
        }

        string key = name[..dot];
        string extension = name[dot..].ToLowerInvariant();
        if (!samples.TryGetValue(key, out Sample? sample))
        {
            samples.Add(key, sample = new Sample());
        }

        string place = $"{file}/{name}";
        if (ImageFiles.Extensions.Contains(extension))
        {
            if (sample.Image is not null)
            {
                folder.Error(place, $"the sample has another image, {sample.Name}; only one is used.");
            }
            else if (entry.Length > 0 && (entry.DataOffset < 0 || entry.DataOffset > stream.Length - entry.Length))
            {
                folder.Error(place, "the archive ends within the image; it is truncated.");
            }
            else
            {
                (sample.Name, sample.Image) = (name, new ArchiveSource(folder.PathOf(file), Math.Max(0, entry.DataOffset), entry.Length));
            }
        }
        else if (ImageFiles.UnreadFormatOf(extension) is { } format)
        {
            folder.Warn(place, $"a {format} image, which is not read; convert it to PNG or JPEG.");
            sample.IsUnread = true;
        }
        else if (extension is ".txt" or ".caption" or ".text" or ".json" or ".cls")
        {
            ReadText(sample, extension, entry, place, stream);
        }
        else
        {
            folder.NoteColumns([extension], read: []); // such as .mask.png
        }
    }

    private void ReadText(Sample sample, string extension, TarEntry entry, string place, TarStream stream)
    {
        if (entry.Length > MaxTextLength)
        {
            folder.Error(place, $"has {entry.Length} bytes, expected at most {MaxTextLength}.");
            return;
        }

        byte[] bytes = new byte[entry.Length];
        stream.ReadContent(bytes, entry.DataOffset);
        try
        {
            string text = s_strictUtf8.GetString(bytes).TrimStart('\uFEFF');
            switch (extension)
            {
                case ".cls":
                    sample.Class = text.Trim() is { Length: > 0 } name ? name : null;
                    break;
                case ".json":
                    ReadJson(sample, text, place);
                    break;
                default:
                    sample.Captions.AddRange(text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
                    break;
            }
        }
        catch (DecoderFallbackException)
        {
            folder.Error(place, "is not UTF-8 text; save it as UTF-8.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            folder.Error(place, "is not valid JSON.");
        }
    }

    private void ReadJson(Sample sample, string text, string place)
    {
        using var document = JsonDocument.Parse(text);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return; // other data of the sample
        }

        var row = CaptionRow.Of(place, document.RootElement);
        folder.NoteColumns(row.Columns, CaptionRow.ReadColumns(config));
        sample.JsonCaptions = row.ReadCaptions(config, out string problem);
        sample.JsonProblem = problem;
        (string? imageClass, sample.Category, _) = row.ReadClass();
        sample.Class ??= imageClass;
        (sample.Thing, sample.Style) = (row.TextOrNull("thing"), row.TextOrNull("style"));
    }

    private void AddImage(string file, string key, Sample sample)
    {
        string place = $"{file}/{sample.Name ?? key}";
        if (sample.Image is null)
        {
            if (!sample.IsUnread && (sample.Captions.Count > 0 || sample.JsonCaptions is not null))
            {
                folder.Warn(place, "has captions but no image, so it is not used.");
            }

            return;
        }

        // With a key of captions, the JSON has them; otherwise the text does, and the JSON is other data.
        IReadOnlyList<string> captions =
            config.CaptionKey is not null || sample.Captions.Count == 0 ? sample.JsonCaptions ?? [] : sample.Captions;
        if (captions.Count == 0)
        {
            folder.Error(place, sample.JsonProblem is { Length: > 0 } problem ? problem : $"its captions are missing; expected {key}.txt.");
            return;
        }

        DatasetSplit? split = SplitNames.OfFile(file);
        string prefix = split is null ? "" : $"{split}/".ToLowerInvariant();
        string name = prefix + sample.Name;
        if (!_names.Add(name))
        {
            name = $"{Path.ChangeExtension(file, null)}/{sample.Name}";
            if (!_names.Add(name))
            {
                folder.Error(place, "is in the archive twice.");
                return;
            }
        }

        _images.Add((
            new CaptionedImage(name, $"{folder.PathOf(file)}/{sample.Name}", captions, sample.Class)
            {
                Category = sample.Category,
                Thing = sample.Thing,
                Style = sample.Style,
                Source = sample.Image,
            },
            split));
    }

    private sealed class Sample
    {
        public string? Name { get; set; }

        public ArchiveSource? Image { get; set; }

        public bool IsUnread { get; set; }

        public List<string> Captions { get; } = [];

        public IReadOnlyList<string>? JsonCaptions { get; set; }

        public string? JsonProblem { get; set; }

        public string? Class { get; set; }

        public string? Category { get; set; }

        public string? Thing { get; set; }

        public string? Style { get; set; }
    }
}
