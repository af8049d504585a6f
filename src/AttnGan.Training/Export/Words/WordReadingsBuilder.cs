using AttnGan.Text;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.WordNet;

namespace AttnGan.Training.Export.Words;

/// <summary>
/// Finds the known word that an English word outside of a vocabulary is read as: "puppy" as "dog".
/// </summary>
/// <remarks>
/// <para>
/// Relations of WordNet propose known words. Each has a score: that of the relation, weighted by the shares of both words' meanings; plus
/// the cosine of the words' vectors; plus a little for frequent words of the vocabulary, which a model knows best. The best one is the
/// reading if its score and its cosine are high enough. Vectors alone propose nothing.
/// </para>
/// <para>
/// Nouns are read as more general words, or as the nearest word under a special common one where both can be seen. Colors, persons and
/// shapes have no such neighbors: crimson is red and never blue. Adjectives are read as those of their cluster, verbs as actions. Thoughts,
/// acts and states are read as synonyms only.
/// </para>
/// </remarks>
internal sealed class WordReadingsBuilder
{
    private const double MinScore = 0.96;
    private const double FormScore = 3;
    private const double MinFormShare = 0.3;
    private const double SynonymScore = 1.3;
    private const double IsABonus = 0.2;
    private const double NarrowerPenalty = 0.12;
    private const double SimilarScore = 0.75;
    private const double ClusterScore = 0.55;
    private const double VerbIsAScore = 0.7;
    private const double MentionedScore = 0.35;
    private const double MentionedBonus = 0.35;
    private const double SmallMentionedBonus = 0.1;
    private const double SubstanceFactor = 0.7;
    private const double FrequencyBonus = 0.2;

    // Information contents.
    private const double MinContent = 0.18;
    private const double MinNarrowerContent = 0.55;
    private const double MinSiblingContent = 0.44;

    // Nouns other than visible ones are read as words at most this far above them.
    private const int MaxDistance = 2;

    // Meanings with a smaller share have no say by their definition.
    private const double MinDefinitionShare = 0.2;

    // Shares count little: the texts that they were counted in describe no images.
    private const double SharePower = 0.25;

    // Without vectors.
    private const float UnknownSimilarity = 0.35f;

    // Words of the file, which is sorted by frequency, from and to which similarities are less and less reliable.
    private const double FrequentRank = 10_000;
    private const double RareRank = 30_000;

    private const int MinMisspelled = 4;

    // Adjectives that have a head in common without being similar: colors, numbers.
    private static readonly string[] s_unlike = ["chromatic", "achromatic", "colored", "cardinal", "ordinal"];

    private readonly WordNetDatabase _database;
    private readonly WordVectors? _vectors;
    private readonly Taxonomy _taxonomy;
    private readonly KnownMeanings _known;
    private readonly Definitions _definitions;
    private readonly IReadOnlyList<string> _vocabulary;
    private readonly Dictionary<string, double> _bonus = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _ranks = new(StringComparer.Ordinal);

    /// <param name="database">The database.</param>
    /// <param name="vectors">
    /// Vectors of common words, the most frequent first; null for none. Then only more general words and synonyms are found, and more of
    /// them are wrong.
    /// </param>
    /// <param name="vocabulary">The known words, the most frequent first.</param>
    public WordReadingsBuilder(WordNetDatabase database, WordVectors? vectors, IReadOnlyList<string> vocabulary)
    {
        (_database, _vectors, _vocabulary) = (database, vectors, vocabulary);
        _taxonomy = new Taxonomy(database);
        _known = new KnownMeanings(database, _taxonomy, vocabulary);
        _definitions = new Definitions(database, _known);
        for (int i = 0; i < vocabulary.Count; i++)
        {
            _bonus[vocabulary[i]] = FrequencyBonus * (1 - (Math.Log(1 + i) / Math.Log(1 + vocabulary.Count)));
        }

        for (int rank = 0; rank < (vectors?.Words.Count ?? 0); rank++)
        {
            _ranks[vectors!.Words[rank]] = rank;
        }
    }

    /// <summary>Returns true for words that can have a reading; only their vectors are needed.</summary>
    public static bool IsCandidate(WordNetDatabase database, string word) =>
        word.Length >= 2
        && word.All(char.IsAsciiLetterLower)
        && !FunctionWords.Contains(word)
        && (database.SensesOf(word).Count > 0 || WordForms.BasesOf(word).Any(form => HasClass(database, form.Base, form.Class)));

    /// <summary>Returns the known word that a word is read as; null if there is no good one.</summary>
    public string? Read(string word) => IsCandidate(_database, word) && !IsMisspelling(word) ? Read(word, only: null)?.Known : null;

    /// <summary>
    /// Returns true for rare words that a slip makes of a known one, such as "hart" for "heart". Suggestions serve their writers better
    /// than a deer.
    /// </summary>
    private bool IsMisspelling(string word) =>
        word.Length >= MinMisspelled
        && _database.SensesOf(word) is { Count: > 0 } senses
        && senses.All(sense => sense.Count == 0)
        && _vocabulary.Any(known => Math.Abs(known.Length - word.Length) <= 1
            && known.Length > MinMisspelled
            && EditDistance.Within(word, known, limit: 1) <= 1
            && !WordForms.BasesOf(word).Any(form => form.Base == known)
            && _ranks.GetValueOrDefault(known, int.MaxValue) < _ranks.GetValueOrDefault(word, int.MaxValue));

    private (string Known, double Score)? Read(string word, WordClass? only)
    {
        bool isWord = _database.SensesOf(word).Count > 0;
        List<Meaning> meanings = Meaning.Of(_database, word, wordClass => true);
        meanings.RemoveAll(meaning =>
            _database.Synsets[meaning.Synset].IsOffensive || (only is { } wanted && meaning.Class != wanted));
        if (ReadForm(word, isWord, meanings) is { } form)
        {
            return form;
        }

        if (!isWord)
        {
            // "lilies" is read as "lily" is.
            return WordForms.BasesOf(word)
                .Where(form => HasClass(_database, form.Base, form.Class))
                .Select(form => Read(form.Base, form.Class))
                .FirstOrDefault(reading => reading is not null);
        }

        var found = new Dictionary<string, Evidence>(StringComparer.Ordinal);
        foreach (Meaning meaning in meanings)
        {
            AddRelated(found, meaning);
        }

        AddDefined(found, meanings.Where(meaning => meaning.Weight > MinDefinitionShare));
        found.Remove(word);
        (string Known, double Score)[] readings =
        [
            .. found.Select(pair => (pair.Key, ScoreOf(word, pair.Key, pair.Value)))
                .Where(reading => reading.Item2 >= MinScore)
                .OrderByDescending(reading => reading.Item2)
                .ThenBy(reading => reading.Key, StringComparer.Ordinal)
                .Take(1),
        ];
        return readings.Length > 0 ? readings[0] : null;
    }

    private (string Known, double Score)? ReadForm(string word, bool isWord, List<Meaning> meanings)
    {
        foreach ((WordClass wordClass, string form) in WordForms.BasesOf(word))
        {
            if (!_known.Of(form).Any(meaning => meaning.Class == wordClass))
            {
                continue;
            }

            HashSet<int> synsets = [.. _database.SensesOf(form).Select(sense => sense.Synset)];
            double share = isWord
                ? meanings.Where(meaning => meaning.Class == wordClass && synsets.Contains(meaning.Synset)).Sum(meaning => meaning.Weight)
                : 1;
            if (share > MinFormShare)
            {
                return (form, FormScore * share);
            }
        }

        return null;
    }

    private void AddRelated(Dictionary<string, Evidence> found, Meaning meaning)
    {
        double share = Math.Pow(meaning.Weight, SharePower);
        Synset synset = _database.Synsets[meaning.Synset];
        Relation same = meaning.Class == WordClass.Verb ? Relation.VerbSynonym : Relation.Synonym;
        AddWords(meaning.Synset, same, SynonymScore);
        switch (meaning.Class)
        {
            case WordClass.Noun:
                AddNouns(found, meaning.Synset, synset.Field, share);
                break;
            case WordClass.Adjective:
                foreach (int similar in synset.Similar)
                {
                    AddWords(similar, Relation.Similar, SimilarScore);
                    if (!_database.Synsets[similar].Words.Any(s_unlike.Contains))
                    {
                        _database.Synsets[similar].Similar.ForEach(other => AddWords(other, Relation.Cluster, ClusterScore));
                    }
                }

                break;
            default:
                synset.Hypernyms.ForEach(above => AddWords(above, Relation.VerbIsA, VerbIsAScore));
                break;
        }

        void AddWords(int other, Relation relation, double score)
        {
            foreach ((string known, double weight) in _known.WordsOf(other))
            {
                Add(found, known, new Evidence(relation, score * share * Math.Pow(weight, SharePower)));
            }
        }
    }

    private void AddNouns(Dictionary<string, Evidence> found, int synset, int field, double share)
    {
        bool isColor = _taxonomy.IsColor(synset);
        bool isVisible = Fields.IsVisible(field);
        var seen = new HashSet<(string Known, int Synset)>();
        foreach ((int above, int distance) in _taxonomy.Ancestors(synset).OrderByDescending(above => _taxonomy.ContentOf(above.Synset)))
        {
            double content = _taxonomy.ContentOf(above);
            if (content < MinContent)
            {
                break;
            }

            foreach ((string known, int other, double weight) in _known.WordsBelow(above))
            {
                // The most special common hypernym comes first.
                if (!seen.Add((known, other)))
                {
                    continue;
                }

                int otherField = _database.Synsets[other].Field;
                double similarity = _taxonomy.Similarity(synset, other, above);
                (Relation Relation, double Score)? related = null;
                if (other == above)
                {
                    bool fits = isVisible
                        ? Fields.IsNameable(otherField)
                        : distance <= MaxDistance && (isColor || (Fields.IsNameable(field) && Fields.IsNameable(otherField)));
                    related = fits ? (Relation.IsA, similarity + IsABonus) : null;
                }
                else if (isVisible && field is not (Fields.Person or Fields.Shape) && Fields.IsVisible(otherField))
                {
                    related = above == synset
                        ? content >= MinNarrowerContent ? (Relation.Narrower, similarity - NarrowerPenalty) : null
                        : content >= MinSiblingContent || _definitions.MentionedBy(synset).Contains(known)
                            ? (Relation.Sibling, (2 * similarity) - 0.85)
                            : null;
                }

                if (related is { } evidence)
                {
                    double factor = field == Fields.Substance ? SubstanceFactor : 1;
                    Add(found, known, new Evidence(evidence.Relation, evidence.Score * factor * share * Math.Pow(weight, SharePower)));
                }
            }
        }
    }

    private void AddDefined(Dictionary<string, Evidence> found, IEnumerable<Meaning> meanings)
    {
        foreach (Meaning meaning in meanings)
        {
            double share = Math.Pow(meaning.Weight, SharePower);
            foreach (string known in _definitions.MentionedBy(meaning.Synset))
            {
                if (found.TryGetValue(known, out Evidence evidence))
                {
                    double bonus = evidence.Relation is Relation.Sibling or Relation.Mentioned ? MentionedBonus : SmallMentionedBonus;
                    found[known] = evidence with { Score = evidence.Score + (bonus * share), IsMentioned = true };
                }
                else if (meaning.Class == WordClass.Noun && HasField(known, _database.Synsets[meaning.Synset].Field))
                {
                    found[known] = new Evidence(Relation.Mentioned, MentionedScore * share, IsMentioned: true);
                }
            }

            if (meaning.Class == WordClass.Noun && _definitions.GenusOf(meaning.Synset) is { } genus && found.ContainsKey(genus))
            {
                double content = _known.Of(genus)
                    .Where(other => other.Class == WordClass.Noun)
                    .OrderByDescending(other => other.Weight)
                    .Select(other => _taxonomy.ContentOf(other.Synset))
                    .FirstOrDefault();
                Add(found, genus, new Evidence(Relation.Genus, (0.15 + (2 * content / (1 + content))) * share, IsMentioned: true));
            }
        }
    }

    private double ScoreOf(string word, string known, Evidence evidence)
    {
        if (_vectors is null)
        {
            return evidence.Relation is Relation.Sibling or Relation.Narrower or Relation.Mentioned or Relation.Cluster or Relation.VerbIsA
                ? 0
                : evidence.Score + _bonus[known] + UnknownSimilarity;
        }

        float similarity = _vectors.Similarity(word, known);
        return similarity < MinSimilarity(evidence, _ranks.GetValueOrDefault(word, int.MaxValue))
            ? 0
            : evidence.Score + _bonus[known] + similarity;
    }

    private static double MinSimilarity(Evidence evidence, int rank)
    {
        // Vectors of rare words say little.
        double common = Math.Clamp((RareRank - rank) / (RareRank - FrequentRank), 0, 1);
        return evidence.Relation switch
        {
            Relation.Synonym => 0.05 + (0.2 * common),
            Relation.IsA or Relation.Genus => 0.1 + (0.15 * common),
            Relation.Similar => 0.3,
            Relation.VerbSynonym => 0.35,
            Relation.Sibling or Relation.Narrower when !evidence.IsMentioned => 0.45,
            Relation.VerbIsA => 0.5,
            _ => 0.4,
        };
    }

    private bool HasField(string known, int field) => _known.Of(known).Any(meaning =>
        meaning.Class == WordClass.Noun && meaning.Weight > MinDefinitionShare && _database.Synsets[meaning.Synset].Field == field);

    private static bool HasClass(WordNetDatabase database, string word, WordClass wordClass) =>
        database.SensesOf(word).Any(sense => sense.Class == wordClass);

    private static void Add(Dictionary<string, Evidence> found, string known, Evidence evidence)
    {
        if (!found.TryGetValue(known, out Evidence old) || old.Score < evidence.Score)
        {
            found[known] = evidence;
        }
    }
}
