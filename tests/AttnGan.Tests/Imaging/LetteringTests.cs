using AttnGan.Imaging;
using AttnGan.Tests.Attention;

namespace AttnGan.Tests.Imaging;

public sealed class LetteringTests
{
    private static readonly TextStyle s_style = new(16, RgbColor.Black);

    [Theory]
    [InlineData("yellow bird")]
    [InlineData("Ấẵ Ǻ jgq")]
    [InlineData("Зелёный щит")]
    [InlineData("Γειά σου")]
    [InlineData("𝄞 \ud800 broken")]
    [InlineData("红色的苹果")]
    public void Text_darkens_pixels_inside_its_box_and_none_outside(string text)
    {
        RgbImage image = SyntheticAttention.Flat(240, RgbColor.White);
        Lettering.Draw(image, text, 30, 40, s_style);
        (int width, int height) = ((int)Math.Ceiling(Lettering.Measure(text, s_style)), Lettering.LineHeight(s_style));
        List<(int X, int Y)> inked = Inked(image);
        Assert.Contains(inked, point => image.PixelAt(point.X, point.Y).R < 80);
        Assert.All(inked, point => Assert.True(
            point.X >= 30 && point.X < 30 + width && point.Y >= 40 && point.Y < 40 + height, $"{point} is outside."));
        // The letters span most of the box's width.
        Assert.InRange(inked.Max(point => point.X) - inked.Min(point => point.X), width * 0.8, width);
    }

    [Fact]
    public void Solid_parts_of_letters_have_the_color_of_the_style()
    {
        RgbImage image = SyntheticAttention.Flat(100, RgbColor.White);
        Lettering.Draw(image, "I", 10, 10, new TextStyle(60, new(10, 200, 30), Bold: true));
        Assert.Contains(Inked(image), point => image.PixelAt(point.X, point.Y) == new RgbColor(10, 200, 30));
    }

    [Theory]
    [InlineData(-20, -5)]
    [InlineData(90, 95)]
    [InlineData(5000, 5)]
    [InlineData(-5000, -5000)]
    public void Text_is_clipped_to_the_image(int x, int y)
    {
        RgbImage whole = SyntheticAttention.Flat(300, RgbColor.White);
        Lettering.Draw(whole, "cut", Math.Clamp(x, -100, 150) + 100, Math.Clamp(y, -100, 150) + 100, s_style);
        RgbImage image = SyntheticAttention.Flat(100, RgbColor.White);
        Lettering.Draw(image, "cut", x, y, s_style);
        if (x is > -100 and < 150)
        {
            Assert.Equal(whole.Crop(100, 100, 100, 100).Pixels, image.Pixels);
        }
        else
        {
            Assert.Empty(Inked(image));
        }
    }

    [Fact]
    public void The_embedded_font_has_letters_of_many_scripts()
    {
        // Missing letters are drawn as the replacement character.
        byte[] missing = Rendered("\ufffd");
        foreach (char letter in "aZéßøłőșğıñ€“”–…αωΆЖщѓҐ№×")
        {
            Assert.NotEqual(missing, Rendered(letter.ToString()));
        }
    }

    [Fact]
    public void Bold_text_has_more_ink()
    {
        int regular = Rendered("word").Sum(value => 255 - value);
        int bold = Rendered("word", s_style with { Bold = true }).Sum(value => 255 - value);
        Assert.True(bold > regular * 1.1, $"{bold} against {regular}.");
    }

    [Fact]
    public void Decomposed_letters_look_like_composed_ones() => Assert.Equal(Rendered("é"), Rendered("e\u0301"));

    [Fact]
    public void Line_breaks_become_spaces_and_invisible_characters_disappear()
    {
        Assert.Equal(Rendered("a b"), Rendered("a\nb"));
        Assert.Equal(Rendered("ab"), Rendered("a\u200db\ufe0f"));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(60)]
    [InlineData(90)]
    public void Shortened_text_fits_and_ends_in_an_ellipsis(float width)
    {
        const string Text = "a long caption about a bird";
        string shortened = Lettering.Shorten(Text, width, s_style);
        Assert.True(Lettering.Measure(shortened, s_style) <= width);
        Assert.EndsWith("…", shortened, StringComparison.Ordinal);
        Assert.StartsWith(shortened[..^1], Text, StringComparison.Ordinal);
        Assert.Equal(Text, Lettering.Shorten(Text, 1000, s_style));
    }

    [Fact]
    public void Lines_break_between_words_and_keep_all_words()
    {
        const string Text = "a small yellow bird with a black crown and a very short beak";
        IReadOnlyList<string> lines = Lettering.Wrap(Text, 120, 20, s_style);
        Assert.True(lines.Count > 2);
        Assert.All(lines, line => Assert.True(Lettering.Measure(line, s_style) <= 120));
        Assert.Equal(Text, string.Join(' ', lines));
        // Greedy: no line could take the first word of the next.
        Assert.All(lines.Zip(lines.Skip(1)), pair =>
            Assert.True(Lettering.Measure($"{pair.First} {pair.Second.Split(' ')[0]}", s_style) > 120));
    }

    [Fact]
    public void Text_beyond_the_last_line_becomes_an_ellipsis()
    {
        IReadOnlyList<string> lines = Lettering.Wrap("a small yellow bird with a black crown and a very short beak", 120, 2, s_style);
        Assert.Equal(2, lines.Count);
        Assert.EndsWith("…", lines[1], StringComparison.Ordinal);
        Assert.True(Lettering.Measure(lines[1], s_style) <= 120);
    }

    [Fact]
    public void Words_wider_than_a_line_are_broken()
    {
        string word = new string('w', 60);
        IReadOnlyList<string> lines = Lettering.Wrap(word, 100, 50, s_style);
        Assert.Equal(word, string.Concat(lines));
        Assert.All(lines, line => Assert.True(Lettering.Measure(line, s_style) <= 100));
        Assert.Equal(3, Lettering.Wrap("www", 1, 50, s_style).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    public void Blank_text_has_no_lines(string text) => Assert.Empty(Lettering.Wrap(text, 100, 3, s_style));

    private static byte[] Rendered(string text, TextStyle? style = null)
    {
        RgbImage image = SyntheticAttention.Flat(64, RgbColor.White);
        Lettering.Draw(image, text, 4, 4, style ?? s_style);
        return image.Pixels;
    }

    private static List<(int X, int Y)> Inked(RgbImage image) =>
    [
        .. Enumerable.Range(0, image.Width * image.Height).Select(i => (X: i % image.Width, Y: i / image.Width))
            .Where(point => image.PixelAt(point.X, point.Y) != RgbColor.White),
    ];
}
