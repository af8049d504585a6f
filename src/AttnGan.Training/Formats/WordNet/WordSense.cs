namespace AttnGan.Training.Formats.WordNet;

/// <summary>A meaning of a word.</summary>
/// <param name="Class">The class of the word in this meaning.</param>
/// <param name="Synset">Index of the synset; -1 for adverbs.</param>
/// <param name="Number">Rank among the meanings of the class by frequency, from 1.</param>
/// <param name="Count">Occurrences in the texts that WordNet's authors annotated.</param>
internal readonly record struct WordSense(WordClass Class, int Synset, int Number, int Count);
