using AttnGan.Text;
using CsCheck;

namespace AttnGan.Tests.Text;

public sealed class CaptionTokenizerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  !? … 🙂 ", "")]
    [InlineData("This small bird has a RED head.", "this small bird has a red head")]
    [InlineData("the bird's blue-green wing, don’t", "the bird s blue green wing don t")]
    [InlineData("3.5 cm wide, no2", "3 5 cm wide no2")]
    [InlineData("Größe ÇA été Ñandú", "größe ça été ñandú")]
    [InlineData("Красная птица", "красная птица")]
    [InlineData("ΜΕΓΑΛΟΣ μεγάλος", "μεγαλοσ μεγάλοσ")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("FULL width７", "full width7")]
    [InlineData("soft\u00ADhyphen می\u200Cخواهم", "softhyphen میخواهم")]
    [InlineData("snake_case", "snake case")]
    public void Words_are_lower_cased_runs_of_letters_and_digits(string caption, string words) =>
        Assert.Equal(words, string.Join(' ', Unicode(caption)));

    [Theory]
    [InlineData("一只红色的鸟", "一 只 红 色 的 鸟")]
    [InlineData("赤い鳥がトリ2羽、いる", "赤 い 鳥 が ト リ 2 羽 い る")]
    [InlineData("コーヒーcup杯", "コ ー ヒ ー cup 杯")]
    [InlineData("𠀀𠀁", "𠀀 𠀁")]
    [InlineData("빨간 새가 있다", "빨간 새가 있다")]
    [InlineData("นกสีแดง", "น ก สี แ ด ง")]
    public void Scripts_without_spaces_are_taken_by_character_and_Korean_by_word(string caption, string words) =>
        Assert.Equal(words, string.Join(' ', Unicode(caption)));

    [Theory]
    [InlineData("cafe\u0301", "café")]
    [InlineData("CAFE\u0301", "café")]
    [InlineData("a\u0323\u0302u", "ậu")]
    [InlineData("и\u0306", "й")]
    [InlineData("か\u3099", "が")]
    [InlineData("\u1112\u1161\u11AB", "한")]
    [InlineData("\u1112\u1161", "하")]
    [InlineData("ω\u0313\u0300", "ὢ")]
    [InlineData("q\u0301x", "q\u0301x")]
    public void Marks_join_their_letters(string caption, string word) => Assert.Equal([word], Unicode(caption));

    [Fact]
    public void A_lone_surrogate_separates() => Assert.Equal(["a", "b"], Unicode("a\uD800b"));

    // What Python gives: [t.encode("ascii", "ignore").decode() for t in re.findall(r"\w+", caption.lower())], empty ones dropped.
    [Theory]
    [InlineData("This bird's RED-ish head.", "this bird s red ish head")]
    [InlineData("a caf\u00E9 na\u00EFve \u9CE5 end", "a caf nave end")]
    [InlineData("under_score 3.5", "under_score 3 5")]
    [InlineData("a\uFFFD\uFFFDb", "a b")]
    [InlineData("e\u0301x", "e x")]
    [InlineData("\u0130x \u212Aelvin x\u00B2y", "i x kelvin xy")]
    [InlineData("\u9CE5", "")]
    public void Official_mode_cuts_as_the_published_code_does(string caption, string words) =>
        Assert.Equal(words, string.Join(' ', new CaptionTokenizer(TokenizerMode.Official).Tokenize(caption)));

    [Theory]
    [InlineData(TokenizerMode.Unicode)]
    [InlineData(TokenizerMode.Official)]
    public void Cutting_words_again_changes_nothing(TokenizerMode mode)
    {
        var tokenizer = new CaptionTokenizer(mode);
        Gen.String.Sample(caption =>
        {
            IReadOnlyList<string> words = tokenizer.Tokenize(caption);
            return words.All(word => word.Length > 0) && words.SequenceEqual(tokenizer.Tokenize(string.Join(' ', words)));
        });
    }

    [Fact]
    public void An_unknown_mode_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CaptionTokenizer((TokenizerMode)7));

    private static IReadOnlyList<string> Unicode(string caption) => new CaptionTokenizer(TokenizerMode.Unicode).Tokenize(caption);
}
