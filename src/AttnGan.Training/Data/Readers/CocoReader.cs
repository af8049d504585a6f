using System.Text.Json;
using System.Text.Json.Serialization;
using AttnGan.Imaging;

namespace AttnGan.Training.Data.Readers;

/// <summary>COCO's captions: in the published code's layout, or as COCO itself publishes them.</summary>
internal sealed class CocoReader(string root, OfficialFiles files)
{
    private static readonly string[] s_years = ["2014", "2017"];
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static bool HasJson(string root) => Year(root) is not null;

    /// <summary><c>train/filenames.pickle</c>, <c>test/filenames.pickle</c>, <c>images/</c> and <c>text/</c>.</summary>
    public SplitImages ReadOfficial()
    {
        string[] folders = Folders("images", "train2014", "val2014", "images/train2014", "images/val2014");
        if (folders.Length == 0)
        {
            files.Error("images", "the folder of images is missing; expected images/, or train2014/ and val2014/.");
        }

        if (!files.HasFolder("text"))
        {
            files.Error("text", files.Has("text.zip")
                ? "the folder of captions is missing; unpack text.zip here."
                : "the folder of captions is missing; expected text/<image>.txt with one caption a line.");
        }

        if (folders.Length == 0 || !files.HasFolder("text"))
        {
            return SplitImages.None;
        }

        IReadOnlyList<(string Name, string? Class)>? train = files.ReadSplit("train");
        if (train is null)
        {
            files.Error("train/filenames.pickle", "is missing; it names the images to learn from.");
        }

        IReadOnlyList<(string Name, string? Class)> test = files.ReadSplit("test") ?? [];
        HashSet<string> learned = [.. (train ?? []).Select(entry => entry.Name)];
        foreach ((string name, _) in test.Where(entry => learned.Contains(entry.Name)))
        {
            files.Error("test/filenames.pickle", $"'{name}' is in train/filenames.pickle too.");
        }

        return SplitImages.Of(
            (train ?? []).Select(entry => OfficialImage(entry.Name, entry.Class, folders)),
            test.Select(entry => OfficialImage(entry.Name, entry.Class, folders)));
    }

    /// <summary><c>annotations/captions_train2014.json</c> and <c>captions_val2014.json</c>, or those of 2017.</summary>
    public SplitImages ReadJson()
    {
        string year = Year(root)!;
        CaptionedImage[]? train = ReadJson("train", year), validation = ReadJson("val", year);
        return train is null || validation is null
            ? SplitImages.Undivided(train ?? validation ?? [])
            : SplitImages.Of(train, validation);
    }

    private CaptionedImage? OfficialImage(string name, string? imageClass, string[] folders)
    {
        string? file = folders
            .SelectMany(_ => ImageFiles.Extensions, (folder, extension) => $"{folder}/{name}{extension}")
            .FirstOrDefault(files.Has);
        if (file is null)
        {
            files.Error($"{folders[0]}/{name}.jpg", "the image does not exist.");
            return null;
        }

        IReadOnlyList<string> captions = files.ReadCaptions($"text/{name}.txt");
        return captions.Count == 0 ? null : new CaptionedImage(file, Path.Combine(root, file), captions, imageClass);
    }

    /// <summary>Null where there is no such file.</summary>
    private CaptionedImage[]? ReadJson(string split, string year)
    {
        string file = $"annotations/captions_{split}{year}.json";
        if (!files.Has(file))
        {
            return null;
        }

        string[] folders = Folders($"{split}{year}", $"images/{split}{year}", "images");
        if (folders.Length == 0)
        {
            files.Error($"{split}{year}", $"the folder of images is missing; expected {split}{year}/, images/{split}{year}/ or images/.");
            return [];
        }

        if (ReadFile(file) is not { } content)
        {
            return [];
        }

        Dictionary<long, List<string>> captions = CollectCaptions(content, file);
        var images = new List<CaptionedImage>(content.Images!.Length);
        foreach (CocoImage image in content.Images)
        {
            if (image.FileName is null || !DatasetReader.TryNormalizeName(image.FileName, out string name))
            {
                files.Error(file, $"image {image.Id} has no usable file_name.");
            }
            else if (folders.Select(folder => $"{folder}/{name}").FirstOrDefault(files.Has) is not { } found)
            {
                files.Error($"{folders[0]}/{name}", "the image does not exist.");
            }
            else if (!captions.Remove(image.Id, out List<string>? own))
            {
                files.Warn(found, $"has no caption in {file}, so it is not used.");
            }
            else
            {
                images.Add(new CaptionedImage(found, Path.Combine(root, found), own));
            }
        }

        return [.. images];
    }

    private Dictionary<long, List<string>> CollectCaptions(CocoFile content, string file)
    {
        var captions = content.Images!.Select(image => image.Id).Distinct().ToDictionary(id => id, _ => new List<string>());
        foreach (CocoAnnotation annotation in content.Annotations!)
        {
            // Some captions hold line ends.
            string caption = annotation.Caption?.ReplaceLineEndings(" ").Trim() ?? "";
            if (!captions.TryGetValue(annotation.ImageId, out List<string>? own))
            {
                files.Error(file, $"annotation {annotation.Id} is of image {annotation.ImageId}, which is not among the images.");
            }
            else if (!files.HasWords(caption))
            {
                files.Warn(file, $"annotation {annotation.Id} is no caption: \"{caption}\" has no word; left out.");
            }
            else
            {
                own.Add(caption);
            }
        }

        return captions.Where(pair => pair.Value.Count > 0).ToDictionary();
    }

    /// <summary>Read as a stream into what is needed of it: the whole file is about 70 MB, of which the captions are a third.</summary>
    private CocoFile? ReadFile(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(Path.Combine(root, file));
            CocoFile? content = JsonSerializer.Deserialize<CocoFile>(stream, s_json);
            if (content is { Images: not null, Annotations: not null })
            {
                return content;
            }

            files.Error(file, "has no \"images\" and \"annotations\"; it is no file of COCO's captions.");
        }
        catch (JsonException error)
        {
            files.Error(
                error.LineNumber is { } line ? $"{file}:{line + 1}" : file,
                $"not the JSON of COCO's captions (byte {error.BytePositionInLine} of the line, at {error.Path ?? "$"}).");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            files.Error(file, $"cannot be read: {error.Message}");
        }

        return null;
    }

    private string[] Folders(params string[] names) => [.. names.Where(files.HasFolder)];

    private static string? Year(string root) => s_years.FirstOrDefault(year =>
        new[] { "train", "val" }.Any(split => File.Exists(Path.Combine(root, "annotations", $"captions_{split}{year}.json"))));

    private sealed record CocoFile(CocoImage[]? Images, CocoAnnotation[]? Annotations);

    private readonly record struct CocoImage([property: JsonRequired] long Id, string? FileName);

    private readonly record struct CocoAnnotation(long Id, [property: JsonRequired] long ImageId, string? Caption);
}
