using System.Globalization;
using AttnGan.Text;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// Caltech-UCSD Birds 200-2011 as the official code expects it: <c>CUB_200_2011/</c> with images and bounding boxes, <c>text/</c> with
/// captions, and <c>train/</c> and <c>test/</c> with pickles of names and classes. The pickles define the split; without them
/// <c>train_test_split.txt</c> of the original dataset does.
/// </summary>
internal sealed class CubReader(DatasetFolder folder, CaptionTokenizer tokenizer) : IDatasetReader
{
    public const string Folder = "CUB_200_2011";

    private const string ImageTable = Folder + "/images.txt";
    private const string BoxTable = Folder + "/bounding_boxes.txt";
    private const string SplitTable = Folder + "/train_test_split.txt";
    private const string Images = Folder + "/images";

    private readonly OfficialFiles _files = new(folder, tokenizer);
    private readonly Dictionary<int, string> _names = [];
    private readonly Dictionary<string, CropBox> _crops = new(StringComparer.Ordinal);

    public static DatasetFormat DatasetFormat { get; } =
        new("cub", "Caltech-UCSD Birds, in the official code's layout", UsesSplitLists: false);

    public DatasetFormat Format => DatasetFormat;

    public bool Recognizes() => folder.HasFile(ImageTable);

    public ReaderResult Read()
    {
        if (!IsComplete())
        {
            return ReaderResult.Empty;
        }

        ReadNames();
        ReadBoxes();
        IReadOnlyList<(string Name, string? Class)>? train = _files.ReadSplit("train"), test = _files.ReadSplit("test");
        if (train is null && test is null)
        {
            return ReadWithoutPickles();
        }

        CaptionedImage?[] validation = [.. (test ?? []).Select(entry => Image(entry.Name, entry.Class, "test"))];
        if (train is not null)
        {
            _files.CheckOverlap(train, test ?? []);
            return ReaderResult.WithSplit(train.Select(entry => Image(entry.Name, entry.Class, "train")), validation);
        }

        HashSet<string> held = [.. test!.Select(entry => entry.Name)];
        return ReaderResult.WithSplit(_names.Values.Where(name => !held.Contains(name)).Select(name => Image(name, null, "")), validation);
    }

    private bool IsComplete()
    {
        bool complete = true;
        if (!folder.HasFolder(Images))
        {
            folder.Error(Images, "the folder of images is missing; unpack the dataset's CUB_200_2011.tgz here.");
            complete = false;
        }

        complete &= _files.RequireTextFolder("text/<class>/<image>.txt");
        if (!folder.HasFile(BoxTable))
        {
            folder.Error(BoxTable, "is missing; it has the bounding box of each image ('1 60.0 27.0 325.0 304.0').");
            complete = false;
        }

        return complete;
    }

    private ReaderResult ReadWithoutPickles()
    {
        if (!folder.HasFile(SplitTable))
        {
            return ReaderResult.WithoutSplit(_names.Values.Select(name => Image(name, null, "")));
        }

        List<CaptionedImage?> train = [], validation = [];
        var seen = new HashSet<int>();
        foreach ((string line, int number) in _files.ReadTable(SplitTable))
        {
            string place = $"{SplitTable}:{number}";
            if (line.Split(' ') is not [var first, var side] || side is not ("0" or "1") || !TryNumber(first, out int id))
            {
                folder.Error(place, $"'{line}' is not an image number followed by 1 (training) or 0.");
            }
            else if (!_names.TryGetValue(id, out string? name) || !seen.Add(id))
            {
                folder.Error(place, $"image {id} is {(seen.Contains(id) ? "listed twice" : "not in images.txt")}.");
            }
            else
            {
                (side == "1" ? train : validation).Add(Image(name, null, ""));
            }
        }

        return ReaderResult.WithSplit(train, validation);
    }

    private void ReadNames()
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string line, int number) in _files.ReadTable(ImageTable))
        {
            string place = $"{ImageTable}:{number}";
            if (line.Split(' ', 2) is not [var first, var path] || !TryNumber(first, out int id)
                || !path.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase)
                || !DatasetFolder.TryNormalizeName(path.Trim(), out string name))
            {
                folder.Error(place, $"'{line}' is not a number and an image's path, such as '1 001.Black_footed_Albatross/x.jpg'.");
            }
            else if (!lines.TryAdd(name[..^4], number))
            {
                folder.Error(place, $"'{name}' is already on line {lines[name[..^4]]}.");
            }
            else if (!_names.TryAdd(id, name[..^4]))
            {
                folder.Error(place, $"number {id} already belongs to '{_names[id]}'.");
            }
        }
    }

    private void ReadBoxes()
    {
        foreach ((string line, int number) in _files.ReadTable(BoxTable))
        {
            string place = $"{BoxTable}:{number}";
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int[] box = [.. parts.Skip(1).Select(ParsePixels).OfType<int>()];
            if (parts.Length != 5 || box is not [>= 0, >= 0, >= 2, >= 2] || !TryNumber(parts[0], out int id))
            {
                folder.Error(place, $"'{line}' is not an image number followed by left, top, width and height of its box in pixels.");
            }
            else if (!_names.TryGetValue(id, out string? name))
            {
                folder.Error(place, $"image {id} is not in images.txt.");
            }
            else if (!_crops.TryAdd(name, CropBox.AroundBird(box[0], box[1], box[2], box[3])))
            {
                folder.Error(place, $"image {id} already has a box.");
            }
        }
    }

    /// <summary>Returns an image; null, and a problem, if it cannot be used.</summary>
    private CaptionedImage? Image(string name, string? imageClass, string listedIn)
    {
        string file = $"{Images}/{name}.jpg";
        if (!_crops.TryGetValue(name, out CropBox crop))
        {
            bool isListed = _names.ContainsValue(name);
            folder.Error(
                isListed ? BoxTable : $"{listedIn}/filenames.pickle",
                isListed ? $"has no usable box for '{name}'." : $"'{name}' is not in {ImageTable}.");
            return null;
        }

        if (folder.FileNames.Find(file) is not { } found)
        {
            folder.Error(file, "the image does not exist.");
            return null;
        }

        file = found;

        IReadOnlyList<string> captions = _files.ReadCaptions($"text/{name}.txt");
        int slash = name.LastIndexOf('/');
        return captions.Count == 0 ? null
            : new CaptionedImage(file, folder.PathOf(file), captions, imageClass ?? (slash > 0 ? name[..slash] : null), crop);
    }

    /// <summary>Truncates to whole pixels, as the official code does.</summary>
    private static int? ParsePixels(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value <= 100_000
            ? (int)value
            : null;

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
