using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// Parquet files with the images in them, as Hugging Face's datasets are published: a column of images and columns of captions. Splits
/// are files (<c>train-00000-of-00002.parquet</c>) or folders.
/// </summary>
internal sealed class ParquetDatasetReader(DatasetFolder folder, DataConfig config) : IDatasetReader
{
    private readonly List<(CaptionedImage Image, DatasetSplit? Split)> _images = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _bytes;
    private long _largestGroup;

    public static DatasetFormat DatasetFormat { get; } = new("parquet", "Parquet files with images", UsesSplitLists: false);

    public DatasetFormat Format => DatasetFormat;

    public bool Recognizes() => Files().Any();

    public ReaderResult Read()
    {
        foreach (string file in Files())
        {
            ReadFile(file);
        }

        if (_images.Count == 0 && !folder.HasErrors)
        {
            folder.Error(folder.Root, "its Parquet files have no rows.");
        }

        if (_bytes > ParquetImages.MaxCachedBytes && _largestGroup > 64L << 20)
        {
            folder.Warn(
                folder.Root,
                $"its row groups have up to {_largestGroup >> 20} MiB of images, all of which are read for each image of a shuffled " +
                "epoch. Convert it for training: `attngan dataset convert … --to webdataset`.");
        }

        return ReaderResult.BySplit(_images);
    }

    private IEnumerable<string> Files() =>
        folder.FindFiles().Where(name => name.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase));

    private void ReadFile(string file)
    {
        try
        {
            using var table = ParquetTable.Open(folder.PathOf(file));
            if (table.ImageColumn is null)
            {
                folder.Error(file, $"has no column of images, only {string.Join(", ", table.Columns)}.");
                return;
            }

            folder.NoteColumns(table.Columns, CaptionRow.ReadColumns(config));
            var images = new ParquetImages(folder.PathOf(file));
            for (int group = 0; group < table.Groups; group++)
            {
                _bytes += table.ImageBytes(group);
                _largestGroup = Math.Max(_largestGroup, table.ImageBytes(group));
                ReadGroup(file, table, images, group);
            }
        }
        catch (AttnGanException error)
        {
            folder.Error(file, error.Message);
        }
    }

    private void ReadGroup(string file, ParquetTable table, ParquetImages images, int group)
    {
        DatasetSplit? split = SplitNames.OfFile(file);
        string prefix = split is null ? "" : $"{split}/".ToLowerInvariant();
        IReadOnlyList<string?> paths = table.ReadPaths(group);
        IReadOnlyList<IReadOnlyDictionary<string, Field>> rows =
            table.ReadRows(group, CaptionRow.ReadColumns(config));
        for (int i = 0; i < rows.Count; i++)
        {
            IReadOnlyDictionary<string, Field> values = rows[i];
            string place = $"{file}, row group {group}, row {i}";
            var row = new CaptionRow(place, table.Columns, key => values.GetValueOrDefault(key, Field.Missing));
            IReadOnlyList<string>? captions = row.ReadCaptions(config, out string problem);
            (string? imageClass, string? category, string? classProblem) = row.ReadClass();
            if (captions is null || classProblem is not null)
            {
                folder.Error(place, captions is null ? problem : classProblem!);
                continue;
            }

            string? given = paths[i] ?? row.Get("file_name").Single;
            string name = given is not null && DatasetFolder.TryNormalizeName(given, out string normal)
                ? prefix + normal
                : $"{prefix}{_images.Count:D8}";
            if (!_names.Add(name))
            {
                name = $"{Path.ChangeExtension(file, null)}/{group:D4}-{i:D6}";
                _names.Add(name);
            }

            var source = new ParquetSource(images, group, i);
            _images.Add((
                new CaptionedImage(name, $"{folder.PathOf(file)}/{name}", captions, imageClass)
                {
                    Category = category,
                    Thing = row.TextOrNull("thing"),
                    Style = row.TextOrNull("style"),
                    Source = source,
                },
                split));
        }
    }
}
