using System.ComponentModel;
using AttnGan.Text;

namespace AttnGan.Server.Errors;

/// <summary>A word that the model does not know.</summary>
internal sealed record UnknownWord(
    [property: Description("As the caption has it, in lower case.")] string Word,
    [property: Description("Known words that may have been meant, the nearest first.")] IReadOnlyList<string> Suggestions)
{
    // Looking for what was meant reads the whole vocabulary; a caption of a hundred unknown words is no honest one.
    private const int MaxWithSuggestions = 16;

    /// <summary>The unknown words of a caption.</summary>
    public static IReadOnlyList<UnknownWord> Of(EncodedCaption caption, Vocabulary vocabulary) =>
    [
        .. caption.UnknownWords.Select((word, place) => new UnknownWord(word, place < MaxWithSuggestions ? vocabulary.Nearest(word) : [])),
    ];
}
