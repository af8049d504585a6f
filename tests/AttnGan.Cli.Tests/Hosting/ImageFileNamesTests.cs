using System.Text;
using AttnGan.Cli.Hosting;
using CsCheck;

namespace AttnGan.Cli.Tests.Hosting;

public sealed class ImageFileNamesTests
{
    [Theory]
    [InlineData("a red heart", "a-red-heart")]
    [InlineData("  A red -- heart!  ", "a-red-heart")]
    [InlineData("../../etc/passwd", "etc-passwd")]
    [InlineData("ein grünes Herz", "ein-grünes-herz")]
    [InlineData("红心", "红心")]
    [InlineData("?!", "image")]
    public void A_caption_becomes_a_file_name(string caption, string slug) => Assert.Equal(slug, ImageFileNames.Slug(caption));

    [Fact]
    public void Similar_captions_get_different_names()
    {
        var names = new ImageFileNames(["a red heart", "a red heart!", "A RED HEART", "a red heart 2"]);

        Assert.Equal(
            ["a-red-heart-s1", "a-red-heart-2-s1", "a-red-heart-3-s1", "a-red-heart-2-2-s1"],
            Enumerable.Range(0, 4).Select(caption => names.NameOf(caption, 1)));
    }

    [Fact]
    public void Long_captions_with_a_common_beginning_get_different_names()
    {
        string prefix = string.Concat(Enumerable.Repeat("a red heart and ", 30));

        Assert.NotEqual(ImageFileNames.Slug(prefix + "a star"), ImageFileNames.Slug(prefix + "a moon"));
    }

    [Fact]
    public void Every_caption_becomes_a_valid_file_name() => Gen.String.Sample(caption =>
    {
        string slug = ImageFileNames.Slug(caption);
        return slug.Length > 0 && Encoding.UTF8.GetByteCount(slug) <= 180 && slug.IndexOfAny(['/', '\\', ':', '.', '\0', ' ', '\n']) < 0;
    });
}
