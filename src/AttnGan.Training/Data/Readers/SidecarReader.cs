using AttnGan.Imaging;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// Images anywhere in the folder, each with a text file of the same name, one caption per line: a <c>.txt</c> or <c>.caption</c> beside
/// it, or a <c>.txt</c> in a folder <c>text/</c> or <c>captions/</c> in place of <c>images/</c>.
/// </summary>
internal sealed class SidecarReader(DatasetFolder folder) : IDatasetReader
{
    private static readonly string[] s_extensions = [".txt", ".caption"];
    private static readonly string[] s_textFolders = ["text", "captions", "caption", "txt"];
    private static readonly string[] s_imageFolders = ["images", "image", "imgs", "img"];

    private readonly List<(CaptionedImage Image, DatasetSplit? Split)> _images = [];
    private readonly HashSet<string> _unused = new(StringComparer.Ordinal);
    private readonly List<string> _withoutCaptions = [];

    public static DatasetFormat DatasetFormat { get; } = new("sidecar", "a text file for each image", UsesSplitLists: true);

    public DatasetFormat Format => DatasetFormat;

    /// <summary>Always true: <see cref="Read"/> reports what is missing from a folder that has no other format either.</summary>
    public bool Recognizes() => true;

    public ReaderResult Read()
    {
        if (folder.HasFile("images.txt") && folder.HasFile("bounding_boxes.txt"))
        {
            folder.Error(
                folder.Root,
                "is the inner folder of Caltech-UCSD Birds; specify its parent folder, which has text/ beside CUB_200_2011/.");
            return ReaderResult.WithoutSplit([]);
        }

        IReadOnlyList<string> files = folder.FindFiles();
        foreach (string text in files.Where(name => s_extensions.Contains(Path.GetExtension(name).ToLowerInvariant())))
        {
            _unused.Add(text);
        }

        string[] images = [.. files.Where(ImageFiles.IsImage)];
        string[] unread = [.. files.Where(name => ImageFiles.UnreadFormatOf(name) is not null)];
        if (images.Length == 0)
        {
            folder.Error(
                folder.Root,
                $"neither a {MetadataReader.MetadataFile} nor images (.png, .jpg, .webp, .bmp, .gif) with a .txt file of captions beside " +
                $"each{DescribeFound(files)}.");
            return ReaderResult.WithoutSplit([]);
        }

        foreach (IGrouping<string, string> sameStem in images.GroupBy(Stem, StringComparer.Ordinal))
        {
            ReadImage(sameStem);
        }

        ReportMissing(files, images.Length);
        foreach (string name in unread)
        {
            _unused.Remove(FindText(Stem(name)) ?? "");
            folder.Warn(name, $"a {ImageFiles.UnreadFormatOf(name)} image, which is not read; convert it to PNG or JPEG to use it.");
        }

        // Text files at the root may be lists of images.
        foreach (string text in _unused.Where(text => text.Contains('/') || text.EndsWith(".caption", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal))
        {
            folder.Warn(text, "no image of this name was found, so it is not used.");
        }

        return ReaderResult.BySplit(_images);
    }

    /// <summary>Reads the image of a stem; its captions are removed from the unused files.</summary>
    private void ReadImage(IGrouping<string, string> sameStem)
    {
        string name = sameStem.First();
        string? text = FindText(sameStem.Key);
        if (sameStem.Count() > 1)
        {
            _unused.Remove(text ?? "");
            folder.Error(
                name, $"shares its caption file {text ?? $"{sameStem.Key}.txt"} with {string.Join(", ", sameStem.Skip(1))}; rename one.");
        }
        else if (text == $"{sameStem.Key}.txt" && SplitLists.IsReserved(sameStem.Key))
        {
            folder.Error(
                name, $"{text} at the root is the list of {sameStem.Key} images and cannot contain captions; rename the image.");
        }
        else if (text is null)
        {
            _withoutCaptions.Add(name);
        }
        else
        {
            _unused.Remove(text);
            ReadCaptions(name, text);
        }
    }

    /// <summary>Returns the captions' file of an image's name without extension; null if there is none.</summary>
    private string? FindText(string stem)
    {
        foreach (string extension in s_extensions)
        {
            if (folder.FileNames.Find(stem + extension) is { } beside)
            {
                return beside;
            }
        }

        string[] parts = stem.Split('/');
        int images = Array.FindIndex(parts, part => s_imageFolders.Contains(part.ToLowerInvariant()));
        foreach (string textFolder in s_textFolders)
        {
            string other = images < 0
                ? $"{textFolder}/{stem}"
                : string.Join('/', parts.Select((part, i) => i == images ? textFolder : part));
            foreach (string extension in s_extensions)
            {
                if (folder.FileNames.Find(other + extension) is { } parallel)
                {
                    return parallel;
                }
            }
        }

        return null;
    }

    private void ReadCaptions(string name, string text)
    {
        int before = folder.Problems.Count;
        string[] captions = [.. folder.ReadLines(text).Select(line => line.Text.Trim()).Where(line => line.Length > 0)];
        if (captions.Length > 0)
        {
            string first = name[..Math.Max(0, name.IndexOf('/'))];
            _images.Add((new CaptionedImage(name, folder.PathOf(name), captions), SplitNames.Of(first)));
        }
        else if (folder.Problems.Count == before)
        {
            folder.Error(text, "contains no caption; write one per line.");
        }
    }

    /// <summary>Reports images without captions: all with one error if none has any, which has one cause.</summary>
    private void ReportMissing(IReadOnlyList<string> files, int images)
    {
        if (_withoutCaptions.Count == images && images > 1)
        {
            folder.Error(
                folder.Root,
                $"none of its {images} images has captions{DescribeFound(files)}. Write a {MetadataReader.MetadataFile}, or captions of " +
                $"each image into a text file of its name ({Stem(_withoutCaptions[0])}.txt), one per line; docs/data.md lists all " +
                "formats.");
            return;
        }

        foreach (string name in _withoutCaptions)
        {
            folder.Error(name, $"its captions are missing; expected {Stem(name)}.txt with one caption per line.");
        }
    }

    /// <summary>Describes the files that may have the captions, with what to do; empty if there are none.</summary>
    private static string DescribeFound(IReadOnlyList<string> files)
    {
        string[] found = [.. files.Select(name => (Name: name, Remedy: RemedyOf(name))).Where(file => file.Remedy is not null)
            .Take(3).Select(file => $"{file.Name} ({file.Remedy})")];
        return found.Length == 0 ? "" : $". Found: {string.Join("; ", found)}";
    }

    private static string? RemedyOf(string name)
    {
        string lower = name.ToLowerInvariant();
        return Path.GetExtension(lower) switch
        {
            ".arrow" => "of `save_to_disk`; write Parquet with `dataset.to_parquet`",
            ".zip" or ".gz" or ".tgz" or ".zst" or ".7z" or ".rar" or ".bz2" or ".xz" => "unpack it",
            ".h5" or ".hdf5" or ".lmdb" or ".mdb" or ".npz" or ".npy" or ".mat" or ".tfrecord" or ".sqlite" or ".db" =>
                "not read; write images and a metadata.jsonl",
            ".xlsx" or ".xls" or ".ods" => "save it as CSV with columns file_name and text",
            ".pickle" or ".pkl" => "read only beside text/, as the official code's filenames.pickle",
            ".json" => "no images with captions in it whose files exist",
            ".jsonl" when !lower.EndsWith(MetadataReader.MetadataFile, StringComparison.Ordinal) =>
                $"rename it to {MetadataReader.MetadataFile}, with file_name and text in each line",
            ".csv" or ".tsv" => "no columns of images and captions, such as file_name and text, or its images do not exist",
            ".xml" or ".yaml" or ".yml" when lower.Contains("caption", StringComparison.Ordinal) => "not read; write a metadata.jsonl",
            ".txt" when !lower.Contains('/') && lower.Contains("caption", StringComparison.Ordinal) =>
                "not a table with a header such as image,caption, or its images do not exist",
            _ => null,
        };
    }

    private static string Stem(string name) => name[..^Path.GetExtension(name).Length];
}
