namespace AttnGan.Training.Export.Words;

/// <summary>Why an unknown word may be read as a known one.</summary>
/// <param name="Relation">The strongest relation of the two words.</param>
/// <param name="Score">Its score, without the similarity of the words' vectors.</param>
/// <param name="IsMentioned">True if the unknown word's definition has the known word.</param>
internal readonly record struct Evidence(Relation Relation, double Score, bool IsMentioned = false);

/// <summary>A relation of an unknown word to a known one.</summary>
internal enum Relation
{
    /// <summary>Inflected forms of one word ("dogs", "dog").</summary>
    Form,

    /// <summary>Nouns or adjectives of one meaning ("automobile", "car").</summary>
    Synonym,

    /// <summary>Verbs of one meaning ("weeping", "crying").</summary>
    VerbSynonym,

    /// <summary>The known word is more general ("puppy", "dog").</summary>
    IsA,

    /// <summary>The definition says so ("foal": "a young horse").</summary>
    Genus,

    /// <summary>The known word is more special ("trousers", "jeans").</summary>
    Narrower,

    /// <summary>Both have a special common hypernym ("gerbil", "hamster").</summary>
    Sibling,

    /// <summary>An adjective and the main one of its cluster ("gigantic", "big").</summary>
    Similar,

    /// <summary>Adjectives of one cluster ("exhausted", "sleepy").</summary>
    Cluster,

    /// <summary>The known verb is more general.</summary>
    VerbIsA,

    /// <summary>The definition has the known word ("dusk", "sunset").</summary>
    Mentioned,
}
