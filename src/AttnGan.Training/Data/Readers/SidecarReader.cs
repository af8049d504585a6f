using AttnGan.Imaging;

namespace AttnGan.Training.Data.Readers;

/// <summary>Images anywhere in the folder, each with a <c>.txt</c> file of the same name beside it: one caption per line.</summary>
internal sealed class SidecarReader(DatasetFolder folder) : IDatasetReader
{
    private readonly List<CaptionedImage> _images = [];

    public static DatasetFormat DatasetFormat { get; } = new("sidecar", "a .txt beside each image", UsesSplitLists: true);

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
        var texts = files.Where(name => name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)).ToHashSet(StringComparer.Ordinal);
        string[] images = [.. files.Where(ImageFiles.IsImage)];
        if (images.Length == 0)
        {
            folder.Error(
                folder.Root,
                $"neither a {MetadataReader.MetadataFile} nor images (.png, .jpg, .jpeg, .webp) with a .txt file of captions beside each.");
            return ReaderResult.WithoutSplit([]);
        }

        foreach (IGrouping<string, string> sameStem in images.GroupBy(Stem, StringComparer.Ordinal))
        {
            ReadImage(sameStem, texts);
        }

        // Text files at the root may be lists of images.
        foreach (string text in texts.Where(text => text.Contains('/')).Order(StringComparer.Ordinal))
        {
            folder.Warn(text, "no image of this name is beside it, so it is not used.");
        }

        return ReaderResult.WithoutSplit(_images);
    }

    /// <summary>Reads the image of a stem; its sidecar is removed from <paramref name="texts"/>.</summary>
    private void ReadImage(IGrouping<string, string> sameStem, HashSet<string> texts)
    {
        string name = sameStem.First();
        string sidecar = $"{sameStem.Key}.txt";
        if (sameStem.Count() > 1)
        {
            texts.Remove(sidecar);
            folder.Error(name, $"shares its caption file {sidecar} with {string.Join(", ", sameStem.Skip(1))}; rename one.");
        }
        else if (SplitLists.IsReserved(sameStem.Key))
        {
            folder.Error(
                name, $"{sidecar} at the root is the list of {sameStem.Key} images and cannot contain captions; rename the image.");
        }
        else if (!texts.Remove(sidecar))
        {
            folder.Error(name, $"its captions are missing; expected {sidecar} with one caption per line.");
        }
        else
        {
            ReadCaptions(name, sidecar);
        }
    }

    private void ReadCaptions(string name, string sidecar)
    {
        int before = folder.Problems.Count;
        string[] captions = [.. folder.ReadLines(sidecar).Select(line => line.Text.Trim()).Where(text => text.Length > 0)];
        if (captions.Length > 0)
        {
            _images.Add(new CaptionedImage(name, folder.PathOf(name), captions));
        }
        else if (folder.Problems.Count == before)
        {
            folder.Error(sidecar, "contains no caption; write one per line.");
        }
    }

    private static string Stem(string name) => name[..^Path.GetExtension(name).Length];
}
