using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed class ChannelMapTests
{
    [Theory]
    [InlineData(1, 16)]
    [InlineData(15, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    public void Channels_are_padded_to_whole_vectors(int channels, int padded)
    {
        Assert.Equal(padded, ChannelMap.Padded(channels));
        Assert.Equal([.. Enumerable.Range(0, channels), .. Padding(padded - channels)], ChannelMap.Of(channels));
    }

    [Fact]
    public void A_pair_has_padding_after_each_half() => Assert.Equal(
        [0, 1, 2, .. Padding(13), 3, 4, 5, .. Padding(13)],
        ChannelMap.OfPair(3));

    [Fact]
    public void Plain_columns_fill_panels()
    {
        Assert.Equal([0, 1, .. Padding(30)], ChannelMap.PlainColumns(ChannelMap.Of(2)));
        Assert.Equal(Enumerable.Range(0, 32), ChannelMap.PlainColumns(ChannelMap.Of(32)));
        Assert.Equal([.. Enumerable.Range(0, 33), .. Padding(31)], ChannelMap.PlainColumns(ChannelMap.Of(33)));
    }

    [Fact]
    public void Gated_columns_alternate_16_values_and_their_gates()
    {
        Assert.Equal([0, 1, 2, .. Padding(13), 3, 4, 5, .. Padding(13)], ChannelMap.GatedColumns(ChannelMap.Of(3), 3));
        Assert.Equal(
            [.. Enumerable.Range(0, 16), .. Enumerable.Range(18, 16), 16, 17, .. Padding(14), 34, 35, .. Padding(14)],
            ChannelMap.GatedColumns(ChannelMap.Of(18), 18));
    }

    private static IEnumerable<int> Padding(int count) => Enumerable.Repeat(-1, count);
}
