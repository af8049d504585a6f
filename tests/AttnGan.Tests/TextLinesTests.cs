using System.Text;
using CsCheck;

namespace AttnGan.Tests;

public sealed class TextLinesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Lines_are_those_of_the_framework() => Gen.Char["aé\r\n"].Array[0, 60].Sample(
        characters =>
        {
            File.WriteAllText(_file, new string(characters));
            return TextLines.Read(_file, Encoding.UTF8).SequenceEqual(File.ReadLines(_file));
        },
        threads: 1);

    [Fact]
    public void Line_ends_at_the_edge_of_a_buffer_are_found()
    {
        string text = $"{new string('a', (1 << 14) - 1)}\r\n{new string('b', 1 << 15)}\n";
        File.WriteAllText(_file, text);

        Assert.Equal(File.ReadLines(_file), TextLines.Read(_file, Encoding.UTF8));
    }

    [Fact]
    public void A_line_that_is_too_long_is_refused_with_its_number()
    {
        File.WriteAllText(_file, $"first\n{new string('a', TextLines.MaxLength)}\n{new string('a', TextLines.MaxLength + 1)}");
        using IEnumerator<string> lines = TextLines.Read(_file, Encoding.UTF8).GetEnumerator();

        Assert.True(lines.MoveNext());
        Assert.True(lines.MoveNext());
        Assert.Equal(TextLines.MaxLength, lines.Current.Length);
        Assert.Contains("line 3 has more than 1048576", Assert.Throws<InvalidDataException>(() => lines.MoveNext()).Message);
    }
}
