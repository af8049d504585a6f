using System.Text;
using AttnGan.Text;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Data.Readers;

/// <summary>Reads the files of the official code's datasets. Problems are added to the folder, with file and line.</summary>
internal sealed class OfficialFiles(DatasetFolder folder, CaptionTokenizer tokenizer)
{
    public const string Captions = "captions.pickle";

    private const char Replacement = '\uFFFD';

    /// <summary>Returns true if a text has a word, so that it can be a caption.</summary>
    public bool HasWords(string caption) => tokenizer.Tokenize(caption).Count > 0;

    /// <summary>Returns the message for a caption without a word, which names the tokenizer if that is the cause.</summary>
    public string NoWord(string caption) => caption.Any(char.IsLetterOrDigit)
        ? $"the tokenizer ({Mode}) finds no word in \"{caption}\"; skipped. Set `data.tokenizer` to unicode or spaces to keep it."
        : $"not a caption: \"{caption}\" has no word; skipped.";

    private string Mode => tokenizer.Mode.ToString().ToLowerInvariant();

    /// <summary>Returns true if there is a <c>text/</c> folder; otherwise adds a problem.</summary>
    /// <param name="layout">The layout of a caption file below it.</param>
    public bool RequireTextFolder(string layout)
    {
        if (folder.HasFolder("text"))
        {
            return true;
        }

        folder.Error("text", folder.HasFile("text.zip")
            ? "the folder of captions is missing; unpack text.zip here."
            : $"the folder of captions is missing; expected {layout} with one caption per line.");
        return false;
    }

    /// <summary>Returns the names and classes in a split's pickles; null if there is no <c>filenames.pickle</c>.</summary>
    /// <param name="split">The split's folder: <c>train</c> or <c>test</c>.</param>
    public IReadOnlyList<(string Name, string? Class)>? ReadSplit(string split)
    {
        string file = $"{split}/filenames.pickle";
        if (!folder.HasFile(file))
        {
            return null;
        }

        if (ReadList(file) is not { } values)
        {
            return [];
        }

        string[] classes = ReadClasses($"{split}/class_info.pickle", values.Count);
        var names = new List<(string, string?)>(values.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not string name || !DatasetFolder.TryNormalizeName(name, out string normal))
            {
                folder.Error(
                    file, $"entry {i + 1} is not an image name such as 001.Black_footed_Albatross/Black_Footed_Albatross_0046_18.");
            }
            else if (!seen.Add(normal))
            {
                folder.Error(file, $"'{normal}' is listed twice.");
            }
            else
            {
                names.Add((normal, classes.Length > 0 ? classes[i] : null));
            }
        }

        return names;
    }

    /// <summary>Adds a problem for each test image that is a training image too.</summary>
    public void CheckOverlap(IEnumerable<(string Name, string? Class)> train, IEnumerable<(string Name, string? Class)> test)
    {
        HashSet<string> learned = [.. train.Select(entry => entry.Name)];
        foreach ((string name, _) in test.Where(entry => learned.Contains(entry.Name)))
        {
            folder.Error("test/filenames.pickle", $"'{name}' is in train/filenames.pickle too.");
        }
    }

    /// <summary>Returns the captions of a text file, one per line; none, and a problem, if none can be used.</summary>
    public IReadOnlyList<string> ReadCaptions(string file)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(folder.PathOf(file));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            folder.Error(file, "is missing; expected the image's captions, one per line.");
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            folder.Error(file, $"cannot be read: {error.Message}");
            return [];
        }

        string text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
        string[] lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r');
        var captions = new List<string>(lines.Length);
        List<int> repaired = [];
        bool dropped = false;
        for (int i = 0; i < lines.Length; i++)
        {
            string caption = lines[i].Replace(Replacement, ' ').Trim();
            if (caption.Length == 0 && i == lines.Length - 1)
            {
                break; // what follows the last line end
            }

            if (!HasWords(caption))
            {
                folder.Warn(
                    $"{file}:{i + 1}",
                    lines[i].Length == 0 ? "the line is empty; skipped." : NoWord(caption));
                dropped |= caption.Any(char.IsLetterOrDigit);
                continue;
            }

            if (lines[i].Contains(Replacement))
            {
                repaired.Add(i + 1);
            }

            captions.Add(caption);
        }

        if (repaired.Count > 0)
        {
            string others = repaired.Count > 1 ? $" (also on {repaired.Count - 1} more lines)" : "";
            folder.Warn($"{file}:{repaired[0]}", $"undecodable characters were replaced with spaces{others}.");
        }

        if (captions.Count == 0)
        {
            folder.Error(file, dropped
                ? $"the tokenizer finds no word in its captions: set `data.tokenizer`, which is {Mode}, to unicode or spaces."
                : "contains no caption; write one per line.");
        }

        return captions;
    }

    /// <summary>Returns the lines of a table such as <c>images.txt</c> with their numbers, without blank lines.</summary>
    public IEnumerable<(string Line, int Number)> ReadTable(string file) =>
        folder.ReadLines(file).Select(line => (line.Text.Trim(), line.Number)).Where(line => line.Item1.Length > 0);

    private string[] ReadClasses(string file, int count)
    {
        if (!folder.HasFile(file) || ReadList(file) is not { } values)
        {
            return [];
        }

        if (values.Count != count)
        {
            folder.Error(file, $"has {values.Count} classes for {count} images; it belongs to another filenames.pickle.");
            return [];
        }

        if (values.FindIndex(value => value is not (long or string)) is >= 0 and int index)
        {
            folder.Error(file, $"entry {index + 1} is not a class number.");
            return [];
        }

        return [.. values.Select(value => FormattableString.Invariant($"{value}"))];
    }

    private List<object?>? ReadList(string file)
    {
        switch (ReadPickle(file))
        {
            case null:
                return null;
            case List<object?> list:
                return list;
            case PickleTuple tuple:
                return [.. tuple];
            default:
                folder.Error(file, "does not contain a list.");
                return null;
        }
    }

    private object? ReadPickle(string file)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(folder.PathOf(file));
            if (PickleLineEnds.Inspect(bytes).AreRepairable)
            {
                folder.Warn(
                    file,
                    "was copied in text mode, which changed its line ends to CR LF; reading repairs them. Copy it in binary mode.");
            }

            return PickleReader.Read(bytes, $"`{file}`");
        }
        catch (Exception error) when (error is CheckpointException or IOException or UnauthorizedAccessException)
        {
            folder.Error(file, $"cannot be read: {error.Message}");
            return null;
        }
    }
}
