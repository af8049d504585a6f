namespace AttnGan.Text;

/// <summary>A caption as word IDs, the input of the text encoder.</summary>
/// <param name="Text">The original caption.</param>
/// <param name="Ids">The IDs of the known words that were kept, in the caption's order; empty if no word is known.</param>
/// <param name="Words">The known words that were kept, those of <see cref="Readings"/> included: word i has ID <c>Ids[i]</c>.</param>
/// <param name="UnknownWords">
/// The words that are neither in the vocabulary nor read as known ones, each once, in the caption's order.
/// </param>
/// <param name="Truncated">True if known words at the end were dropped.</param>
public sealed record EncodedCaption(
    string Text,
    IReadOnlyList<int> Ids,
    IReadOnlyList<string> Words,
    IReadOnlyList<string> UnknownWords,
    bool Truncated)
{
    /// <summary>The words that are not in the vocabulary and are read as known ones, each once, in the caption's order.</summary>
    public IReadOnlyList<WordReading> Readings { get; init; } = [];
}
