using System.Diagnostics;
using AttnGan.Text;
using CsCheck;

namespace AttnGan.Tests.Text;

public sealed class VocabularyTests
{
    [Fact]
    public void Words_of_more_captions_come_first_then_ordinal_order()
    {
        var vocabulary = Vocabulary.Build([["b", "b", "b", "a"], ["c", "a"], ["c", "Z"]]);
        Assert.Equal(["<end>", "a", "c", "Z", "b"], vocabulary.Words);
        Assert.Equal(5, vocabulary.Count);
        Assert.Equal("c", vocabulary[2]);
        Assert.True(vocabulary.TryGetId("c", out int id));
        Assert.Equal(2, id);
        Assert.False(vocabulary.TryGetId("d", out _));
        Assert.False(vocabulary.TryGetId(null, out _));
    }

    [Fact]
    public void Rare_words_are_left_out() =>
        Assert.Equal(["<end>", "a"], Vocabulary.Build([["b", "b", "a"], ["a"]], minCount: 2).Words);

    [Fact]
    public void The_order_of_captions_does_not_matter() =>
        Gen.Select(Gen.String[Gen.Char['a', 'e'], 1, 2].List[0, 5].List[0, 20], Gen.Int).Sample((captions, seed) =>
        {
            List<string>[] shuffled = captions.ToArray();
            new Random(seed).Shuffle(shuffled);
            return Vocabulary.Build(captions).Words.SequenceEqual(Vocabulary.Build(shuffled).Words);
        });

    [Fact]
    public void IDs_and_words_are_inverse() =>
        Gen.String[Gen.Char['a', 'z'], 1, 5].List[0, 30].Sample(words =>
        {
            var vocabulary = Vocabulary.Build([words]);
            return vocabulary.Words.Select((word, place) => vocabulary.TryGetId(word, out int id) && id == place).All(same => same);
        });

    [Theory]
    [InlineData("The vocabulary is empty")]
    [InlineData("starts with 'a'", "a", "<end>")]
    [InlineData("'a' twice, as words 1 and 3", "<end>", "a", "b", "a")]
    [InlineData("Word 1 of the vocabulary is empty", "<end>", "")]
    public void Invalid_lists_are_rejected(string message, params string[] words) =>
        Assert.Contains(message, Assert.Throws<AttnGanException>(() => new Vocabulary(words)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("yelow", "yellow")]
    [InlineData("yellwo", "yellow")]
    [InlineData("birds", "bird")]
    [InlineData("bord", "bird")]
    [InlineData("xylophone", "")]
    [InlineData("x", "")]
    [InlineData("", "")]
    [InlineData("<end", "")]
    public void Nearest_words_have_a_small_edit_distance(string word, string expected) =>
        Assert.Equal(expected, string.Join(' ', Vocabulary.Build([["yellow", "bird", "a", "elephant"]]).Nearest(word)));

    [Fact]
    public void Nearest_prefers_fewer_edits_then_a_common_prefix_then_frequency()
    {
        var vocabulary = new Vocabulary(["<end>", "sred", "rad", "rod", "reed", "red"]);
        Assert.Equal(["red", "reed", "rad"], vocabulary.Nearest("red"));
        Assert.Equal(["red", "reed", "rad", "rod", "sred"], vocabulary.Nearest("red", 9));
        Assert.Empty(vocabulary.Nearest("red", 0));
    }

    [Fact]
    public void A_single_letter_has_no_near_word() => Assert.Empty(Vocabulary.Build([["b", "xb"]]).Nearest("x"));

    [Fact]
    public void The_allowed_distance_grows_with_the_word()
    {
        var vocabulary = Vocabulary.Build([["elephant", "bird"]]);

        Assert.Equal(["elephant"], vocabulary.Nearest("elephxxt"));
        Assert.Empty(vocabulary.Nearest("elephxxx"));
        Assert.Equal(["bird"], vocabulary.Nearest("bxrd"));
        Assert.Empty(vocabulary.Nearest("bxxd"));
    }

    [Fact]
    public void Nearest_finds_what_a_comparison_with_each_word_finds() =>
        Gen.Select(Gen.String[Gen.Char['a', 'd'], 1, 9].List[1, 40], Gen.String[Gen.Char['a', 'd'], 1, 9]).Sample((words, word) =>
        {
            var vocabulary = Vocabulary.Build([words]);
            int limit = word.Length == 1 ? 0 : Math.Max(1, word.Length / 3);
            IEnumerable<string> expected = vocabulary.Words.Skip(1)
                .Where(known => EditDistance.Between(word, known) is var distance && distance <= limit && distance < known.Length)
                .OrderBy(known => EditDistance.Between(word, known))
                .ThenByDescending(known => word.AsSpan().CommonPrefixLength(known));
            return vocabulary.Nearest(word, 100).SequenceEqual(expected);
        });

    [Fact]
    public void Words_of_more_than_64_characters_have_no_near_word()
    {
        string longest = new('a', 64);
        var vocabulary = Vocabulary.Build([[longest]]);

        Assert.Equal([longest], vocabulary.Nearest(longest[1..] + "b"));
        Assert.Empty(vocabulary.Nearest(longest + "a"));
    }

    [Fact]
    public void A_search_compares_few_of_200_000_words()
    {
        var random = new Random(1);
        var vocabulary = new Vocabulary([Vocabulary.End, .. Words(200_000).Distinct()]);
        string[] unknown = [.. Words(100)];
        vocabulary.Nearest(unknown[0]);

        var clock = Stopwatch.StartNew();
        Assert.All(unknown, word => vocabulary.Nearest(word));

        // A hundred comparisons with all words take half a minute.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);

        IEnumerable<string> Words(int count) => Enumerable.Range(0, count)
            .Select(_ => string.Concat(Enumerable.Range(0, random.Next(4, 12)).Select(_ => (char)('a' + random.Next(26)))));
    }

    [Fact]
    public void Arguments_are_checked()
    {
        var vocabulary = Vocabulary.Build([["red"]]);

        Assert.Throws<ArgumentNullException>(() => new Vocabulary(null!));
        Assert.Throws<ArgumentNullException>(() => Vocabulary.Build(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => Vocabulary.Build([["red"]], minCount: 0));
        Assert.Throws<ArgumentNullException>(() => Vocabulary.CountCaptions(null!));
        Assert.Throws<ArgumentNullException>(() => vocabulary.Nearest(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.Nearest("red", -1));
        Assert.Throws<ArgumentNullException>(() => new CaptionEncoder(null!, vocabulary, 1));
        Assert.Throws<ArgumentNullException>(() => new CaptionEncoder(new CaptionTokenizer(TokenizerMode.Unicode), null!, 1));
    }
}
