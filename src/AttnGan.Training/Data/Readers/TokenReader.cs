using System.Text.RegularExpressions;
using AttnGan.Imaging;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// Flickr8k and Flickr30k as published: lines of an image's name, a number, a tab and a caption (<c>Flickr8k.token.txt</c>,
/// <c>results_20130124.token</c>), images in any folder, and lists such as <c>Flickr_8k.trainImages.txt</c>.
/// </summary>
internal sealed partial class TokenReader(DatasetFolder folder) : IDatasetReader
{
    private const int ProbedLines = 20;

    private string? _file;

    public static DatasetFormat DatasetFormat { get; } =
        new("flickr", "lines of image, number, tab and caption, as of Flickr8k and Flickr30k", UsesSplitLists: false);

    public DatasetFormat Format => DatasetFormat;

    public bool Recognizes()
    {
        // Of Flickr8k's files, Flickr8k.lemma.token.txt has the same captions without inflections.
        _file = TextFiles.Candidates(folder, ".txt", ".token", ".tsv")
            .Where(IsTokens)
            .OrderBy(name => name.Contains("lemma", StringComparison.OrdinalIgnoreCase))
            .FirstOrDefault();
        return _file is not null;
    }

    public ReaderResult Read()
    {
        var finder = new ImageFinder(folder);
        var captions = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var missing = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string line, int number) in folder.ReadLines(_file!))
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (!TryParse(line, out string image, out string caption))
            {
                folder.Error($"{_file}:{number}", $"'{line}' is not IMAGE#NUMBER, a tab and a caption.");
            }
            else if (finder.Find(image, TextFiles.FolderOf(_file!), out string problem) is not { } name)
            {
                // Flickr8k has captions of 2258277193_586949ec62.jpg.1, which does not exist.
                if (missing.Add(image))
                {
                    folder.Warn($"{_file}:{number}", $"{problem[..^1]}, so its captions are not used.");
                }
            }
            else if (captions.TryGetValue(name, out List<string>? others))
            {
                others.Add(caption);
            }
            else
            {
                captions.Add(name, [caption]);
            }
        }

        if (captions.Count == 0 && !folder.HasErrors)
        {
            folder.Error(_file!, "none of its images is in the dataset's folder; put them there, in any folder.");
        }

        return TextFiles.SplitByLists(
            folder, finder, captions.Select(entry => new CaptionedImage(entry.Key, folder.PathOf(entry.Key), entry.Value)), _file!);
    }

    private bool IsTokens(string file)
    {
        string[] lines = [.. TextFiles.Head(folder, file, ProbedLines).Where(line => !string.IsNullOrWhiteSpace(line))];
        return lines.Length > 0 && lines.All(line => TryParse(line, out _, out _));
    }

    private static bool TryParse(string line, out string image, out string caption)
    {
        string[] parts = line.Split('\t');
        (image, caption) = parts.Length == 2 ? (Number().Replace(parts[0].Trim(), ""), parts[1].Trim()) : ("", "");
        return caption.Length > 0 && ImageFiles.IsImage(NumberedImage().Replace(image, "")) && !ImageFiles.IsImage(caption);
    }

    [GeneratedRegex(@"#\d+$")]
    private static partial Regex Number();

    [GeneratedRegex(@"\.\d+$")]
    private static partial Regex NumberedImage();
}
