using System.Text;
using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Tests.Formats.Pickle;

public sealed class PickleTextTests
{
    [Theory]
    [InlineData(@"''", "")]
    [InlineData(@"'\\\'\""'", "\\'\"")]
    [InlineData(@"'\n\r\t\a\b\v\f'", "\n\r\t\a\b\v\f")]
    [InlineData(@"'\x41\xff\x0a'", "A\u00ff\n")]
    [InlineData(@"'\0\7\101\1012\377'", "\0\u0007AA2\u00ff")]
    [InlineData(@"'\7'", "\u0007")]
    [InlineData(@"'\18\1a'", "\u00018\u0001a")]
    [InlineData(@"'it''s'", "it''s")]
    [InlineData("'a\"b'", "a\"b")]
    public void Quotes_and_escapes_of_Python_2_are_removed(string line, string expected) =>
        Assert.Equal(expected, Encoding.Latin1.GetString(PickleText.Unquote(Encoding.Latin1.GetBytes(line))));

    [Theory]
    [InlineData("a\u00e9", "a\u00e9")]
    [InlineData(@"\u0041\u20ac", "A€")]
    [InlineData(@"\U0001f600\U00000041", "\U0001f600A")]
    [InlineData(@"\ud83d\ude00", "\U0001f600")]
    [InlineData(@"\uffff", "\uffff")]
    [InlineData(@"\n\x41", @"\n\x41")]
    [InlineData(@"\\u0041", @"\\u0041")] // an escaped backslash
    [InlineData(@"\\\u0041", @"\\A")]
    [InlineData(@"a\", @"a\")]
    public void Escapes_of_unicode_are_decoded_and_others_kept(string line, string expected) =>
        Assert.Equal(expected, PickleText.RawUnicodeEscape(Encoding.Latin1.GetBytes(line)));

    [Theory]
    [InlineData(@"\u004")]
    [InlineData(@"\u004g")]
    [InlineData(@"\U0001f60")]
    [InlineData(@"\u")]
    [InlineData(@"\u+041")]
    [InlineData(@"\U00110000")]
    [InlineData(@"\U0000d800x\U7fffffff")]
    public void Malformed_escapes_are_rejected(string line) =>
        Assert.Throws<FormatException>(() => PickleText.RawUnicodeEscape(Encoding.Latin1.GetBytes(line)));

    [Fact]
    public void Strings_of_Python_2_are_UTF_8_or_Latin_1()
    {
        Assert.Equal("é", PickleText.Guess([0xc3, 0xa9]));
        Assert.Equal("Ã", PickleText.Guess([0xc3]));
    }
}
