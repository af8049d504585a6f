using AttnGan.Text;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>Recognizes the format of a dataset's folder, has its reader read it, and splits the images.</summary>
internal static class DatasetReader
{
    /// <summary>
    /// All readers; the first that recognizes a folder reads it. <see cref="MetadataReader"/> comes first because its file may have
    /// been added to a dataset of another format, and <see cref="SidecarReader"/> last because it accepts every folder.
    /// </summary>
    private static IDatasetReader[] ReadersFor(DatasetFolder folder, CaptionTokenizer tokenizer) =>
    [
        new MetadataReader(folder),
        new CubReader(folder, tokenizer),
        new CocoReader(folder, tokenizer),
        new CocoJsonReader(folder, tokenizer),
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
            return Contents(folder, MetadataReader.DatasetFormat, ReaderResult.Empty.Images, [], []);
        }

        IDatasetReader reader = ReadersFor(folder, new CaptionTokenizer(config.Tokenizer)).First(reader => reader.Recognizes());
        ReaderResult result = SharedClass.SetAside(folder, reader.Read());
        (IReadOnlyList<CaptionedImage> train, IReadOnlyList<CaptionedImage> validation) = Split(folder, reader.Format, result, config);
        result = SharedClass.SetAside(folder, new ReaderResult(result.Images, train, validation));
        (train, validation) = (result.Train!, result.Validation!);
        if (train.Count == 0 && !folder.HasErrors)
        {
            bool hasList = reader.Format.UsesSplitLists && SplitLists.Has(folder, SplitLists.Train);
            folder.Error(hasList ? "train.txt" : folder.Root, "no image is left for training.");
        }

        return Contents(folder, reader.Format, result.Images, train, validation);
    }

    private static (IReadOnlyList<CaptionedImage> Train, IReadOnlyList<CaptionedImage> Validation) Split(
        DatasetFolder folder, DatasetFormat format, ReaderResult result, DataConfig config) =>
        result is { Train: { } train, Validation: { } validation } ? (train, validation)
        : format.UsesSplitLists ? SplitLists.Apply(folder, result.Images, config)
        : FractionSplit.Apply(result.Images.Values, config);

    private static DatasetContents Contents(
        DatasetFolder folder,
        DatasetFormat format,
        IReadOnlyDictionary<string, CaptionedImage> images,
        IReadOnlyList<CaptionedImage> train,
        IReadOnlyList<CaptionedImage> validation) => new(folder.Root, format, images, train, validation, folder.Problems);
}
