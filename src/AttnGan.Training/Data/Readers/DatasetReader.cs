using AttnGan.Text;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>Recognizes the format of a dataset's folder, has its reader read it, and splits the images.</summary>
internal static class DatasetReader
{
    /// <summary>
    /// All readers; the first that recognizes a folder reads it. <see cref="MetadataReader"/> comes first because its file may have
    /// been added to a dataset of another format, then formats whose files have fixed names, then those with files of any name, and
    /// <see cref="SidecarReader"/> last because it accepts every folder.
    /// </summary>
    private static IDatasetReader[] ReadersFor(DatasetFolder folder, CaptionTokenizer tokenizer, DataConfig config) =>
    [
        new MetadataReader(folder, config, anywhere: false),
        new CubReader(folder, tokenizer),
        new CocoReader(folder, tokenizer),
        new CocoJsonReader(folder, tokenizer),
        new MetadataReader(folder, config, anywhere: true),
        new ParquetDatasetReader(folder, config),
        new WebDatasetReader(folder, config),
        new TokenReader(folder),
        new CaptionJsonReader(folder, config),
        new CsvReader(folder, config),
        new SidecarReader(folder),
    ];

    public static DatasetContents Read(string directory, DataConfig config)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(config);
        var folder = new DatasetFolder(Path.GetFullPath(directory));
        if (!Directory.Exists(folder.Root))
        {
            folder.Error(folder.Root, "the folder does not exist.");
            return Contents(folder, MetadataReader.DatasetFormat, ReaderResult.Empty, hasOwnSplit: false);
        }

        IDatasetReader reader = ReadersFor(folder, new CaptionTokenizer(config.Tokenizer), config).First(reader => reader.Recognizes());
        ReaderResult result = SharedClass.SetAside(folder, reader.Read());
        bool hasLists = reader.Format.UsesSplitLists
            && (SplitLists.Has(folder, SplitLists.Train) || SplitLists.Has(folder, SplitLists.Validation));
        bool hasOwnSplit = result.Train is not null && !hasLists;
        if (!hasOwnSplit)
        {
            (IReadOnlyList<CaptionedImage> train, IReadOnlyList<CaptionedImage> validation) = reader.Format.UsesSplitLists
                ? SplitLists.Apply(folder, result.Images, config)
                : FractionSplit.Apply(result.Images.Values, config);
            result = SharedClass.SetAside(folder, new ReaderResult(result.Images, train, validation));
        }

        if (result.Train!.Count == 0 && !folder.HasErrors)
        {
            bool hasList = reader.Format.UsesSplitLists && SplitLists.Has(folder, SplitLists.Train);
            folder.Error(hasList ? "train.txt" : folder.Root, "no image is left for training.");
        }

        return Contents(folder, reader.Format, result, hasOwnSplit);
    }

    private static DatasetContents Contents(DatasetFolder folder, DatasetFormat format, ReaderResult result, bool hasOwnSplit) =>
        new(folder.Root, format, result.Images, result.Train!, result.Validation!, result.Test, hasOwnSplit, folder.Problems)
        {
            UnreadColumns = folder.UnreadColumns,
        };
}
