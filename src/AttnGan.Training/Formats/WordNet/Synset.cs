namespace AttnGan.Training.Formats.WordNet;

/// <summary>A set of synonyms: one meaning with its words.</summary>
/// <param name="Class">The class of the words.</param>
/// <param name="Field">The number of the lexicographer's file: 5 is animals, 6 artifacts, 13 food and so on.</param>
/// <param name="Words">The synonyms as they are written, with underscores for spaces.</param>
/// <param name="Definition">The definition and examples.</param>
internal sealed record Synset(WordClass Class, int Field, IReadOnlyList<string> Words, string Definition)
{
    /// <summary>The more general synsets ("dog" of "puppy").</summary>
    public List<int> Hypernyms { get; } = [];

    /// <summary>The more special synsets ("puppy" of "dog").</summary>
    public List<int> Hyponyms { get; } = [];

    /// <summary>True for insults and obscenities.</summary>
    public bool IsOffensive { get; set; }

    /// <summary>Adjectives: the synsets of the same cluster ("large" and "gigantic"), and those that the dictionary refers to.</summary>
    public List<int> Similar { get; } = [];
}
