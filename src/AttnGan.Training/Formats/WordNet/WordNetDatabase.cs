using System.Globalization;
using System.Text;

namespace AttnGan.Training.Formats.WordNet;

/// <summary>The database of WordNet: meanings of English words and their relations (its documentation has the format).</summary>
internal sealed class WordNetDatabase
{
    private static readonly (string File, char Letter, WordClass Class)[] s_parts =
        [("data.noun", 'n', WordClass.Noun), ("data.verb", 'v', WordClass.Verb), ("data.adj", 'a', WordClass.Adjective)];

    private static readonly string[] s_offensive = ["ethnic_slur", "disparagement", "obscenity", "smut", "vulgarism"];

    // Lines of the license begin with their numbers.
    private static readonly char[] s_numbered = [' ', .. "0123456789"];

    private const string SenseFile = "index.sense";

    private readonly List<Synset> _synsets = [];
    private readonly Dictionary<(WordClass Class, int Offset), int> _indices = [];
    private readonly Dictionary<string, List<WordSense>> _senses = new(StringComparer.Ordinal);

    private WordNetDatabase()
    {
    }

    public IReadOnlyList<Synset> Synsets => _synsets;

    /// <summary>The license at the start of the files, which must accompany what is derived from them; empty if there is none.</summary>
    public string License { get; private set; } = "";

    /// <summary>All words without spaces or hyphens, in lower case.</summary>
    public IEnumerable<string> Words => _senses.Keys;

    /// <summary>Reads the database.</summary>
    /// <param name="folder">The folder with <c>data.noun</c>, <c>data.verb</c>, <c>data.adj</c> and <c>index.sense</c>.</param>
    /// <exception cref="AttnGanException">A file is missing or damaged.</exception>
    public static WordNetDatabase Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string[] files = [.. s_parts.Select(part => part.File), SenseFile];
        if (files.FirstOrDefault(file => !File.Exists(Path.Combine(folder, file))) is { } missing)
        {
            throw new AttnGanException(
                $"`{folder}` has no `{missing}`; expected the database folder of WordNet (`dict`, with {string.Join(", ", files)}).");
        }

        var database = new WordNetDatabase();
        var pointers = new List<(int From, string Symbol, WordClass Class, int Offset)>();
        foreach ((string file, char _, WordClass wordClass) in s_parts)
        {
            var license = new StringBuilder();
            Read(
                Path.Combine(folder, file),
                line => database.AddSynset(line, wordClass, pointers),
                line => license.Append(line.TrimStart(s_numbered).TrimEnd()).Append('\n'));
            database.License = license.ToString();
        }

        database.Connect(pointers);
        Read(Path.Combine(folder, SenseFile), database.AddSense);
        return database;
    }

    /// <summary>Returns the meanings of a word in lower case; none if the database does not have it.</summary>
    public IReadOnlyList<WordSense> SensesOf(string word) => _senses.TryGetValue(word, out List<WordSense>? senses) ? senses : [];

    private static void Read(string path, Action<string> read, Action<string>? readLicense = null)
    {
        int number = 0;
        try
        {
            foreach (string line in TextLines.Read(path, Encoding.UTF8))
            {
                number++;
                // The license at the start is indented.
                if (line.StartsWith(' '))
                {
                    readLicense?.Invoke(line);
                }
                else if (line.Length > 0)
                {
                    read(line);
                }
            }
        }
        catch (Exception error) when (
            error is FormatException or IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            throw new AttnGanException(
                $"`{path}`, line {number}: this is not a line of WordNet's database ({error.Message.TrimEnd('.')}). Copy the folder again.",
                error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new AttnGanException($"`{path}` cannot be read: {error.Message}", error);
        }
    }

    // 02086723 05 n 02 dog 0 domestic_dog 0 023 @ 02085998 n 0000 ... | a domesticated mammal ...
    private void AddSynset(string line, WordClass wordClass, List<(int From, string Symbol, WordClass Class, int Offset)> pointers)
    {
        int bar = line.IndexOf(" | ", StringComparison.Ordinal);
        string[] fields = (bar < 0 ? line : line[..bar]).Split(' ');
        int count = int.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        string[] words = [.. Enumerable.Range(0, count).Select(i => WithoutMarker(fields[4 + (2 * i)]))];
        int at = 4 + (2 * count);
        int links = Integer(fields[at++]);
        int index = _synsets.Count;
        for (int i = 0; i < links; i++, at += 4)
        {
            WordClass? target = ClassOf(fields[at + 2][0]);
            if (target is { } other)
            {
                pointers.Add((index, fields[at], other, Integer(fields[at + 1])));
            }
        }

        _indices.Add((wordClass, Integer(fields[0])), index);
        _synsets.Add(new Synset(wordClass, Integer(fields[1]), words, bar < 0 ? "" : line[(bar + 3)..].Trim()));
    }

    private void Connect(List<(int From, string Symbol, WordClass Class, int Offset)> pointers)
    {
        foreach ((int from, string symbol, WordClass wordClass, int offset) in pointers)
        {
            if (!_indices.TryGetValue((wordClass, offset), out int target))
            {
                continue;
            }

            if (symbol == ";u" && _synsets[target].Words.Any(s_offensive.Contains))
            {
                _synsets[from].IsOffensive = true;
            }

            // "@i" and "~i" are instances ("London" of "city"), which are names.
            (symbol switch
            {
                "@" => _synsets[from].Hypernyms,
                "~" => _synsets[from].Hyponyms,
                "&" or "^" when wordClass == WordClass.Adjective => _synsets[from].Similar,
                _ => null,
            })?.Add(target);
        }
    }

    // puppy%1:05:00:: 02113335 1 5
    private void AddSense(string line)
    {
        string[] fields = line.Split(' ');
        int percent = fields[0].IndexOf('%', StringComparison.Ordinal);
        string word = fields[0][..percent];
        WordClass wordClass = fields[0][percent + 1] switch
        {
            '1' => WordClass.Noun,
            '2' => WordClass.Verb,
            '3' or '5' => WordClass.Adjective,
            '4' => WordClass.Adverb,
            var other => throw new FormatException($"the class of a word is '{other}'"),
        };
        int synset = wordClass == WordClass.Adverb ? -1
            : _indices.TryGetValue((wordClass, Integer(fields[1])), out int found) ? found
            : throw new FormatException($"there is no synset {fields[1]}");
        if (!word.All(char.IsAsciiLetter))
        {
            return;
        }

        if (!_senses.TryGetValue(word, out List<WordSense>? senses))
        {
            _senses[word] = senses = [];
        }

        // Names are written with a capital letter: "turkey" the bird, not the country.
        // Abbreviations ("TV") are no names.
        if (synset < 0 || _synsets[synset].Words.Any(spelling =>
            spelling == word || (spelling.Equals(word, StringComparison.OrdinalIgnoreCase) && spelling.All(char.IsAsciiLetterUpper))))
        {
            senses.Add(new WordSense(wordClass, synset, Integer(fields[2]), Integer(fields[3])));
        }
    }

    private static WordClass? ClassOf(char letter) => letter switch
    {
        'n' => WordClass.Noun,
        'v' => WordClass.Verb,
        'a' or 's' => WordClass.Adjective,
        _ => null,
    };

    // Adjectives have their position: "asleep(p)".
    private static string WithoutMarker(string word) =>
        word.IndexOf('(', StringComparison.Ordinal) is > 0 and int marker ? word[..marker] : word;

    private static int Integer(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
