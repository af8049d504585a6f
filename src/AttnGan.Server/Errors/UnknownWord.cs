using System.ComponentModel;
using AttnGan.Text;

namespace AttnGan.Server.Errors;

/// <summary>A word that is not in the model's vocabulary, with suggestions.</summary>
internal sealed record UnknownWord(
    [property: Description("The word in lower case.")] string Word,
    [property: Description("Similar known words, the most similar first.")] IReadOnlyList<string> Suggestions)
{
    // Each search for suggestions compares the word with the whole vocabulary, so their number per caption is limited.
    private const int MaxWithSuggestions = 16;

    /// <summary>Returns the unknown words of a caption.</summary>
    public static IReadOnlyList<UnknownWord> Of(EncodedCaption caption, Vocabulary vocabulary) =>
    [
        .. caption.UnknownWords.Select((word, index) => new UnknownWord(word, index < MaxWithSuggestions ? vocabulary.Nearest(word) : [])),
    ];
}
