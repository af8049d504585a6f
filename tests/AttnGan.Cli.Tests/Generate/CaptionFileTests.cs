using System.Text;
using AttnGan.Cli.Generate;

namespace AttnGan.Cli.Tests.Generate;

public sealed class CaptionFileTests
{
    [Theory]
    [InlineData("a red heart\r\nun pájaro\n\n  \na star", "a red heart|un pájaro|a star")]
    [InlineData("\uFEFFfirst\rsecond\r", "first|second")]
    [InlineData("", "")]
    public void Captions_are_lines(string text, string captions) =>
        Assert.Equal(captions, string.Join('|', Read(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Lines_may_cross_the_end_of_the_buffer()
    {
        string[] lines = [.. Enumerable.Range(0, 300).Select(i => new string((char)('a' + (i % 26)), 100 + i))];
        Assert.Equal(lines, Read(Encoding.UTF8.GetBytes(string.Join("\r\n", lines))));
    }

    [Theory]
    [InlineData("a red caf\u00E9 table\nx")]
    [InlineData("ok\nun p\u00E1jaro")]
    public void A_file_in_another_encoding_is_refused_with_its_line(string text)
    {
        AttnGanException error = Assert.Throws<AttnGanException>(() => Read(Encoding.Latin1.GetBytes(text)));
        int line = text.StartsWith("ok", StringComparison.Ordinal) ? 2 : 1;
        Assert.Equal($"c.txt:{line} is not UTF-8 text; save it as UTF-8.", error.Message);
    }

    [Fact]
    public void A_file_without_line_ends_is_refused_before_it_is_read()
    {
        using var endless = new EndlessStream();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => CaptionFile.Read(endless, "c.txt", 10));
        Assert.Contains("line 1 has more than 1048576 characters", error.Message, StringComparison.Ordinal);
        Assert.True(endless.Position < 1 << 21);
    }

    [Fact]
    public void No_more_captions_than_needed_are_read()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("x\n", 50_000))));
        Assert.InRange(CaptionFile.Read(stream, "c.txt", 5).Count, 5, 20_000);
    }

    private static IReadOnlyList<string> Read(byte[] bytes) => CaptionFile.Read(new MemoryStream(bytes), "c.txt", int.MaxValue);

    private sealed class EndlessStream : MemoryStream
    {
        private long _position;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'x');
            _position += buffer.Length;
            return buffer.Length;
        }
    }
}
