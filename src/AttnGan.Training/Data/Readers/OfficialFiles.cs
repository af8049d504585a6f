using System.Text;
using AttnGan.Text;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Data.Readers;

/// <summary>The files that datasets of the published code consist of. Whatever is wrong goes to the problems, with file and line.</summary>
internal sealed class OfficialFiles(string root, CaptionTokenizer tokenizer, List<DatasetProblem> problems)
{
    public const string Captions = "captions.pickle";

    private const char Replacement = '\uFFFD';

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public bool Has(string file) => File.Exists(Path.Combine(root, file));

    /// <summary>Whether a text is a caption at all.</summary>
    public bool HasWords(string caption) => tokenizer.Tokenize(caption).Count > 0;

    public bool HasFolder(string folder) => Directory.Exists(Path.Combine(root, folder));

    public void Error(string file, string message) => problems.Add(new DatasetProblem(file, ProblemSeverity.Error, message));

    public void Warn(string file, string message) => problems.Add(new DatasetProblem(file, ProblemSeverity.Warning, message));

    /// <summary>Names and classes of a split's pickles; null where there is no <c>filenames.pickle</c>.</summary>
    /// <param name="split">Its folder: <c>train</c> or <c>test</c>.</param>
    public IReadOnlyList<(string Name, string? Class)>? ReadSplit(string split)
    {
        string file = $"{split}/filenames.pickle";
        if (!Has(file))
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
            if (values[i] is not string name || !DatasetReader.TryNormalizeName(name, out string normal))
            {
                Error(file, $"entry {i + 1} is no image's name such as 001.Black_footed_Albatross/Black_Footed_Albatross_0046_18.");
            }
            else if (!seen.Add(normal))
            {
                Error(file, $"'{normal}' is listed twice.");
            }
            else
            {
                names.Add((normal, classes.Length > 0 ? classes[i] : null));
            }
        }

        return names;
    }

    /// <summary>The captions of a text file, one a line; empty (and a problem) where none can be used.</summary>
    public IReadOnlyList<string> ReadCaptions(string file)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(Path.Combine(root, file));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            Error(file, "is missing; it should have the image's captions, one a line.");
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Error(file, $"cannot be read: {error.Message}");
            return [];
        }

        string[] lines = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r');
        var captions = new List<string>(lines.Length);
        List<int> repaired = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string caption = lines[i].Replace(Replacement, ' ').Trim();
            if (caption.Length == 0 && i == lines.Length - 1)
            {
                break; // what follows the last line end
            }

            if (!HasWords(caption))
            {
                Warn($"{file}:{i + 1}", lines[i].Length == 0 ? "an empty line; left out." : $"no caption: \"{caption}\" has no word; left out.");
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
            Warn(
                $"{file}:{repaired[0]}",
                $"characters that were lost before are spaces now{(repaired.Count > 1 ? $" (also on {repaired.Count - 1} more lines)" : "")}.");
        }

        if (captions.Count == 0)
        {
            Error(file, "holds no caption; write one a line.");
        }

        return captions;
    }

    /// <summary>The lines of a table such as <c>images.txt</c>, each with its number; blank ones are left out.</summary>
    public IEnumerable<(string Line, int Number)> ReadTable(string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Combine(root, file), s_strictUtf8);
        }
        catch (DecoderFallbackException)
        {
            Error(file, "is not UTF-8 text.");
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Error(file, $"cannot be read: {error.Message}");
            return [];
        }

        return lines.Select((line, index) => (line.Trim(), index + 1)).Where(line => line.Item1.Length > 0);
    }

    private string[] ReadClasses(string file, int count)
    {
        if (!Has(file) || ReadList(file) is not { } values)
        {
            return [];
        }

        if (values.Count != count)
        {
            Error(file, $"has {values.Count} classes for {count} images; it belongs to another filenames.pickle.");
            return [];
        }

        if (values.FindIndex(value => value is not (long or string)) is >= 0 and int wrong)
        {
            Error(file, $"entry {wrong + 1} is no class number.");
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
                Error(file, "is a pickle of something else; expected a list.");
                return null;
        }
    }

    private object? ReadPickle(string file)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(root, file));
            if (PickleLineEnds.Inspect(bytes).AreRepairable)
            {
                Warn(file, "was copied in text mode, which made CR LF of its line ends; it is read as it was before. Copy it in binary mode.");
            }

            return PickleReader.Read(bytes, $"`{file}`");
        }
        catch (Exception error) when (error is CheckpointException or IOException or UnauthorizedAccessException)
        {
            Error(file, $"cannot be read: {error.Message}");
            return null;
        }
    }
}
