using AttnGan.Imaging;
using AttnGan.Text;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// COCO as the official code expects it, and other data in that layout: <c>images/</c>, <c>text/</c> with captions, and
/// <c>train/filenames.pickle</c> and <c>test/filenames.pickle</c> with names.
/// </summary>
internal sealed class CocoReader(DatasetFolder folder, CaptionTokenizer tokenizer) : IDatasetReader
{
    private static readonly string[] s_folders = ["images", "train2014", "val2014", "images/train2014", "images/val2014"];

    private readonly OfficialFiles _files = new(folder, tokenizer);

    public static DatasetFormat DatasetFormat { get; } =
        new("coco", "text/ and pickles of names, the official code's layout of COCO", UsesSplitLists: false);

    public DatasetFormat Format => DatasetFormat;

    /// <summary>Without a <c>text/</c> folder the captions can only be those of COCO's own JSON.</summary>
    public bool Recognizes() =>
        (folder.HasFile("train/filenames.pickle") || folder.HasFile("test/filenames.pickle"))
        && (folder.HasFolder("text") || CocoJsonReader.FindYear(folder) is null);

    public ReaderResult Read()
    {
        string[] folders = [.. s_folders.Where(folder.HasFolder)];
        if (folders.Length == 0)
        {
            folder.Error("images", "the folder of images is missing; expected images/, or train2014/ and val2014/.");
        }

        if (!_files.RequireTextFolder("text/<image>.txt") || folders.Length == 0)
        {
            return ReaderResult.Empty;
        }

        IReadOnlyList<(string Name, string? Class)>? train = _files.ReadSplit("train");
        if (train is null)
        {
            folder.Error("train/filenames.pickle", "is missing; it names the training images.");
        }

        IReadOnlyList<(string Name, string? Class)> test = _files.ReadSplit("test") ?? [];
        _files.CheckOverlap(train ?? [], test);
        return ReaderResult.WithSplit(
            (train ?? []).Select(entry => Image(entry.Name, entry.Class, folders)),
            test.Select(entry => Image(entry.Name, entry.Class, folders)));
    }

    /// <summary>Returns an image; null, and a problem, if it cannot be used.</summary>
    private CaptionedImage? Image(string name, string? imageClass, string[] folders)
    {
        string? file = folders
            .SelectMany(_ => ImageFiles.Extensions, (parent, extension) => folder.FileNames.Find($"{parent}/{name}{extension}"))
            .FirstOrDefault(found => found is not null);
        if (file is null)
        {
            folder.Error($"{folders[0]}/{name}.jpg", "the image does not exist.");
            return null;
        }

        IReadOnlyList<string> captions = _files.ReadCaptions($"text/{name}.txt");
        return captions.Count == 0 ? null : new CaptionedImage(file, folder.PathOf(file), captions, imageClass);
    }
}
