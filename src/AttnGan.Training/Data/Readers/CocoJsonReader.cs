using System.Text.Json;
using System.Text.Json.Serialization;
using AttnGan.Text;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// COCO as it is published: folders of images, and <c>annotations/captions_train2014.json</c> and <c>captions_val2014.json</c>, or
/// those of 2017.
/// </summary>
internal sealed class CocoJsonReader(DatasetFolder folder, CaptionTokenizer tokenizer) : IDatasetReader
{
    private static readonly string[] s_years = ["2014", "2017"];
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly OfficialFiles _files = new(folder, tokenizer);

    public static DatasetFormat DatasetFormat { get; } = new("coco-json", "COCO's own JSON", UsesSplitLists: false);

    public DatasetFormat Format => DatasetFormat;

    public bool Recognizes() => FindYear(folder) is not null;

    public ReaderResult Read()
    {
        string year = FindYear(folder)!;
        CaptionedImage[]? train = ReadSplit("train", year), validation = ReadSplit("val", year);
        return train is null || validation is null
            ? ReaderResult.WithoutSplit(train ?? validation ?? [])
            : ReaderResult.WithSplit(train, validation);
    }

    /// <summary>Returns the year in the names of the caption files; null if there are none.</summary>
    public static string? FindYear(DatasetFolder folder) =>
        s_years.FirstOrDefault(year => folder.HasFile(CaptionFile("train", year)) || folder.HasFile(CaptionFile("val", year)));

    private static string CaptionFile(string split, string year) => $"annotations/captions_{split}{year}.json";

    /// <summary>Returns the images of a split; null if there is no file for it.</summary>
    private CaptionedImage[]? ReadSplit(string split, string year)
    {
        string file = CaptionFile(split, year);
        if (!folder.HasFile(file))
        {
            return null;
        }

        string[] folders = [.. new[] { $"{split}{year}", $"images/{split}{year}", "images" }.Where(folder.HasFolder)];
        if (folders.Length == 0)
        {
            folder.Error(
                $"{split}{year}", $"the folder of images is missing; expected {split}{year}/, images/{split}{year}/ or images/.");
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
            if (image.FileName is null || !DatasetFolder.TryNormalizeName(image.FileName, out string name))
            {
                folder.Error(file, $"image {image.Id} has no usable file_name.");
            }
            else if (folders.Select(parent => folder.FileNames.Find($"{parent}/{name}")).FirstOrDefault(path => path is not null)
                is not { } found)
            {
                folder.Error($"{folders[0]}/{name}", "the image does not exist.");
            }
            else if (!captions.Remove(image.Id, out List<string>? own))
            {
                folder.Warn(found, $"has no caption in {file}, so it is not used.");
            }
            else
            {
                images.Add(new CaptionedImage(found, folder.PathOf(found), own));
            }
        }

        return [.. images];
    }

    private Dictionary<long, List<string>> CollectCaptions(CocoFile content, string file)
    {
        var captions = content.Images!.Select(image => image.Id).Distinct().ToDictionary(id => id, _ => new List<string>());
        foreach (CocoAnnotation annotation in content.Annotations!)
        {
            // Some of COCO's captions contain line ends.
            string caption = annotation.Caption?.ReplaceLineEndings(" ").Trim() ?? "";
            if (!captions.TryGetValue(annotation.ImageId, out List<string>? own))
            {
                folder.Error(file, $"annotation {annotation.Id} belongs to image {annotation.ImageId}, which is not among the images.");
            }
            else if (!_files.HasWords(caption))
            {
                folder.Warn(file, $"annotation {annotation.Id}: {_files.NoWord(caption)}");
            }
            else
            {
                own.Add(caption);
            }
        }

        return captions.Where(pair => pair.Value.Count > 0).ToDictionary();
    }

    /// <summary>Streams the file and keeps only the fields that are needed: it has about 70 MB, a third of which are captions.</summary>
    private CocoFile? ReadFile(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(folder.PathOf(file));
            CocoFile? content = JsonSerializer.Deserialize<CocoFile>(stream, s_json);
            if (content is { Images: not null, Annotations: not null })
            {
                return content;
            }

            folder.Error(file, "has no \"images\" and \"annotations\"; it is not a file of COCO's captions.");
        }
        catch (JsonException error)
        {
            folder.Error(
                error.LineNumber is { } line ? $"{file}:{line + 1}" : file,
                $"not the JSON of COCO's captions (byte {error.BytePositionInLine} of the line, at {error.Path ?? "$"}).");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            folder.Error(file, $"cannot be read: {error.Message}");
        }

        return null;
    }

    private sealed record CocoFile(CocoImage[]? Images, CocoAnnotation[]? Annotations);

    private readonly record struct CocoImage([property: JsonRequired] long Id, string? FileName);

    private readonly record struct CocoAnnotation(long Id, [property: JsonRequired] long ImageId, string? Caption);
}
