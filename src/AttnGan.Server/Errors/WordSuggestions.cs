using AttnGan.Text;

namespace AttnGan.Server.Errors;

/// <summary>The unknown words of a request's captions. Each word is compared with the vocabulary once for all its images.</summary>
/// <param name="vocabulary">The model's vocabulary.</param>
/// <param name="aborted">Canceled when the client disconnects.</param>
internal sealed class WordSuggestions(Vocabulary vocabulary, CancellationToken aborted)
{
    // A request has a few captions of a few hundred characters, all of whose words may be unknown.
    private const int MaxWithSuggestions = 16;

    private readonly Dictionary<string, UnknownWord> _words = new(StringComparer.Ordinal);

    /// <summary>Returns the unknown words of a caption, the first of them with suggestions.</summary>
    /// <exception cref="OperationCanceledException">Thrown when the client has disconnected.</exception>
    public IReadOnlyList<UnknownWord> Of(EncodedCaption caption) =>
        [.. caption.UnknownWords.Select((word, index) => index < MaxWithSuggestions ? Suggest(word) : new UnknownWord(word, []))];

    private UnknownWord Suggest(string word)
    {
        if (!_words.TryGetValue(word, out UnknownWord? unknown))
        {
            aborted.ThrowIfCancellationRequested();
            _words[word] = unknown = new UnknownWord(word, vocabulary.Nearest(word));
        }

        return unknown;
    }
}
