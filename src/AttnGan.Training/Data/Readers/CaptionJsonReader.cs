using System.Text.Json;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// JSON files of any name: Karpathy's splits (<c>dataset_coco.json</c>: images with sentences and a split), COCO's captions, a list of
/// objects with image and caption, or an object from names of images to captions.
/// </summary>
internal sealed class CaptionJsonReader(DatasetFolder folder, DataConfig config) : IDatasetReader
{
    private const long MaxLength = 1L << 30;

    private static readonly string[] s_otherTasks = ["instances_", "person_keypoints_", "stuff_", "panoptic_", "image_info_"];
    private static readonly string[] s_imageKeys = ["file_name", "filename", "image", "image_path", "img", "path", "file"];

    private readonly Dictionary<string, List<Entry>> _entries = new(StringComparer.Ordinal);

    public static DatasetFormat DatasetFormat { get; } = new("json", "JSON with images and captions", UsesSplitLists: true);

    public DatasetFormat Format => DatasetFormat;

    public bool Recognizes()
    {
        var finder = new ImageFinder(folder);
        foreach (string file in TextFiles.Candidates(folder, ".json")
            .Where(name => !s_otherTasks.Any(task => name[(name.LastIndexOf('/') + 1)..].StartsWith(task, StringComparison.Ordinal))))
        {
            if (TryRead(file) is { Count: > 0 } entries
                && entries.Take(100).Any(entry => finder.Find(entry.Image, TextFiles.FolderOf(file), out _) is not null))
            {
                _entries.Add(file, entries);
            }
        }

        return _entries.Count > 0;
    }

    public ReaderResult Read()
    {
        var finder = new ImageFinder(folder);
        IReadOnlyList<string> read = [.. CaptionRow.KeysOf(config), "prompt"];
        var images = new Dictionary<string, (List<string> Captions, DatasetSplit? Split)>(StringComparer.Ordinal);
        foreach ((string file, List<Entry> entries) in _entries)
        {
            DatasetSplit? ofFile = SplitNames.OfFile(file);
            foreach (Entry entry in entries)
            {
                folder.NoteColumns(entry.Columns, read);
                if (entry.Captions.Count == 0)
                {
                    folder.Warn(file, $"'{entry.Image}' has no caption, so it is not used.");
                }
                else if (finder.Find(entry.Image, TextFiles.FolderOf(file), out string problem) is not { } name)
                {
                    folder.Error(file, problem);
                }
                else if (images.TryGetValue(name, out (List<string> Captions, DatasetSplit? Split) known))
                {
                    known.Captions.AddRange(entry.Captions);
                }
                else
                {
                    images.Add(name, ([.. entry.Captions], entry.Split ?? ofFile));
                }
            }
        }

        string files = string.Join(", ", _entries.Keys);
        foreach (string name in folder.FindFiles().Where(name => ImageFiles.IsImage(name) && !images.ContainsKey(name)))
        {
            folder.Warn(name, $"{files} does not name this image, so it is not used.");
        }

        return ReaderResult.BySplit(images.Select(pair =>
            (new CaptionedImage(pair.Key, folder.PathOf(pair.Key), pair.Value.Captions), pair.Value.Split)));
    }

    /// <summary>Returns the images of a file; null if it is no JSON with captions.</summary>
    private List<Entry>? TryRead(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(folder.PathOf(file));
            if (stream.Length > MaxLength)
            {
                return null;
            }

            using var document = JsonDocument.Parse(stream);
            JsonElement root = document.RootElement;
            return root.ValueKind switch
            {
                JsonValueKind.Array => ReadList(root),
                JsonValueKind.Object when IsArray(root, "images", out JsonElement images) =>
                    IsArray(root, "annotations", out JsonElement captions) ? ReadCoco(images, captions) : ReadKarpathy(images),
                JsonValueKind.Object => ReadMap(root),
                _ => null,
            };
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException
            or FormatException)
        {
            return null;
        }
    }

    private static List<Entry> ReadKarpathy(JsonElement images)
    {
        var entries = new List<Entry>();
        foreach (JsonElement image in images.EnumerateArray().Where(image => image.ValueKind == JsonValueKind.Object))
        {
            if (Text(image, "filename") is not { } name || !image.TryGetProperty("sentences", out JsonElement sentences)
                || sentences.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            string[] captions =
            [
                .. sentences.EnumerateArray()
                    .Select(sentence => sentence.ValueKind == JsonValueKind.Object ? Text(sentence, "raw") : null)
                    .Where(caption => !string.IsNullOrWhiteSpace(caption))
                    .Select(caption => caption!.ReplaceLineEndings(" ").Trim()),
            ];
            string path = Text(image, "filepath") is { Length: > 0 } parent ? $"{parent}/{name}" : name;
            entries.Add(new Entry(path, captions, Text(image, "split") is { } split ? SplitNames.Of(split) : null));
        }

        return entries;
    }

    private static List<Entry>? ReadCoco(JsonElement images, JsonElement annotations)
    {
        var captions = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (JsonElement annotation in annotations.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
        {
            if (Text(annotation, "caption") is { } caption && !string.IsNullOrWhiteSpace(caption)
                && annotation.TryGetProperty("image_id", out JsonElement id))
            {
                string key = id.ToString();
                (captions.TryGetValue(key, out List<string>? own) ? own : captions[key] = []).Add(caption.ReplaceLineEndings(" ").Trim());
            }
        }

        return captions.Count == 0 ? null :
        [
            .. images.EnumerateArray()
                .Where(image => image.ValueKind == JsonValueKind.Object && Text(image, "file_name") is not null
                    && image.TryGetProperty("id", out _))
                .Select(image => new Entry(
                    Text(image, "file_name")!, captions.GetValueOrDefault(image.GetProperty("id").ToString(), []), null)),
        ];
    }

    private List<Entry>? ReadList(JsonElement list)
    {
        var entries = new List<Entry>();
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object
                || s_imageKeys.FirstOrDefault(key => Text(item, key) is not null) is not { } imageKey)
            {
                return null;
            }

            var row = new CaptionRow("", [], key => item.TryGetProperty(key, out JsonElement value) ? Field.Of(value) : Field.Missing);
            DatasetSplit? split = Text(item, "split") is { } name ? SplitNames.Of(name) : null;
            entries.Add(new Entry(Text(item, imageKey)!, row.ReadCaptions(config, out _) ?? [], split)
            {
                Columns = [.. item.EnumerateObject().Select(property => property.Name).Where(name => name != imageKey && name != "split")],
            });
        }

        return entries.Exists(entry => entry.Captions.Count > 0) ? entries : null;
    }

    private static List<Entry>? ReadMap(JsonElement map)
    {
        var entries = new List<Entry>();
        foreach (JsonProperty property in map.EnumerateObject())
        {
            if (Field.Of(property.Value) is not { Kind: FieldKind.Text or FieldKind.List } captions)
            {
                return null;
            }

            entries.Add(new Entry(property.Name, [.. captions.Texts.Where(caption => !string.IsNullOrWhiteSpace(caption))], null));
        }

        return entries;
    }

    private static bool IsArray(JsonElement item, string key, out JsonElement array) =>
        item.TryGetProperty(key, out array) && array.ValueKind == JsonValueKind.Array;

    private static string? Text(JsonElement item, string key) =>
        item.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Entry(string Image, IReadOnlyList<string> Captions, DatasetSplit? Split)
    {
        /// <summary>Its members, of which only those of captions are read.</summary>
        public IReadOnlyList<string> Columns { get; init; } = [];
    }
}
