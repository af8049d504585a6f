using System.Text;
using AttnGan.Imaging;

namespace AttnGan.Training.Data.Readers;

/// <summary>Text files beside the images of a dataset: tables of captions, and lists of images.</summary>
internal static class TextFiles
{
    private const int MaxCandidates = 50;

    /// <summary>
    /// Returns the files with these extensions at the root or in its folders, few of them: a folder with many text files has captions
    /// beside images.
    /// </summary>
    public static IEnumerable<string> Candidates(DatasetFolder folder, params string[] extensions)
    {
        string[] found =
        [
            .. folder.FindFiles()
                .Where(name => name.AsSpan().Count('/') <= 1 && extensions.Contains(Path.GetExtension(name).ToLowerInvariant())),
        ];
        return found.GroupBy(FolderOf, StringComparer.Ordinal).Where(files => files.Count() <= MaxCandidates).SelectMany(files => files);
    }

    /// <summary>Returns the first lines of a file; fewer if it cannot be read or is not text.</summary>
    public static IReadOnlyList<string> Head(DatasetFolder folder, string file, int lines)
    {
        try
        {
            byte[] bytes = new byte[64 * 1024];
            using FileStream stream = File.OpenRead(folder.PathOf(file));
            int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (bytes.AsSpan(0, read).Contains((byte)0))
            {
                return [];
            }

            string text = Encoding.UTF8.GetString(bytes, 0, read).TrimStart('\uFEFF');
            string[] all = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r');
            return [.. all.Take(read == bytes.Length ? all.Length - 1 : all.Length).Take(lines)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>
    /// Splits images by the lists of the folder, such as <c>Flickr_8k.trainImages.txt</c> or <c>test.txt</c>; without any, the result has
    /// no split.
    /// </summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="finder">Finds the images that lists name.</param>
    /// <param name="images">All images.</param>
    /// <param name="except">The file of captions, which is no list.</param>
    public static ReaderResult SplitByLists(
        DatasetFolder folder, ImageFinder finder, IEnumerable<CaptionedImage> images, string except)
    {
        var splits = new Dictionary<string, DatasetSplit>(StringComparer.Ordinal);
        foreach (string file in Candidates(folder, ".txt").Where(name => name != except && FolderOf(name) is var parent
            && (parent.Length == 0 || parent == FolderOf(except))))
        {
            if (SplitNames.OfFile(file[(file.LastIndexOf('/') + 1)..]) is { } split && IsList(folder, file))
            {
                ReadList(folder, finder, file, split, splits);
            }
        }

        CaptionedImage[] all = [.. images];
        return splits.Count == 0
            ? ReaderResult.WithoutSplit(all)
            : ReaderResult.BySplit(all.Where(image => splits.ContainsKey(image.Name))
                .Select(image => (image, (DatasetSplit?)splits[image.Name])), all);
    }

    public static string FolderOf(string name) => name.LastIndexOf('/') is >= 0 and int slash ? name[..slash] : "";

    private static void ReadList(
        DatasetFolder folder, ImageFinder finder, string file, DatasetSplit split, Dictionary<string, DatasetSplit> splits)
    {
        foreach ((string line, int number) in folder.ReadLines(file))
        {
            string entry = line.Trim();
            if (entry.Length == 0)
            {
                continue;
            }

            if (finder.Find(entry, FolderOf(file), out string problem) is not { } name)
            {
                folder.Warn($"{file}:{number}", $"{problem[..^1]}; skipped.");
            }
            else if (!splits.TryAdd(name, split) && splits[name] != split)
            {
                folder.Error($"{file}:{number}", $"'{entry}' is in the list of {splits[name].ToString().ToLowerInvariant()} images too.");
            }
        }
    }

    private static bool IsList(DatasetFolder folder, string file)
    {
        string[] lines = [.. Head(folder, file, 20).Where(line => !string.IsNullOrWhiteSpace(line))];
        return lines.Length > 0
            && lines.All(line => !line.Contains('\t') && (ImageFiles.IsImage(line.Trim()) || !line.Trim().Contains(' ')));
    }
}
