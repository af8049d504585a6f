using AttnGan.Attention;
using CsCheck;

namespace AttnGan.Tests.Attention;

public sealed class StageAttentionTests
{
    [Fact]
    public void Words_rank_by_their_share_of_the_attention()
    {
        IReadOnlyList<WordWeight> top = SyntheticAttention.OfShares(0.1f, 0.4f, 0.2f, 0.3f).TopWords(3);
        Assert.Equal(["word1", "word3", "word2"], top.Select(word => word.Word));
        Assert.Equal([1, 3, 2], top.Select(word => word.Index));
        Assert.Equal([0.4f, 0.3f, 0.2f], top.Select(word => word.Weight), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Equal_shares_keep_the_order_of_the_caption() =>
        Assert.Equal([0, 1, 2], SyntheticAttention.OfShares(1 / 3f, 1 / 3f, 1 / 3f).TopWords(3).Select(word => word.Index));

    [Fact]
    public void Short_captions_return_all_words() =>
        Assert.Equal(2, SyntheticAttention.OfShares(0.5f, 0.5f).TopWords(5).Count);

    [Fact]
    public void Shares_are_means_over_the_map()
    {
        IReadOnlyList<WordWeight> shares = SyntheticAttention.Spot(4, 1, 2).WordWeights();
        Assert.Equal(1 / 16.0, shares[0].Weight, 1e-6);
        Assert.Equal(15 / 16.0, shares[1].Weight, 1e-6);
    }

    [Fact]
    public void Shares_sum_to_one_and_keep_the_order_of_the_caption() =>
        Gen.Int[1, 20].SelectMany(words => Gen.Float[0, 1].Array[words * 9].Select(weights => (words, weights))).Sample(sample =>
        {
            var attention = new StageAttention(2, 3, [.. Enumerable.Range(0, sample.words).Select(i => $"{i}")], sample.weights);
            IReadOnlyList<WordWeight> shares = attention.WordWeights();
            return shares.Select(word => word.Index).SequenceEqual(Enumerable.Range(0, sample.words))
                && shares.All(word => word.Weight is >= 0 and <= 1)
                && Math.Abs(shares.Sum(word => word.Weight) - 1) < 1e-5;
        });

    [Fact]
    public void Each_word_has_its_own_map()
    {
        StageAttention attention = SyntheticAttention.Spot(3, 2, 1);
        Assert.Equal([0, 0, 0, 0, 0, 1, 0, 0, 0], attention.MapOf(0).ToArray());
        Assert.Equal([1, 1, 1, 1, 1, 0, 1, 1, 1], attention.MapOf(1).ToArray());
    }

    [Fact]
    public void Arguments_out_of_range_are_rejected()
    {
        StageAttention attention = SyntheticAttention.OfShares(0.5f, 0.5f);
        Assert.Throws<ArgumentOutOfRangeException>(() => attention.MapOf(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => attention.MapOf(-1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => attention.TopWords(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StageAttention(2, 0, [], default));
        ArgumentException error = Assert.Throws<ArgumentException>(() => new StageAttention(2, 5, attention.Words, attention.Weights));
        Assert.Contains("32 weights", error.Message, StringComparison.Ordinal);
        Assert.Contains("need 50", error.Message, StringComparison.Ordinal);
    }
}
