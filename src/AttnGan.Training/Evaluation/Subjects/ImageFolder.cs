using System.Security.Cryptography;
using System.Text;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Data.Readers;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>
/// A folder of images that any program generated. The caption of each is in the folder's <c>metadata.jsonl</c>, in a <c>.txt</c> file
/// beside it, or in its name: that of the dataset's image, or the words of the caption, with or without a number before or after them.
/// </summary>
internal sealed class ImageFolder
{
    private const int MaxSize = 512;
    private const int MaxListed = 5;

    private readonly string _root;
    private readonly IReadOnlyList<(string Name, string? Caption)> _files;

    private ImageFolder(string root, IReadOnlyList<(string Name, string? Caption)> files)
    {
        _root = root;
        _files = files;
        Size = Math.Min(MaxSize, files.Min(file => ShorterSideOf(PathOf(file.Name), file.Name)));
    }

    /// <summary>The name of the folder.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(_root));

    /// <summary>Side in pixels that images are evaluated at: the smallest shorter side, at most 512.</summary>
    public int Size { get; }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="AttnGanException">Thrown when it has no images, or its metadata has errors.</exception>
    public static ImageFolder Open(string path)
    {
        var folder = new DatasetFolder(Path.GetFullPath(path));
        if (!Directory.Exists(folder.Root))
        {
            throw new AttnGanException($"The folder `{path}` does not exist. Give a folder of images with `--images`.");
        }

        var metadata = new MetadataReader(folder, new DataConfig(), anywhere: false);
        IEnumerable<(string Name, string? Caption)> found = metadata.Recognizes()
            ? metadata.Read().Images.Values.Select(image => (image.Name, (string?)image.Captions[0]))
            : folder.FindFiles().Where(ImageFiles.IsImage).Select(name => (name, CaptionBeside(folder, name)));
        (string Name, string? Caption)[] files = [.. found.OrderBy(file => file.Name, StringComparer.Ordinal)];
        return folder.HasErrors ? throw new DatasetException(path, folder.Problems)
            : files.Length > 0 ? new ImageFolder(folder.Root, files)
            : throw new AttnGanException($"`{path}` has no images (PNG, JPEG, WebP, BMP or GIF).");
    }

    /// <summary>Returns a pair for each image, in the order of their names.</summary>
    /// <param name="data">The split with the captions.</param>
    /// <exception cref="AttnGanException">Thrown when an image has no caption of the split; the message names it.</exception>
    public IReadOnlyList<EvaluationPair> Pairs(EvaluationData data)
    {
        var captions = new CaptionLookup(data);
        List<string> unknown = [];
        List<EvaluationPair> pairs = [];
        foreach ((string name, string? caption) in _files)
        {
            if ((caption is null ? captions.FindByName(name) : captions.FindByCaption(caption)) is { } pair)
            {
                pairs.Add(pair with { File = PathOf(name) });
            }
            else
            {
                unknown.Add(caption is null ? $"`{name}`" : $"`{name}` (\"{caption}\")");
            }
        }

        return unknown.Count == 0 ? pairs : throw new AttnGanException(
            $"{unknown.Count} of {_files.Count} images in `{_root}` have no caption of the split `{data.Split}` of {data.Name}: " +
            $"{string.Join(", ", unknown.Take(MaxListed))}{(unknown.Count > MaxListed ? ", …" : "")}. Give the split that they were " +
            "generated for with `--split`, or a metadata.jsonl with `file_name` and `text` (docs/evaluation.md).");
    }

    /// <summary>Returns the SHA-256 of the names, captions and files. Reads every file.</summary>
    public string ComputeChecksum(CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, string? caption) in _files)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{caption}\0\0"));
            hash.AppendData(RgbImage.ReadFile(PathOf(name), name));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static int ShorterSideOf(string path, string name)
    {
        ImageHeader header = RgbImage.Identify(path, name);
        return Math.Min(header.Width, header.Height);
    }

    /// <summary>Returns the first line of the text file beside an image; null if there is none.</summary>
    private static string? CaptionBeside(DatasetFolder folder, string name)
    {
        string text = Path.ChangeExtension(name, ".txt");
        return folder.HasFile(text)
            ? folder.ReadLines(text).Select(line => line.Text.Trim()).FirstOrDefault(line => line.Length > 0)
            : null;
    }

    private string PathOf(string name) => Path.Combine(_root, name);
}
