using AttnGan.Text;

namespace AttnGan.Tests.Text;

public sealed class UnknownWordsTests
{
    private static readonly Vocabulary s_vocabulary = Vocabulary.Build(
    [
        ["heart", "star", "red", "yellow", "circle", "square", "triangle", "purple", "orange", "green", "brown", "white", "black", "cross"],
        ["heart"],
    ]);

    [Fact]
    public void The_message_has_each_unknown_word_with_its_suggestions_and_known_words() => Assert.Equal(
        "The model knows no word of the caption \"hart gfx\": \"hart\" (near: heart), \"gfx\". " +
        "Some of the known words: heart, black, brown, circle, cross, green, orange, purple, square, star, triangle, white.",
        Message("hart gfx"));

    [Fact]
    public void A_caption_without_words_has_a_message_of_its_own() => Assert.StartsWith(
        "The caption \" !\" has no words; describe an image. Some of the known words: heart, black",
        Message(" !"),
        StringComparison.Ordinal);

    [Fact]
    public void Of_many_unknown_words_five_are_listed()
    {
        Assert.Contains("\"xq1\", \"xq2\", \"xq3\", \"xq4\", \"xq5\". ", Message("xq1 xq2 xq3 xq4 xq5"), StringComparison.Ordinal);
        Assert.Contains("\"xq1\", \"xq2\", \"xq3\", \"xq4\", \"xq5\", …. ", Message("xq1 xq2 xq3 xq4 xq5 xq6"), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_texts_are_shortened_to_a_hundred_characters()
    {
        string fits = new('q', 100);
        string tooLong = new('q', 101);

        Assert.Contains($"the caption \"{fits}\": \"{fits}\". ", Message(fits), StringComparison.Ordinal);
        Assert.Contains($"the caption \"{fits}…\": \"{fits}…\". ", Message(tooLong), StringComparison.Ordinal);
    }

    [Fact]
    public void Suggestions_are_for_words_of_up_to_64_characters()
    {
        string known = new('w', 64);
        var vocabulary = Vocabulary.Build([[known]]);

        Assert.Equal($" (near: {known})", UnknownWords.Suggest(known, vocabulary));
        Assert.Equal("", UnknownWords.Suggest(known + "w", vocabulary));
        Assert.Equal("", UnknownWords.Suggest("heart", vocabulary));
        Assert.Equal(" (near: heard, heart)", UnknownWords.Suggest("hearx", Vocabulary.Build([["heart", "heard"]])));
    }

    [Theory]
    [InlineData(TokenizerMode.Official)]
    [InlineData(TokenizerMode.Unicode)]
    public void A_word_that_the_tokenizer_drops_is_not_called_unknown_or_known(TokenizerMode mode)
    {
        var encoder = new CaptionEncoder(new CaptionTokenizer(mode), new Vocabulary([Vocabulary.End, "大号瓷砖", "red"]), maxWords: 10);

        Assert.Equal(
            $"The model's tokenizer ({mode.ToString().ToLowerInvariant()}) never produces \"大号瓷砖\", a word of the caption \"大号瓷砖\" and " +
            "of the vocabulary: the weights come from captions that were split in another way. Import them again with " +
            "`--set data.tokenizer=spaces`.",
            UnknownWords.NoKnownWordMessage(encoder.Encode("大号瓷砖"), encoder));
    }

    [Fact]
    public void Only_words_that_the_tokenizer_can_produce_are_listed_as_known()
    {
        var vocabulary = new Vocabulary([Vocabulary.End, "pájaro", "heart", "Star"]);
        var official = new CaptionEncoder(new CaptionTokenizer(TokenizerMode.Official), vocabulary, maxWords: 10);

        Assert.EndsWith(
            "Some of the known words: heart.",
            UnknownWords.NoKnownWordMessage(official.Encode("gfx"), official),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The model's tokenizer (official) finds no word in the caption \"鳥\".",
            UnknownWords.NoKnownWordMessage(official.Encode("鳥"), official),
            StringComparison.Ordinal);
    }

    private static string Message(string caption)
    {
        var encoder = new CaptionEncoder(new CaptionTokenizer(TokenizerMode.Unicode), s_vocabulary, maxWords: 10);
        return UnknownWords.NoKnownWordMessage(encoder.Encode(caption), encoder);
    }
}
