using AttnGan.Imaging;
using CsCheck;

namespace AttnGan.Tests.Imaging;

public sealed class RgbColorTests
{
    [Fact]
    public void Colours_survive_their_text() =>
        Gen.Select(Gen.Byte, Gen.Byte, Gen.Byte).Sample((r, g, b) =>
        {
            var colour = new RgbColor(r, g, b);
            return RgbColor.TryParse(colour.ToString(), out RgbColor read) && read == colour && RgbColor.Parse(colour.ToString()) == colour
                && RgbColor.Parse(colour.ToString().ToUpperInvariant()) == colour;
        });

    [Theory]
    [InlineData("")]
    [InlineData("white")]
    [InlineData("#fff")]
    [InlineData("#12345g")]
    [InlineData("# 12345")]
    [InlineData("1234567")]
    public void Other_texts_are_refused_by_name(string text)
    {
        Assert.False(RgbColor.TryParse(text, out _));
        Assert.Contains(
            $"'{text}' is not a colour",
            Assert.Throws<AttnGanException>(() => RgbColor.Parse(text)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_is_no_colour() => Assert.False(RgbColor.TryParse(null, out _));
}
