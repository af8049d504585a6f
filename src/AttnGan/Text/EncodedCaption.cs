namespace AttnGan.Text;

/// <summary>A caption as the numbers that a model reads.</summary>
/// <param name="Text">The caption as it was written.</param>
/// <param name="Ids">The number of each word that was kept, in the caption's order. Empty where no word is known.</param>
/// <param name="Words">The words that were kept: word i has number <c>Ids[i]</c>.</param>
/// <param name="UnknownWords">Words that the vocabulary lacks, each once, in the caption's order.</param>
/// <param name="Truncated">Whether known words at the end were cut off.</param>
public sealed record EncodedCaption(
    string Text,
    IReadOnlyList<int> Ids,
    IReadOnlyList<string> Words,
    IReadOnlyList<string> UnknownWords,
    bool Truncated);
