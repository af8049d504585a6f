using AttnGan.Text;
using CsCheck;

namespace AttnGan.Tests.Text;

public sealed class CaptionEncoderTests
{
    private static readonly string[] s_words = ["a", "red", "bird", "shiny", "<end>"];
    private static readonly Vocabulary s_vocabulary = new(["<end>", "a", "red", "bird", "end"]);

    [Fact]
    public void Unknown_words_are_dropped_and_reported_once()
    {
        EncodedCaption encoded = Encoder(18).Encode("A shiny red, shiny Bird sits");
        Assert.Equal("A shiny red, shiny Bird sits", encoded.Text);
        Assert.Equal([1, 2, 3], encoded.Ids);
        Assert.Equal(["a", "red", "bird"], encoded.Words);
        Assert.Equal(["shiny", "sits"], encoded.UnknownWords);
        Assert.False(encoded.Truncated);
    }

    [Fact]
    public void Long_captions_keep_their_first_known_words()
    {
        EncodedCaption encoded = Encoder(2).Encode("shiny red bird red a");
        Assert.Equal(["red", "bird"], encoded.Words);
        Assert.True(encoded.Truncated);
        Assert.False(Encoder(2).Encode("red bird shiny").Truncated);
    }

    [Fact]
    public void A_caption_without_known_words_has_no_IDs()
    {
        EncodedCaption encoded = Encoder(5).Encode("shiny !");
        Assert.Empty(encoded.Ids);
        Assert.Equal(["shiny"], encoded.UnknownWords);
    }

    [Fact]
    public void Kept_words_are_a_prefix_of_the_known_words() =>
        Gen.Select(Gen.Int[0, 4].Select(word => s_words[word]).List[0, 12], Gen.Int[1, 8]).Sample((words, max) =>
        {
            EncodedCaption encoded = Encoder(max).Encode(string.Join(' ', words));
            var known = words.Select(word => word.Trim('<', '>')).Where(word => s_vocabulary.TryGetId(word, out _)).ToList();
            return encoded.Words.SequenceEqual(known.Take(max))
                && encoded.Ids.Select(id => s_vocabulary[id]).SequenceEqual(encoded.Words)
                && encoded.Truncated == (known.Count > max);
        });

    [Fact]
    public void The_maximum_number_of_words_must_be_at_least_one() => Assert.Throws<ArgumentOutOfRangeException>(() => Encoder(0));

    private static CaptionEncoder Encoder(int maxWords) => new(new CaptionTokenizer(TokenizerMode.Unicode), s_vocabulary, maxWords);
}
