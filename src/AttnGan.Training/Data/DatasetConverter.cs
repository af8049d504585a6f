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
    private const string Masks = "masks/";

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly CaptionedImageDataset _source;
    private readonly ConversionOptions _options;
    private readonly MemoryGate _gate = new();
    private readonly HashSet<string> _reencoded = new(StringComparer.Ordinal); // cropped or scaled down; others are copied or linked
    private CaptionedImage[] _images;

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
        _images = ReadAll(progress, cancellation);
        Dictionary<string, string> names = NameImages();
        int written = _options.Target switch
        {
            ConversionTarget.WebDataset => WriteShards(new WebDatasetWriter(folder), names, cancellation),
            ConversionTarget.Parquet => WriteShards(new ParquetWriter(folder), names, cancellation),
            _ => WriteFiles(folder, names, cancellation),
        };
        string vocabulary = Path.Combine(_source.Root, OfficialFiles.Captions);
        if (File.Exists(vocabulary))
        {
            File.Copy(vocabulary, Path.Combine(folder, OfficialFiles.Captions));
        }

        return written;
    }

    private int WriteFiles(string folder, Dictionary<string, string> names, CancellationToken cancellation)
    {
        Parallel.For(0, _images.Length, Parallelism(cancellation), i =>
            WriteImage(_images[i], Path.Combine(folder, names[_images[i].Name])));
        CaptionedImage[] masks = [.. _images.SelectMany(MasksOf).DistinctBy(mask => mask.Name)];
        if (masks.CountBy(mask => NameOfMask(mask.Name), StringComparer.OrdinalIgnoreCase).FirstOrDefault(pair => pair.Value > 1)
            is { Key: { } twice })
        {
            throw new AttnGanException($"two masks of the dataset would both become '{twice}'; rename one.");
        }

        Parallel.For(0, masks.Length, Parallelism(cancellation), i =>
            WriteImage(masks[i], Path.Combine(folder, NameOfMask(masks[i].Name))));
        WriteCaptions(folder, names);
        foreach ((string list, IReadOnlyList<CaptionedImage> images) in Lists(_source))
        {
            WriteLines(Path.Combine(folder, $"{list}.txt"), images.Where(image => names.ContainsKey(image.Name))
                .Select(image => names[image.Name]));
        }

        return _images.Length;
    }

    /// <summary>Returns the masks of an image that the target keeps, as images with the crop of theirs.</summary>
    private IEnumerable<CaptionedImage> MasksOf(CaptionedImage image) => _options.Target == ConversionTarget.Metadata
        ? image.Masks.Select(mask => image with { Name = mask, Path = Path.Combine(_source.Root, mask) })
        : [];

    /// <summary>Returns the new name of a mask: below <c>masks/</c>, where no images are expected.</summary>
    private string NameOfMask(string name)
    {
        string path = name.StartsWith(Masks, StringComparison.Ordinal) ? name : Masks + name;
        return _reencoded.Contains(name) ? Path.ChangeExtension(path, ".png") : path;
    }

    /// <summary>Returns the kinds of data of the images, and the columns, that a target cannot store.</summary>
    public static IReadOnlyList<string> Dropped(CaptionedImageDataset source, ConversionTarget target)
    {
        IEnumerable<(string Kind, bool IsStored, Func<CaptionedImage, bool> Has)> kinds =
        [
            ("classes", target != ConversionTarget.Sidecar, image => image.Class is not null),
            ("groups", target != ConversionTarget.Sidecar, image => image.Category is not null),
            ("things", target != ConversionTarget.Sidecar, image => image.Thing is not null),
            ("styles", target != ConversionTarget.Sidecar, image => image.Style is not null),
            ("masks", target == ConversionTarget.Metadata, image => image.Masks.Count > 0),
        ];
        return
        [
            .. kinds.Where(kind => !kind.IsStored && source.Images.Values.Any(kind.Has)).Select(kind => kind.Kind),
            .. source.UnreadColumns.Select(column => $"\"{column}\""),
        ];
    }

    /// <summary>Returns the number of images in no split, which shards leave out.</summary>
    public static int CountLeftOut(CaptionedImageDataset source) =>
        source.Images.Count
        - Splits(source).SelectMany(split => split.Images).Select(image => image.Name).Distinct(StringComparer.Ordinal).Count();

    /// <summary>Writes the images of each split into files of its name; other images are left out.</summary>
    private int WriteShards(IShardWriter writer, Dictionary<string, string> names, CancellationToken cancellation)
    {
        int written = 0;
        var added = new HashSet<string>(StringComparer.Ordinal); // the test images may be those of validation
        using (writer)
        {
            foreach ((string split, IReadOnlyList<CaptionedImage> images) in Splits(_source))
            {
                foreach (CaptionedImage image in images.Where(image => names.ContainsKey(image.Name) && added.Add(image.Name)))
                {
                    cancellation.ThrowIfCancellationRequested();
                    string name = names[image.Name];
                    name = name.StartsWith(Images, StringComparison.Ordinal) ? name[Images.Length..] : name;
                    writer.Add(split, name, image, BytesOf(image));
                    written++;
                }
            }

            writer.Complete();
        }

        return written;
    }

    /// <summary>
    /// Decodes every image, so that what is converted is intact.
    /// </summary>
    /// <returns>All images; without the damaged ones if the options allow them to be skipped.</returns>
    /// <exception cref="DatasetException">Images are damaged.</exception>
    private CaptionedImage[] ReadAll(IProgress<(int Done, int Total)>? progress, CancellationToken cancellation)
    {
        var problems = new DatasetProblem?[_images.Length];
        bool[] reencode = new bool[_images.Length];
        int[] order = [.. Enumerable.Range(0, _images.Length).OrderBy(i => _images[i].Source.Order)];
        int done = 0;
        Parallel.For(0, order.Length, Parallelism(cancellation), position =>
        {
            int i = order[position];
            try
            {
                ImageHeader header = _images[i].ReadHeader();
                reencode[i] = _images[i].Crop is not null || (_options.Size is { } size && Math.Min(header.Width, header.Height) > size);
                using MemoryGate.Room room = _gate.Enter(MemoryGate.BytesFor(header, _images[i].Source.Length(_images[i].Name)));
                _images[i].Decode(_images[i].Source.Read(_images[i].Name), _options.Background);
                foreach (CaptionedImage mask in MasksOf(_images[i]))
                {
                    mask.Decode(mask.Source.Read(mask.Name), _options.Background);
                }
            }
            catch (AttnGanException error)
            {
                problems[i] = DatasetProblem.Of(_images[i].Name, error);
            }

            progress?.Report((Interlocked.Increment(ref done), _images.Length));
        });
        DatasetProblem[] damaged = [.. problems.OfType<DatasetProblem>()];
        if (damaged.Length > 0 && !_options.SkipDamaged)
        {
            throw new DatasetException(_source.Root, damaged);
        }

        foreach (DatasetProblem problem in damaged)
        {
            _options.OnSkipped?.Invoke(problem);
        }

        _reencoded.UnionWith(_images.Where((_, i) => reencode[i]).SelectMany(image => image.Masks.Prepend(image.Name)));
        return [.. _images.Where((_, i) => problems[i] is null)];
    }

    private ParallelOptions Parallelism(CancellationToken cancellation) =>
        new() { MaxDegreeOfParallelism = _options.Threads, CancellationToken = cancellation };

    /// <summary>Returns the split of the opened source, and its other lists.</summary>
    private static IEnumerable<(string Name, IReadOnlyList<CaptionedImage> Images)> Lists(CaptionedImageDataset source)
    {
        yield return (SplitLists.Train, source.Train);
        if (source.Validation.Count > 0)
        {
            yield return (SplitLists.Validation, source.Validation);
        }

        if (source.Test is { } test)
        {
            yield return (SplitLists.Test, test);
        }

        if (!source.Format.UsesSplitLists || source.HasOwnSplit)
        {
            yield break;
        }

        foreach (string file in Directory.EnumerateFiles(source.Root, "*.txt").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            var folder = new DatasetFolder(source.Root);
            if (name is not (SplitLists.Train or SplitLists.Validation)
                && SplitLists.Read(folder, name, source.Images) is { Count: > 0 } images && folder.Problems.Count == 0)
            {
                yield return (name, images);
            }
        }
    }

    private static IEnumerable<(string Name, IReadOnlyList<CaptionedImage> Images)> Splits(CaptionedImageDataset source) =>
        Lists(source).Where(list => list.Name is SplitLists.Train or SplitLists.Validation or SplitLists.Test);

    /// <summary>
    /// Returns the new name of each image by its old one. Everything goes below <c>images/</c>, apart from the lists. Re-encoded images
    /// become PNG, which is lossless.
    /// </summary>
    private Dictionary<string, string> NameImages()
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
            name = _reencoded.Contains(old) ? Path.ChangeExtension(name, ".png")
                : ImageFiles.IsImage(name) ? name
                : name + ImageFiles.ExtensionOf(_images[i].ReadHeader().Format); // Parquet files may not name their images
            string owned = _options.Target switch
            {
                ConversionTarget.Sidecar => Path.ChangeExtension(name, null),
                ConversionTarget.WebDataset => WebDatasetWriter.KeyOf(name),
                _ => name,
            };
            if (!owners.TryAdd(owned, old))
            {
                throw new AttnGanException($"'{owners[owned]}' and '{old}' of the dataset would both become '{owned}'; rename one.");
            }

            names.Add(old, name);
        }

        return names;
    }

    private void WriteImage(CaptionedImage image, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!_reencoded.Contains(image.Name) && image.Source is FileSource file)
        {
            if (_options.Link)
            {
                File.CreateSymbolicLink(path, file.Path);
            }
            else
            {
                File.Copy(file.Path, path);
            }
        }
        else
        {
            File.WriteAllBytes(path, BytesOf(image));
        }
    }

    /// <summary>Returns the bytes of an image's new file.</summary>
    private byte[] BytesOf(CaptionedImage image)
    {
        if (!_reencoded.Contains(image.Name))
        {
            return image.Source.Read(image.Name);
        }

        ImageHeader header = image.ReadHeader();
        using MemoryGate.Room room = _gate.Enter(MemoryGate.BytesFor(header, image.Source.Length(image.Name)));
        return ScaleDown(image.Load(_options.Background), image.Name).Encode(ImageFormat.Png);
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

            if (image.Masks.Count > 0)
            {
                row["masks"] = image.Masks.Select(NameOfMask);
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
