using AttnGan.Training.Formats.WordNet;

namespace AttnGan.Training.Export.Words;

/// <summary>A meaning of a word with its share.</summary>
/// <param name="Class">The class of the word in this meaning.</param>
/// <param name="Synset">Index of the synset.</param>
/// <param name="Weight">The estimated share among the occurrences of the word, in (0, 1].</param>
internal readonly record struct Meaning(WordClass Class, int Synset, double Weight)
{
    // Meanings of a form are those of its base, which has other forms too.
    private const double FormShare = 0.5;
    private const double RareFormShare = 0.9;

    /// <summary>Returns the meanings of a word: its own, and those of its base forms.</summary>
    /// <remarks>
    /// Shares come from the counts in annotated texts. Meanings that do not occur there share one occurrence by rank.
    /// </remarks>
    /// <param name="database">The database.</param>
    /// <param name="word">The word in lower case.</param>
    /// <param name="isForm">Returns true for the base forms that count.</param>
    public static List<Meaning> Of(WordNetDatabase database, string word, Func<WordClass, bool> isForm)
    {
        var senses = new List<(WordSense Sense, double Weight)>();
        senses.AddRange(database.SensesOf(word).Select(sense => (sense, sense.Count + (1.0 / sense.Number))));
        foreach ((WordClass wordClass, string form) in WordForms.BasesOf(word).Where(form => isForm(form.Class)))
        {
            senses.AddRange(database.SensesOf(form)
                .Where(sense => sense.Class == wordClass)
                .Select(sense => (sense, (sense.Count * FormShare) + (RareFormShare / sense.Number))));
        }

        double total = senses.Sum(sense => sense.Weight);
        return
        [
            .. senses.Where(sense => sense.Sense.Class != WordClass.Adverb)
                .Select(sense => new Meaning(sense.Sense.Class, sense.Sense.Synset, sense.Weight / total)),
        ];
    }
}
