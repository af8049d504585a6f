using System.Text;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Tests.Formats.Pickle;

public sealed class PickleLineEndsTests
{
    [Theory]
    [InlineData("(VA\r\nVB\r\nl.", "A B")]
    [InlineData("(VA\r\nVB\r\nl.\r", "A B")] // a carriage return at the end is not before a line feed
    [InlineData("(VA\tx\r\nVB\r\nl.", "A\tx B")]
    [InlineData("(VA\rx\r\nVB\r\nl.", "A\rx B")] // not before a line feed
    [InlineData("(VA\r\r\nVB\r\nl.", "A\r B")]
    [InlineData("(VA\nVB\nl.", "A B")]
    [InlineData("(VA\r\nVB\nl.", "A\r B")] // one line feed is as it was: not changed by a copy in text mode
    [InlineData("(VA\nVB\r\nl.", "A B\r")]
    public void Line_ends_of_protocol_0_are_repaired_if_all_were_changed(string pickle, string expected) =>
        Assert.Equal(expected, string.Join(' ', Assert.IsType<List<object?>>(Read(pickle))));

    [Theory]
    [InlineData("\u0080\u0002X\u0004\u0000\u0000\u0000a\r\nb.")]
    [InlineData("U\u0004a\r\nb.")] // protocol 1
    public void Binary_protocols_keep_their_bytes(string pickle) => Assert.Equal("a\r\nb", Read(pickle));

    [Theory]
    [InlineData("\u0080\u0002I1\r\n.", true)]
    [InlineData("K\u0001I1\r\n.", true)]
    [InlineData("\u0080\u0002I1\n.a", false)]
    [InlineData("\u0080\u0002Ix\nI1\r\n.", false)]
    [InlineData("Ix\r\n.", false)] // repaired, and damaged otherwise
    public void Damage_of_a_file_with_suspicious_line_ends_has_a_hint(string pickle, bool hint)
    {
        if (Record.Exception(() => Read(pickle)) is { } error)
        {
            Assert.Equal(hint, Assert.IsType<CheckpointException>(error).Message.Contains("copied in text mode", StringComparison.Ordinal));
        }
        else
        {
            Assert.False(hint);
        }
    }

    [Fact]
    public void Files_without_lines_are_not_suspicious()
    {
        Assert.Equal(default, PickleLineEnds.Inspect([]));
        Assert.Equal(default, PickleLineEnds.Inspect("K\u0001.\r"u8));
        Assert.Equal(default, PickleLineEnds.Inspect("\nI1\r\n"u8));
        Assert.Equal(new PickleLineEnds(true, true), PickleLineEnds.Inspect("I1\r\n."u8));
        Assert.Equal(new PickleLineEnds(true, false), PickleLineEnds.Inspect("K\u0001\r\n."u8));
    }

    private static object? Read(string pickle) => PickleReader.Read(Encoding.Latin1.GetBytes(pickle), "`test`");
}
