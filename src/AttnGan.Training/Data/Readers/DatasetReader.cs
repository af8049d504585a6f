using System.Text;
using System.Text.Json;
using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>Reads a dataset's folder and collects every problem on the way; decodes no image.</summary>
internal sealed class DatasetReader
{
    public const string MetadataFile = "metadata.jsonl";

    private const string TrainList = "train", ValidationList = "validation", TestList = "test";

    private static readonly string[] s_reservedLists = [TrainList, ValidationList, TestList];
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _root;
    private readonly List<DatasetProblem> _problems = [];
    private readonly Dictionary<string, CaptionedImage> _images = new(StringComparer.Ordinal);

    private DatasetReader(string root) => _root = root;

    public static DatasetContents Read(string directory, DataConfig config)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(config);
        return new DatasetReader(Path.GetFullPath(directory)).Read(config);
    }

    /// <summary>The images that a list at the root of the dataset names.</summary>
    public static IReadOnlyList<CaptionedImage> ReadList(
        string root, string name, IReadOnlyDictionary<string, CaptionedImage> images, List<DatasetProblem> problems)
    {
        string file = $"{name}.txt";
        var listed = new List<CaptionedImage>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string? line, int number) in ReadLines(root, file, problems))
        {
            string entry = line.Trim();
            if (entry.Length == 0)
            {
                continue;
            }

            if (!TryNormalizeName(entry, out string? imageName) || !images.TryGetValue(imageName, out CaptionedImage? image))
            {
                problems.Add(Error($"{file}:{number}", $"'{entry}' is no image of the dataset; write its path as the dataset does."));
            }
            else if (!seen.Add(imageName))
            {
                problems.Add(Error($"{file}:{number}", $"'{entry}' is listed twice."));
            }
            else
            {
                listed.Add(image);
            }
        }

        listed.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return listed;
    }

    private DatasetContents Read(DataConfig config)
    {
        DatasetFormat format = DatasetFormat.Metadata;
        IReadOnlyList<CaptionedImage> train = [], validation = [];
        if (!Directory.Exists(_root))
        {
            _problems.Add(Error(_root, "there is no such folder."));
        }
        else
        {
            format = Recognize(_root);
            if (format is DatasetFormat.Cub or DatasetFormat.Coco or DatasetFormat.CocoJson)
            {
                return ReadForeign(format, config);
            }

            if (format == DatasetFormat.Metadata)
            {
                ReadMetadata();
            }
            else
            {
                ReadSidecars();
            }

            (train, validation) = Split(config);
        }

        return new DatasetContents(_root, format, _images, train, validation, _problems);
    }

    /// <summary>By what the folder holds, never by its name. Our own formats come first: somebody has made them of another.</summary>
    private static DatasetFormat Recognize(string root)
    {
        bool Has(string file) => File.Exists(Path.Combine(root, file));
        bool hasNames = Has("train/filenames.pickle") || Has("test/filenames.pickle");
        bool hasJson = CocoReader.HasJson(root);
        return Has(MetadataFile) ? DatasetFormat.Metadata
            : Has(CubReader.ImageTable) ? DatasetFormat.Cub
            : hasNames && !(hasJson && !Directory.Exists(Path.Combine(root, "text"))) ? DatasetFormat.Coco
            : hasJson ? DatasetFormat.CocoJson
            : DatasetFormat.Sidecar;
    }

    private DatasetContents ReadForeign(DatasetFormat format, DataConfig config)
    {
        var files = new OfficialFiles(_root, new CaptionTokenizer(config.Tokenizer), _problems);
        SplitImages images = format switch
        {
            DatasetFormat.Cub => new CubReader(_root, files).Read(),
            DatasetFormat.Coco => new CocoReader(_root, files).ReadOfficial(),
            _ => new CocoReader(_root, files).ReadJson(),
        };
        IReadOnlyList<CaptionedImage>? train = images.Train, validation = images.Validation;
        if (train is null || validation is null)
        {
            CaptionedImage[] all = [.. images.Images.Values.OrderBy(image => image.Name, StringComparer.Ordinal)];
            (train, validation) = SplitByFraction(all, config);
        }

        if (train.Count == 0 && _problems.All(problem => problem.Severity != ProblemSeverity.Error))
        {
            _problems.Add(Error(_root, "no image is left for training."));
        }

        return new DatasetContents(_root, format, images.Images, train, validation, _problems);
    }

    private void ReadMetadata()
    {
        var firstLines = new Dictionary<string, int>(StringComparer.Ordinal);
        var files = new FileSpellings(FindFiles());
        foreach ((string? line, int number) in ReadLines(_root, MetadataFile, _problems))
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                ReadMetadataLine(line, number, firstLines, files);
            }
        }

        if (_images.Count == 0 && _problems.Count == 0)
        {
            _problems.Add(Error(MetadataFile, "names no image."));
        }

        HashSet<string> named = [.. firstLines.Keys.Select(name => files.Of(name) ?? name)];
        foreach (string? name in files.All.Where(name => ImageFiles.IsImage(name) && !named.Contains(name)))
        {
            _problems.Add(Warning(name, $"{MetadataFile} does not name this image, so it is not used."));
        }
    }

    private void ReadMetadataLine(string line, int number, Dictionary<string, int> firstLines, FileSpellings files)
    {
        string place = $"{MetadataFile}:{number}";
        string? fileName, imageClass, category;
        List<string>? captions;
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement row = document.RootElement;
            if (row.ValueKind != JsonValueKind.Object)
            {
                _problems.Add(Error(place, $"expected a JSON object, found {Kind(row)}."));
                return;
            }

            fileName = row.TryGetProperty("file_name", out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
            captions = ReadCaptions(row, place);
            imageClass = ReadClass(row, place);
            category = row.TryGetProperty("group", out JsonElement group) && group.ValueKind == JsonValueKind.String ? group.GetString() : null;
        }
        catch (JsonException error)
        {
            _problems.Add(Error(
                place,
                $"not valid JSON (byte {error.BytePositionInLine}); a line must be one object such as "
                + "{\"file_name\": \"a.png\", \"text\": \"…\"}."));
            return;
        }
        catch (InvalidOperationException)
        {
            _problems.Add(Error(place, "a text has half of a surrogate pair (\\ud800 to \\udfff alone)."));
            return;
        }

        if (string.IsNullOrEmpty(fileName))
        {
            _problems.Add(Error(place, "\"file_name\" is missing or no text."));
            return;
        }

        if (!TryNormalizeName(fileName, out string? name))
        {
            _problems.Add(Error(place, $"'{fileName}' leads out of the dataset's folder; use a path inside it."));
            return;
        }

        if (!firstLines.TryAdd(name, number))
        {
            _problems.Add(Error(
                place, $"'{name}' is already on line {firstLines[name]}; put all its captions into one line's \"captions\"."));
            return;
        }

        string path = Path.Combine(_root, name);
        bool exists = File.Exists(path);
        if (files.Compare(place, name, exists) is { } problem)
        {
            _problems.Add(problem);
        }

        if (exists && captions is not null)
        {
            _images.Add(name, new CaptionedImage(name, path, captions, imageClass) { Category = category });
        }
    }

    /// <summary>Captions of a row; null (and a problem) where there are none that can be used.</summary>
    private List<string>? ReadCaptions(JsonElement row, string place)
    {
        var captions = new List<string>();
        bool found = false;
        foreach (string key in (ReadOnlySpan<string>)["text", "captions"])
        {
            if (!row.TryGetProperty(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            found = true;
            if (value.ValueKind == JsonValueKind.String)
            {
                captions.Add(value.GetString()!);
            }
            else if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            {
                captions.AddRange(value.EnumerateArray().Select(item => item.GetString()!));
            }
            else
            {
                _problems.Add(Error(place, $"\"{key}\" must be a text or a list of texts."));
                return null;
            }
        }

        if (!found)
        {
            _problems.Add(Error(place, "neither \"text\" nor \"captions\"."));
            return null;
        }

        if (captions.Count == 0)
        {
            _problems.Add(Error(place, "the list of captions is empty."));
            return null;
        }

        int blank = captions.FindIndex(string.IsNullOrWhiteSpace);
        if (blank >= 0)
        {
            _problems.Add(Error(
                place, captions.Count == 1 ? "the caption is empty." : $"caption {blank + 1} of {captions.Count} is empty."));
            return null;
        }

        return captions;
    }

    private string? ReadClass(JsonElement row, string place)
    {
        if (!row.TryGetProperty("class", out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString();
            case JsonValueKind.Number:
                return value.GetRawText();
            default:
                _problems.Add(Error(place, "\"class\" must be a text or a number."));
                return null;
        }
    }

    private void ReadSidecars()
    {
        if (File.Exists(Path.Combine(_root, "images.txt")) && File.Exists(Path.Combine(_root, "bounding_boxes.txt")))
        {
            _problems.Add(Error(_root, "is the inner folder of Caltech-UCSD Birds; give the folder around it, with text/ beside CUB_200_2011/."));
            return;
        }

        List<string> files = FindFiles();
        var texts = files.Where(name => name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)).ToHashSet(StringComparer.Ordinal);
        var images = files.Where(ImageFiles.IsImage).ToList();
        if (images.Count == 0)
        {
            _problems.Add(Error(
                _root, $"neither a {MetadataFile} nor images (.png, .jpg, .jpeg, .webp) with a .txt file of captions beside each."));
            return;
        }

        foreach (IGrouping<string, string> sameStem in images.GroupBy(Stem, StringComparer.Ordinal))
        {
            string name = sameStem.First();
            string sidecar = $"{sameStem.Key}.txt";
            if (sameStem.Count() > 1)
            {
                texts.Remove(sidecar);
                _problems.Add(Error(name, $"shares its captions' file {sidecar} with {string.Join(", ", sameStem.Skip(1))}; rename one."));
            }
            else if (s_reservedLists.Contains(sameStem.Key))
            {
                _problems.Add(Error(
                    name, $"{sidecar} at the root is the list of {sameStem.Key} images and cannot hold captions; rename the image."));
            }
            else if (!texts.Remove(sidecar))
            {
                _problems.Add(Error(name, $"its captions are missing; expected {sidecar} with one caption a line."));
            }
            else
            {
                ReadSidecar(name, sidecar);
            }
        }

        // Texts at the root may be lists of images.
        foreach (string? text in texts.Where(text => text.Contains('/')).Order(StringComparer.Ordinal))
        {
            _problems.Add(Warning(text, "no image of this name is beside it, so it is not used."));
        }
    }

    private void ReadSidecar(string name, string sidecar)
    {
        int before = _problems.Count;
        var captions = ReadLines(_root, sidecar, _problems).Select(line => line.Text.Trim()).Where(text => text.Length > 0).ToList();
        if (captions.Count > 0)
        {
            _images.Add(name, new CaptionedImage(name, Path.Combine(_root, name), captions));
        }
        else if (_problems.Count == before)
        {
            _problems.Add(Error(sidecar, "holds no caption; write one a line."));
        }
    }

    private (IReadOnlyList<CaptionedImage> Train, IReadOnlyList<CaptionedImage> Validation) Split(DataConfig config)
    {
        IReadOnlyList<CaptionedImage>? validation = HasList(ValidationList) ? ReadList(_root, ValidationList, _images, _problems) : null;
        // What is meant for testing must not be learned, also where no list says what to learn.
        IReadOnlyList<CaptionedImage> test = HasList(TestList) ? ReadList(_root, TestList, _images, _problems) : [];
        IReadOnlyList<CaptionedImage> train;
        if (HasList(TrainList))
        {
            train = ReadList(_root, TrainList, _images, _problems);
            var names = train.Select(image => image.Name).ToHashSet(StringComparer.Ordinal);
            foreach (CaptionedImage? image in (validation ?? []).Where(image => names.Contains(image.Name)))
            {
                _problems.Add(Error("validation.txt", $"'{image.Name}' is in train.txt too."));
            }

            foreach (CaptionedImage? image in test.Where(image => names.Contains(image.Name)))
            {
                _problems.Add(Warning("test.txt", $"'{image.Name}' is in train.txt too."));
            }

            validation ??= [];
        }
        else
        {
            var heldOut = (validation ?? []).Concat(test).Select(image => image.Name).ToHashSet(StringComparer.Ordinal);
            CaptionedImage[] rest =
            [
                .. _images.Values.Where(image => !heldOut.Contains(image.Name)).OrderBy(image => image.Name, StringComparer.Ordinal),
            ];
            if (validation is null)
            {
                (train, validation) = SplitByFraction(rest, config);
            }
            else
            {
                train = rest;
            }
        }

        if (train.Count == 0 && _problems.All(problem => problem.Severity != ProblemSeverity.Error))
        {
            _problems.Add(Error(HasList(TrainList) ? "train.txt" : _root, "no image is left for training."));
        }

        return (train, validation);
    }

    /// <summary>Holds out whole classes until the fraction is reached; at least one class stays on each side.</summary>
    private static (CaptionedImage[] Train, CaptionedImage[] Validation) SplitByFraction(CaptionedImage[] images, DataConfig config)
    {
        CaptionedImage[][] groups = images
            .GroupBy(image => image.Class is null ? (IsClass: false, Key: image.Name) : (IsClass: true, Key: image.Class))
            .OrderBy(group => group.Key.Key, StringComparer.Ordinal)
            .ThenBy(group => group.Key.IsClass)
            .Select(group => group.ToArray())
            .ToArray();
        new CounterRandom(config.SplitSeed, CounterRandom.Purpose.Split).Shuffle(groups.AsSpan());

        double fraction = config.ValidationFraction;
        int wanted = fraction > 0 ? Math.Max(1, (int)Math.Round(fraction * images.Length)) : 0;
        var held = new List<CaptionedImage>();
        int next = 0;
        for (; next < groups.Length - 1 && held.Count < wanted; next++)
        {
            held.AddRange(groups[next]);
        }

        return (
            [.. groups.Skip(next).SelectMany(group => group).OrderBy(image => image.Name, StringComparer.Ordinal)],
            [.. held.OrderBy(image => image.Name, StringComparer.Ordinal)]);
    }

    private bool HasList(string name) => File.Exists(Path.Combine(_root, $"{name}.txt"));

    /// <summary>All files by their names in the dataset, ordinally sorted; hidden files and folders are left out.</summary>
    private List<string> FindFiles()
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false };
        try
        {
            return
            [
                .. Directory.EnumerateFiles(_root, "*", options)
                    .Select(path => Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/'))
                    .Where(name => !name.Split('/').Any(part => part.StartsWith('.')))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _problems.Add(Error(_root, $"cannot be listed: {error.Message}"));
            return [];
        }
    }

    private static IEnumerable<(string Text, int Number)> ReadLines(string root, string file, List<DatasetProblem> problems)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Combine(root, file), s_strictUtf8);
        }
        catch (DecoderFallbackException)
        {
            problems.Add(Error(file, "is not UTF-8 text; save it as UTF-8."));
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(Error(file, $"cannot be read: {error.Message}"));
            return [];
        }

        return lines.Select((line, index) => (line, index + 1));
    }

    /// <summary>One spelling for each path inside the dataset; false for a path that leads out of it.</summary>
    public static bool TryNormalizeName(string fileName, out string name)
    {
        name = "";
        string slashed = fileName.Replace('\\', '/');
        if (slashed.StartsWith('/') || Path.IsPathRooted(slashed) || slashed.Contains('\0'))
        {
            return false;
        }

        string[] parts = slashed.Split('/').Where(part => part is not ("" or ".")).ToArray();
        name = string.Join('/', parts);
        return parts.Length > 0 && !parts.Contains("..");
    }


    private static string Stem(string name) => name[..^Path.GetExtension(name).Length];

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        _ => element.ValueKind.ToString().ToLowerInvariant(),
    };

    private static DatasetProblem Error(string file, string message) => new(file, ProblemSeverity.Error, message);

    private static DatasetProblem Warning(string file, string message) => new(file, ProblemSeverity.Warning, message);
}

/// <summary>A dataset as far as it could be read, and what was wrong with it.</summary>
internal sealed record DatasetContents(
    string Root,
    DatasetFormat Format,
    IReadOnlyDictionary<string, CaptionedImage> Images,
    IReadOnlyList<CaptionedImage> Train,
    IReadOnlyList<CaptionedImage> Validation,
    IReadOnlyList<DatasetProblem> Problems);
