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
    [InlineData("\u0301x !\u0301 y", "x y")] // marks without a letter
    public void Words_are_lower_case_runs_of_letters_and_digits(string caption, string words) =>
        Assert.Equal(words, string.Join(' ', Unicode(caption)));

    [Theory]
    [InlineData("一只红色的鸟", "一 只 红 色 的 鸟")]
    [InlineData("赤い鳥がトリ2羽、いる", "赤 い 鳥 が ト リ 2 羽 い る")]
    [InlineData("コーヒーcup杯", "コ ー ヒ ー cup 杯")]
    [InlineData("𠀀𠀁", "𠀀 𠀁")]
    [InlineData("빨간 새가 있다", "빨간 새가 있다")]
    [InlineData("นกสีแดง", "น ก สี แ ด ง")]
    public void Scripts_without_spaces_are_split_into_characters_and_Korean_into_words(string caption, string words) =>
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
    public void Marks_are_composed_with_their_letters(string caption, string word) => Assert.Equal([word], Unicode(caption));

    [Fact]
    public void An_unpaired_surrogate_separates_words() => Assert.Equal(["a", "b"], Unicode("a\uD800b"));

    // The results of Python: [t.encode("ascii", "ignore").decode() for t in re.findall(r"\w+", caption.lower())], empty ones dropped.
    [Theory]
    [InlineData("This bird's RED-ish head.", "this bird s red ish head")]
    [InlineData("a caf\u00E9 na\u00EFve \u9CE5 end", "a caf nave end")]
    [InlineData("under_score 3.5", "under_score 3 5")]
    [InlineData("a\uFFFD\uFFFDb", "a b")]
    [InlineData("e\u0301x", "e x")]
    [InlineData("\u0130x \u212Aelvin x\u00B2y", "i x kelvin xy")]
    [InlineData("\u9CE5", "")]
    public void Official_mode_splits_like_the_official_code(string caption, string words) =>
        Assert.Equal(words, string.Join(' ', new CaptionTokenizer(TokenizerMode.Official).Tokenize(caption)));

    // The results of Python: caption.lower().split().
    [Theory]
    [InlineData("圆形 的 红色 大号瓷砖", "圆形 的 红色 大号瓷砖")]
    [InlineData("T形 的\u3000A4纸", "t形 的 a4纸")]
    [InlineData("طائر أحمر صغير", "طائر أحمر صغير")]
    [InlineData("एक लाल चिड़िया", "एक लाल चिड़िया")]
    [InlineData(" un pájaro rojo.\t", "un pájaro rojo.")]
    [InlineData("  ", "")]
    public void Spaces_mode_splits_at_white_space_only(string caption, string words) =>
        Assert.Equal(words, string.Join(' ', new CaptionTokenizer(TokenizerMode.Spaces).Tokenize(caption)));

    [Theory]
    [InlineData(TokenizerMode.Unicode)]
    [InlineData(TokenizerMode.Official)]
    [InlineData(TokenizerMode.Spaces)]
    public void Tokenization_is_idempotent(TokenizerMode mode)
    {
        var tokenizer = new CaptionTokenizer(mode);
        Gen.String.Sample(caption =>
        {
            IReadOnlyList<string> words = tokenizer.Tokenize(caption);
            return words.All(word => word.Length > 0) && words.SequenceEqual(tokenizer.Tokenize(string.Join(' ', words)));
        });
    }

    [Fact]
    public void An_unknown_mode_is_rejected() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CaptionTokenizer((TokenizerMode)7));

    private static IReadOnlyList<string> Unicode(string caption) => new CaptionTokenizer(TokenizerMode.Unicode).Tokenize(caption);
}
