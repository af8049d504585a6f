using AttnGan.Server.Errors;
using AttnGan.Text;

namespace AttnGan.Server.Tests;

public sealed class WordSuggestionsTests
{
    private static readonly Vocabulary s_vocabulary = new([Vocabulary.End, "red", "heart"]);
    private static readonly CaptionEncoder s_encoder = new(new CaptionTokenizer(TokenizerMode.Unicode), s_vocabulary, 8);

    [Fact]
    public void Words_are_looked_up_once_for_all_images_of_a_request()
    {
        var suggestions = new WordSuggestions(s_vocabulary, CancellationToken.None);

        IReadOnlyList<UnknownWord> first = suggestions.Of(s_encoder.Encode("a rad haert"));
        IReadOnlyList<UnknownWord> second = suggestions.Of(s_encoder.Encode("haert"));

        Assert.Equal(["a", "rad", "haert"], first.Select(unknown => unknown.Word));
        Assert.Equal(["", "red", "heart"], first.Select(unknown => string.Join(' ', unknown.Suggestions)));
        Assert.Same(first[2], Assert.Single(second));
    }

    [Fact]
    public void The_first_16_unknown_words_have_suggestions()
    {
        string caption = $"{string.Join(' ', Enumerable.Range(0, 16))} rad";

        UnknownWord last = new WordSuggestions(s_vocabulary, CancellationToken.None).Of(s_encoder.Encode(caption))[^1];

        Assert.Equal("rad", last.Word);
        Assert.Empty(last.Suggestions);
    }

    [Fact]
    public void The_lookup_ends_with_its_client() => Assert.ThrowsAny<OperationCanceledException>(
        () => new WordSuggestions(s_vocabulary, new CancellationToken(canceled: true)).Of(s_encoder.Encode("rad")));
}
