using AttnGan.Imaging;
using CsCheck;

namespace AttnGan.Tests.Imaging;

public sealed class RgbColorTests
{
    [Fact]
    public void Colors_survive_formatting_and_parsing() =>
        Gen.Select(Gen.Byte, Gen.Byte, Gen.Byte).Sample((r, g, b) =>
        {
            var color = new RgbColor(r, g, b);
            return RgbColor.TryParse(color.ToString(), out RgbColor read) && read == color && RgbColor.Parse(color.ToString()) == color
                && RgbColor.Parse(color.ToString().ToUpperInvariant()) == color;
        });

    [Theory]
    [InlineData("")]
    [InlineData("white")]
    [InlineData("#fff")]
    [InlineData("#12345g")]
    [InlineData("# 12345")]
    [InlineData("1234567")]
    public void Invalid_text_is_rejected_and_named(string text)
    {
        Assert.False(RgbColor.TryParse(text, out _));
        Assert.Contains(
            $"'{text}' is not a color",
            Assert.Throws<AttnGanException>(() => RgbColor.Parse(text)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Null_is_not_a_color() => Assert.False(RgbColor.TryParse(null, out _));
}
