namespace AttnGan.Training.Trainers;

/// <summary>How many words of the vocabulary have a pre-trained vector.</summary>
/// <param name="Path">The file of vectors.</param>
/// <param name="Words">Number of words of the vocabulary.</param>
/// <param name="Missing">The words without a vector, the most frequent first.</param>
internal sealed record WordCoverage(string Path, int Words, IReadOnlyList<string> Missing);
