using AttnGan.Text;
using AttnGan.Training.Data;

namespace AttnGan.Training.Tests.Data;

public sealed class FoilCaptionsTests
{
    private static readonly Vocabulary s_words = Vocabulary.Build(
        ["a large big small red blue green circle square star on white under".Split(' ')]);

    private static readonly CaptionEncoder s_encoder = new(new CaptionTokenizer(TokenizerMode.Unicode), s_words, 18);

    /// <summary>Each image has a size, a color and a shape, and a caption that says them in one of two ways.</summary>
    private static readonly FoilCaptions s_foils = Of([
        .. from size in (string[][])[["large", "big"], ["small", "small"]]
           from color in (string[])["red", "blue", "green"]
           from shape in (string[])["circle", "square", "star"]
           select new[] { $"a {size[0]} {color} {shape} on white", $"a {size[1]} {color} {shape} on white" },
    ]);

    [Theory]
    [InlineData("red", "blue green")]
    [InlineData("star", "circle square")]
    [InlineData("large", "small")] // not big, which other captions of the same images say
    [InlineData("on", "")]
    [InlineData("white", "")]
    public void The_foils_of_a_word_stand_between_the_same_neighbors_and_are_not_true(string word, string expected) =>
        Assert.Equal(
            expected.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            s_foils.Of(Id(word)).Select(id => s_words.Words[id]).Order(StringComparer.Ordinal));

    [Fact]
    public void A_caption_is_changed_in_one_word_that_depends_on_the_random_numbers_only()
    {
        EncodedCaption caption = s_encoder.Encode("a small red circle on white");
        var places = new HashSet<int>();
        for (int i = 0; i < 40; i++)
        {
            (int place, int word) = Replace(caption, i)!.Value;

            Assert.Equal((place, word), Replace(caption, i)!.Value);
            Assert.Contains(word, s_foils.Of(caption.Ids[place]));
            places.Add(place);
        }

        Assert.Equal([1, 2, 3], places.Order());
    }

    [Fact]
    public void A_caption_without_a_word_that_has_foils_is_left_alone() =>
        Assert.Null(Replace(s_encoder.Encode("a under white"), 0));

    /// <summary>"red" and "blue" stand at the same place; "green" mostly stands elsewhere.</summary>
    [Fact]
    public void Words_that_share_few_of_their_neighbors_are_no_foils()
    {
        FoilCaptions foils = Of([
            ["a red circle on white"], ["a blue circle on white"], ["a blue square on red"], ["green on white"], ["a green star"],
            ["green square on a star"], ["white on green under a star"],
        ]);

        Assert.Contains(Id("blue"), foils.Of(Id("red")));
        Assert.DoesNotContain(Id("green"), foils.Of(Id("red")));
    }

    private static (int Place, int Word)? Replace(EncodedCaption caption, int index)
    {
        var random = new CounterRandom(1, RandomStream.Foils, 0, index);
        return s_foils.Replace(caption, ref random);
    }

    private static FoilCaptions Of(string[][] images) =>
        new([.. images.Select(captions => captions.Select(s_encoder.Encode).ToArray())]);

    private static int Id(string word) => s_words.TryGetId(word, out int id) ? id : throw new ArgumentException(word);
}
