using AttnGan.Training.Formats.WordNet;

namespace AttnGan.Training.Export.Words;

/// <summary>What the words of a model's vocabulary mean in captions of images.</summary>
internal sealed class KnownMeanings
{
    // Rarer meanings of a known word are left out.
    private const double MinWeight = 0.05;

    // Share of its things from which a word is not a person ("ruler"), and from which it is nothing but a noun ("mammoth", "bear").
    private const double ThingsBeforePersons = 0.08;
    private const double ThingsBeforeOthers = 0.3;

    // Share of a class from which its meanings count.
    private const double MinClass = 0.15;

    // Too general to be drawn.
    private static readonly string[] s_general =
    [
        "entity", "thing", "object", "whole", "unit", "matter", "substance", "instrumentality", "device", "equipment", "abstraction", "act",
        "state", "event", "group", "attribute", "relation", "artifact", "article", "part", "piece", "portion", "content", "property",
        "quality", "change", "action", "activity", "body", "area", "region", "location", "point", "line", "side", "container",
    ];

    private readonly WordNetDatabase _database;
    private readonly Taxonomy _taxonomy;
    private readonly HashSet<int> _general;
    private readonly Dictionary<string, List<Meaning>> _meanings = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<(string Word, double Weight)>> _words = [];
    private readonly Dictionary<int, List<(string Word, int Synset, double Weight)>> _below = [];

    /// <param name="database">The database.</param>
    /// <param name="taxonomy">Its taxonomy.</param>
    /// <param name="vocabulary">The known words.</param>
    public KnownMeanings(WordNetDatabase database, Taxonomy taxonomy, IEnumerable<string> vocabulary)
    {
        (_database, _taxonomy) = (database, taxonomy);
        _general =
        [
            .. s_general.SelectMany(database.SensesOf)
                .Where(sense => sense.Class == WordClass.Noun && sense.Number <= 2)
                .Select(sense => sense.Synset),
        ];
        foreach (string word in vocabulary.Where(word =>
            word.Length >= 2 && word.All(char.IsAsciiLetterLower) && !FunctionWords.Contains(word)))
        {
            _meanings[word] = MeaningsOf(word);
            foreach (Meaning meaning in _meanings[word].Where(meaning => meaning.Weight >= MinWeight))
            {
                Add(word, meaning);
            }
        }
    }

    /// <summary>Returns true if an unknown word can be read as the word.</summary>
    public bool Contains(string word) => _meanings.ContainsKey(word);

    /// <summary>Returns the meanings of a known word; none for others. The weights of each class sum to 1.</summary>
    public IReadOnlyList<Meaning> Of(string word) => _meanings.TryGetValue(word, out List<Meaning>? meanings) ? meanings : [];

    /// <summary>Returns the known words of a synset.</summary>
    public IReadOnlyList<(string Word, double Weight)> WordsOf(int synset) =>
        _words.TryGetValue(synset, out List<(string Word, double Weight)>? words) ? words : [];

    /// <summary>Returns the known nouns at or below a synset; none for very general ones.</summary>
    public IReadOnlyList<(string Word, int Synset, double Weight)> WordsBelow(int synset) =>
        !_general.Contains(synset) && _below.TryGetValue(synset, out List<(string Word, int Synset, double Weight)>? words) ? words : [];

    private void Add(string word, Meaning meaning)
    {
        if (!_words.TryGetValue(meaning.Synset, out List<(string Word, double Weight)>? words))
        {
            _words[meaning.Synset] = words = [];
        }

        words.Add((word, meaning.Weight));
        if (meaning.Class != WordClass.Noun || _general.Contains(meaning.Synset))
        {
            return;
        }

        foreach ((int above, int _) in _taxonomy.Ancestors(meaning.Synset))
        {
            if (!_below.TryGetValue(above, out List<(string Word, int Synset, double Weight)>? below))
            {
                _below[above] = below = [];
            }

            below.Add((word, meaning.Synset, meaning.Weight));
        }
    }

    private List<Meaning> MeaningsOf(string word)
    {
        bool isAction = word.EndsWith("ing", StringComparison.Ordinal);
        List<Meaning> meanings =
            Meaning.Of(_database, word, wordClass => wordClass == WordClass.Noun || (wordClass == WordClass.Verb && isAction));
        double things = meanings.Where(IsThing).Sum(meaning => meaning.Weight);
        if (things > ThingsBeforePersons)
        {
            meanings.RemoveAll(meaning => meaning.Class == WordClass.Noun && FieldOf(meaning) == Fields.Person);
        }

        if (things > ThingsBeforeOthers && !isAction)
        {
            meanings.RemoveAll(meaning => meaning.Class != WordClass.Noun);
        }

        // Verbs describe an action only in this form: "crying", but not "check".
        meanings.RemoveAll(meaning => meaning.Class == WordClass.Verb && !isAction);
        var kept = new List<Meaning>();
        foreach (IGrouping<WordClass, Meaning> group in meanings.GroupBy(meaning => meaning.Class))
        {
            double share = group.Sum(meaning => meaning.Weight);
            kept.AddRange(group
                .Where(meaning => share > MinClass || _taxonomy.IsColor(meaning.Synset))
                .Select(meaning => meaning with { Weight = meaning.Weight / share }));
        }

        return kept;
    }

    private bool IsThing(Meaning meaning) => meaning.Class == WordClass.Noun && Fields.IsThing(FieldOf(meaning));

    private int FieldOf(Meaning meaning) => _database.Synsets[meaning.Synset].Field;
}
