namespace AttnGan.Training.Formats.WordNet;

/// <summary>The class of a word in WordNet.</summary>
internal enum WordClass
{
    Noun,
    Verb,

    /// <summary>Adjectives, satellites included.</summary>
    Adjective,

    /// <summary>Adverbs, of which only the senses are counted.</summary>
    Adverb,
}
