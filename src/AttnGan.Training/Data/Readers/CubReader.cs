using System.Globalization;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// Caltech-UCSD Birds 200-2011 in the published code's layout. The pickles of names decide the split, or else
/// <c>train_test_split.txt</c> of the original dataset.
/// </summary>
internal sealed class CubReader(string root, OfficialFiles files)
{
    public const string Folder = "CUB_200_2011";
    public const string ImageTable = Folder + "/images.txt";

    private const string BoxTable = Folder + "/bounding_boxes.txt";
    private const string SplitTable = Folder + "/train_test_split.txt";
    private const string Images = Folder + "/images";

    private readonly Dictionary<int, string> _names = [];
    private readonly Dictionary<string, CropBox> _crops = new(StringComparer.Ordinal);

    public SplitImages Read()
    {
        if (!IsComplete())
        {
            return SplitImages.None;
        }

        ReadNames();
        ReadBoxes();
        IReadOnlyList<(string Name, string? Class)>? train = files.ReadSplit("train"), test = files.ReadSplit("test");
        if (train is null && test is null)
        {
            return ReadWithoutPickles();
        }

        CaptionedImage?[] validation = [.. (test ?? []).Select(entry => Image(entry.Name, entry.Class, "test"))];
        if (train is not null)
        {
            HashSet<string> learned = [.. train.Select(entry => entry.Name)];
            foreach ((string name, _) in (test ?? []).Where(entry => learned.Contains(entry.Name)))
            {
                files.Error("test/filenames.pickle", $"'{name}' is in train/filenames.pickle too.");
            }

            return SplitImages.Of(train.Select(entry => Image(entry.Name, entry.Class, "train")), validation);
        }

        HashSet<string> held = [.. test!.Select(entry => entry.Name)];
        return SplitImages.Of(_names.Values.Where(name => !held.Contains(name)).Select(name => Image(name, null, "")), validation);
    }

    private bool IsComplete()
    {
        bool complete = true;
        if (!files.HasFolder(Images))
        {
            files.Error(Images, "the folder of images is missing; unpack the dataset's CUB_200_2011.tgz here.");
            complete = false;
        }

        if (!files.HasFolder("text"))
        {
            files.Error("text", files.Has("text.zip")
                ? "the folder of captions is missing; unpack text.zip here."
                : "the folder of captions is missing; expected text/<class>/<image>.txt with one caption a line.");
            complete = false;
        }

        if (!files.Has(BoxTable))
        {
            files.Error(BoxTable, "is missing; it has the bounding box of each image ('1 60.0 27.0 325.0 304.0').");
            complete = false;
        }

        return complete;
    }

    private SplitImages ReadWithoutPickles()
    {
        if (!files.Has(SplitTable))
        {
            return SplitImages.Undivided(_names.Values.Select(name => Image(name, null, "")));
        }

        List<CaptionedImage?> train = [], validation = [];
        var seen = new HashSet<int>();
        foreach ((string line, int number) in files.ReadTable(SplitTable))
        {
            string place = $"{SplitTable}:{number}";
            if (line.Split(' ') is not [var first, var side] || side is not ("0" or "1") || !TryNumber(first, out int id))
            {
                files.Error(place, $"'{line}' is no image's number and 1 (training) or 0.");
            }
            else if (!_names.TryGetValue(id, out string? name) || !seen.Add(id))
            {
                files.Error(place, $"image {id} is {(seen.Contains(id) ? "there twice" : "not in images.txt")}.");
            }
            else
            {
                (side == "1" ? train : validation).Add(Image(name, null, ""));
            }
        }

        return SplitImages.Of(train, validation);
    }

    private void ReadNames()
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string line, int number) in files.ReadTable(ImageTable))
        {
            string place = $"{ImageTable}:{number}";
            if (line.Split(' ', 2) is not [var first, var path] || !TryNumber(first, out int id)
                || !path.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase)
                || !DatasetReader.TryNormalizeName(path.Trim(), out string name))
            {
                files.Error(place, $"'{line}' is no number and path of an image such as '1 001.Black_footed_Albatross/x.jpg'.");
            }
            else if (!lines.TryAdd(name[..^4], number))
            {
                files.Error(place, $"'{name}' is already on line {lines[name[..^4]]}.");
            }
            else if (!_names.TryAdd(id, name[..^4]))
            {
                files.Error(place, $"number {id} is already that of '{_names[id]}'.");
            }
        }
    }

    private void ReadBoxes()
    {
        foreach ((string line, int number) in files.ReadTable(BoxTable))
        {
            string place = $"{BoxTable}:{number}";
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int[] box = [.. parts.Skip(1).Select(ParsePixels).OfType<int>()];
            if (parts.Length != 5 || box is not [>= 0, >= 0, >= 2, >= 2] || !TryNumber(parts[0], out int id))
            {
                files.Error(place, $"'{line}' is no number of an image with left, top, width and height of its box in pixels.");
            }
            else if (!_names.TryGetValue(id, out string? name))
            {
                files.Error(place, $"image {id} is not in images.txt.");
            }
            else if (!_crops.TryAdd(name, CropBox.AroundBird(box[0], box[1], box[2], box[3])))
            {
                files.Error(place, $"image {id} has a box already.");
            }
        }
    }

    /// <summary>Null, and a problem, where it cannot be used.</summary>
    private CaptionedImage? Image(string name, string? imageClass, string listedIn)
    {
        string file = $"{Images}/{name}.jpg";
        string path = Path.Combine(root, file);
        if (!_crops.TryGetValue(name, out CropBox crop))
        {
            bool isListed = _names.ContainsValue(name);
            files.Error(
                isListed ? BoxTable : $"{listedIn}/filenames.pickle",
                isListed ? $"has no usable box of '{name}'." : $"'{name}' is not in {ImageTable}.");
            return null;
        }

        if (!File.Exists(path))
        {
            files.Error(file, "the image does not exist.");
            return null;
        }

        IReadOnlyList<string> captions = files.ReadCaptions($"text/{name}.txt");
        int slash = name.LastIndexOf('/');
        return captions.Count == 0 ? null
            : new CaptionedImage(file, path, captions, imageClass ?? (slash > 0 ? name[..slash] : null), crop);
    }

    /// <summary>The published code drops what is behind the point.</summary>
    private static int? ParsePixels(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value <= 100_000
            ? (int)value
            : null;

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
