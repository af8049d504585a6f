using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AttnGan.Imaging;
using AttnGan.Training.Data.Readers;

namespace AttnGan.Training.Data;

/// <summary>
/// Converts a dataset of any format to one of ours, with its split and with crops applied. The new folder is complete or does not
/// exist.
/// </summary>
internal sealed class DatasetConverter
{
    private const string Images = "images/";

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly CaptionedImageDataset _source;
    private readonly ConversionOptions _options;
    private readonly CaptionedImage[] _images;
    private readonly MemoryGate _gate = new();

    private DatasetConverter(CaptionedImageDataset source, ConversionOptions options)
    {
        _source = source;
        _options = options;
        _images = [.. source.Images.Values.OrderBy(image => image.Name, StringComparer.Ordinal)];
    }

    /// <summary>Converts a dataset.</summary>
    /// <returns>The number of images written.</returns>
    /// <exception cref="AttnGanException">
    /// The folder already exists, an image cannot be read, or two images would get the same name.
    /// </exception>
    public static int Convert(
        CaptionedImageDataset source,
        string directory,
        ConversionOptions options,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellation = default)
    {
        int written = 0;
        NewFolder.Create(directory, folder => written = new DatasetConverter(source, options).Write(folder, progress, cancellation));
        return written;
    }

    private int Write(string folder, IProgress<(int Done, int Total)>? progress, CancellationToken cancellation)
    {
        bool[] reencode = FindReencoded(cancellation);
        Dictionary<string, string> names = NameImages(reencode);
        int done = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Threads, CancellationToken = cancellation };
        Parallel.For(0, _images.Length, parallel, i =>
        {
            WriteImage(_images[i], Path.Combine(folder, names[_images[i].Name]), reencode[i]);
            progress?.Report((Interlocked.Increment(ref done), _images.Length));
        });
        WriteCaptions(folder, names);
        foreach ((string list, IReadOnlyList<CaptionedImage> images) in Lists())
        {
            WriteLines(Path.Combine(folder, $"{list}.txt"), images.Select(image => names[image.Name]));
        }

        string vocabulary = Path.Combine(_source.Root, OfficialFiles.Captions);
        if (File.Exists(vocabulary))
        {
            File.Copy(vocabulary, Path.Combine(folder, OfficialFiles.Captions));
        }

        return _images.Length;
    }

    /// <summary>Returns the split of the opened source, and its other lists.</summary>
    private IEnumerable<(string Name, IReadOnlyList<CaptionedImage> Images)> Lists()
    {
        yield return (SplitLists.Train, _source.Train);
        if (_source.Validation.Count > 0)
        {
            yield return (SplitLists.Validation, _source.Validation);
        }

        if (!_source.Format.UsesSplitLists)
        {
            yield break;
        }

        foreach (string file in Directory.EnumerateFiles(_source.Root, "*.txt").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            var folder = new DatasetFolder(_source.Root);
            if (name is not (SplitLists.Train or SplitLists.Validation)
                && SplitLists.Read(folder, name, _source.Images) is { Count: > 0 } images && folder.Problems.Count == 0)
            {
                yield return (name, images);
            }
        }
    }

    /// <summary>Returns true for each image that is cropped or scaled down; the others are copied or linked.</summary>
    private bool[] FindReencoded(CancellationToken cancellation)
    {
        bool[] reencode = [.. _images.Select(image => image.Crop is not null)];
        if (_options.Size is { } size)
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Threads, CancellationToken = cancellation };
            Parallel.For(0, _images.Length, parallel, i =>
            {
                if (!reencode[i])
                {
                    ImageHeader header = RgbImage.Identify(_images[i].Path);
                    reencode[i] = Math.Min(header.Width, header.Height) > size;
                }
            });
        }

        return reencode;
    }

    /// <summary>
    /// Returns the new name of each image by its old one. Everything goes below <c>images/</c>, apart from the lists. Re-encoded images
    /// become PNG, which is lossless.
    /// </summary>
    private Dictionary<string, string> NameImages(bool[] reencode)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        // Names that differ only in case are one file on some systems.
        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < _images.Length; i++)
        {
            string old = _images[i].Name;
            string name = _source.Format == CubReader.DatasetFormat && old.StartsWith($"{CubReader.Folder}/", StringComparison.Ordinal)
                ? old[(CubReader.Folder.Length + 1)..]
                : old;
            name = name.StartsWith(Images, StringComparison.Ordinal) ? name : Images + name;
            name = reencode[i] ? Path.ChangeExtension(name, ".png") : name;
            string owned = _options.Target == ConversionTarget.Sidecar ? Path.ChangeExtension(name, null) : name;
            if (!owners.TryAdd(owned, old))
            {
                throw new AttnGanException($"'{owners[owned]}' and '{old}' of the dataset would both become '{owned}'; rename one.");
            }

            names.Add(old, name);
        }

        return names;
    }

    private void WriteImage(CaptionedImage image, string path, bool reencode)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (reencode)
        {
            ImageHeader header = RgbImage.Identify(image.Path);
            using MemoryGate.Room room = _gate.Enter(MemoryGate.BytesFor(header, new FileInfo(image.Path).Length));
            RgbImage decoded = image.Load(_options.Background);
            File.WriteAllBytes(path, ScaleDown(decoded, image.Name).Encode(ImageFormat.Png));
        }
        else if (_options.Link)
        {
            File.CreateSymbolicLink(path, image.Path);
        }
        else
        {
            File.Copy(image.Path, path);
        }
    }

    private RgbImage ScaleDown(RgbImage image, string name)
    {
        int shorter = Math.Min(image.Width, image.Height);
        if (_options.Size is not { } size || shorter <= size)
        {
            return image;
        }

        (int width, int height) = ShorterSide.Scale(image.Width, image.Height, size, name);
        return image.Resize(width, height);
    }

    private void WriteCaptions(string folder, Dictionary<string, string> names)
    {
        if (_options.Target == ConversionTarget.Sidecar)
        {
            foreach (CaptionedImage image in _images)
            {
                string path = Path.Combine(folder, Path.ChangeExtension(names[image.Name], ".txt"));
                WriteLines(path, image.Captions.Select(caption => caption.ReplaceLineEndings(" ")));
            }

            return;
        }

        WriteLines(Path.Combine(folder, MetadataReader.MetadataFile), _images.Select(image =>
        {
            var row = new Dictionary<string, object> { ["file_name"] = names[image.Name], ["captions"] = image.Captions };
            foreach ((string key, string? value) in (ReadOnlySpan<(string, string?)>)
                [("class", image.Class), ("group", image.Category), ("thing", image.Thing), ("style", image.Style)])
            {
                if (value is not null)
                {
                    row[key] = value;
                }
            }

            return JsonSerializer.Serialize(row, s_json);
        }));
    }

    private static void WriteLines(string path, IEnumerable<string> lines)
    {
        using var writer = new StreamWriter(path, append: false, s_utf8) { NewLine = "\n" };
        foreach (string line in lines)
        {
            writer.WriteLine(line);
        }
    }

}
