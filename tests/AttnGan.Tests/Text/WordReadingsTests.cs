using AttnGan.Text;

namespace AttnGan.Tests.Text;

public sealed class WordReadingsTests
{
    private static readonly Vocabulary s_vocabulary = new(["<end>", "a", "dog", "truck"]);
    private static readonly Dictionary<string, string> s_known = new() { ["puppy"] = "dog", ["pup"] = "dog", ["lorry"] = "truck" };

    [Fact]
    public void Words_are_read_as_known_ones_and_reported_once()
    {
        EncodedCaption encoded = Encoder(18).Encode("A Puppy, a pup and a puppy");
        Assert.Equal([1, 2, 1, 2, 1, 2], encoded.Ids);
        Assert.Equal(["a", "dog", "a", "dog", "a", "dog"], encoded.Words);
        Assert.Equal([new WordReading("puppy", "dog"), new WordReading("pup", "dog")], encoded.Readings);
        Assert.Equal(["and"], encoded.UnknownWords);
        Assert.Equal("puppy, read as dog", encoded.Readings[0].ToString());
    }

    [Fact]
    public void Strict_words_are_not_read_as_others()
    {
        EncodedCaption encoded = Encoder(18).Encode("a puppy", strictWords: true);
        Assert.Equal(["a"], encoded.Words);
        Assert.Equal(["puppy"], encoded.UnknownWords);
        Assert.Empty(encoded.Readings);
    }

    [Fact]
    public void Readings_beyond_the_maximum_number_of_words_are_not_reported()
    {
        EncodedCaption encoded = Encoder(2).Encode("a puppy lorry");
        Assert.Equal(["a", "dog"], encoded.Words);
        Assert.True(encoded.Truncated);
        Assert.Equal(["puppy"], encoded.Readings.Select(reading => reading.Word));
    }

    [Fact]
    public void Without_a_table_nothing_is_read_as_another_word()
    {
        EncodedCaption encoded = new CaptionEncoder(new CaptionTokenizer(TokenizerMode.Unicode), s_vocabulary, 9).Encode("a puppy");
        Assert.Equal(["puppy"], encoded.UnknownWords);
        Assert.Empty(encoded.Readings);
    }

    [Theory]
    [InlineData("puppy", "cat", "\"puppy\" is read as \"cat\", which is not in the vocabulary")]
    [InlineData("puppy", "<end>", "\"puppy\" is read as \"<end>\", which is not in the vocabulary")]
    [InlineData("a", "dog", "\"a\" is read as \"dog\", but it is known itself")]
    [InlineData("", "dog", "\"\" is read as \"dog\", but it is empty")]
    public void A_table_maps_unknown_words_to_known_ones(string word, string known, string problem) => Assert.Contains(
        problem,
        Assert.Throws<AttnGanException>(() => new WordReadings(new Dictionary<string, string> { [word] = known }, s_vocabulary)).Message);

    [Fact]
    public void Words_are_sorted_by_the_known_word() => Assert.Equal(
        [KeyValuePair.Create("dog", "pup puppy"), KeyValuePair.Create("truck", "lorry")],
        new WordReadings(s_known, s_vocabulary).ByKnownWord());

    private static CaptionEncoder Encoder(int maxWords) =>
        new(new CaptionTokenizer(TokenizerMode.Unicode), s_vocabulary, maxWords, new WordReadings(s_known, s_vocabulary));
}
