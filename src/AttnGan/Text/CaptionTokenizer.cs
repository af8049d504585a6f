using System.Globalization;
using System.Text;

namespace AttnGan.Text;

/// <summary>Splits captions into lower-case words. The result depends only on the caption, not on the culture or the machine.</summary>
/// <remarks>
/// <para>
/// <see cref="TokenizerMode.Unicode"/>: a word is a run of letters and digits with the marks that follow them. Letters and combining
/// marks are composed first as in Unicode's NFC, and full-width Latin becomes ASCII. Apostrophes and hyphens separate words, so that
/// "bird's" contains "bird", "l'oiseau" "oiseau" and "blue-green" both colors. Scripts that are written without spaces (Han, kana,
/// Bopomofo, Thai, Lao, Khmer, Burmese) are split into characters with their marks; Korean has spaces and is split into words.
/// Everything else (punctuation, symbols, emoji, malformed UTF-16) separates words and is dropped; invisible format characters (soft
/// hyphen, joiners) are dropped without separating.
/// </para>
/// <para>
/// <see cref="TokenizerMode.Official"/>: the official code's <c>RegexpTokenizer(r'\w+')</c> on the lower-case caption: runs of letters,
/// digits and underscores, of which only ASCII characters are kept ("café" becomes "caf"); words without any are dropped.
/// </para>
/// <para>
/// <see cref="TokenizerMode.Spaces"/>: runs of anything but white space in the lower-case caption, as Python's
/// <c>caption.lower().split()</c>.
/// </para>
/// </remarks>
public sealed class CaptionTokenizer
{
    /// <summary>Creates a tokenizer.</summary>
    /// <param name="mode">The rules of splitting.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mode is not a value of the enumeration.</exception>
    public CaptionTokenizer(TokenizerMode mode)
    {
        if (!IsMode(mode))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "Not a tokenizer mode.");
        }

        Mode = mode;
    }

    /// <summary>The rules of splitting.</summary>
    public TokenizerMode Mode { get; }

    /// <summary>Splits a caption into words.</summary>
    /// <param name="caption">Any text.</param>
    /// <returns>The words in the order of the caption; empty if it has none.</returns>
    public IReadOnlyList<string> Tokenize(string caption)
    {
        ArgumentNullException.ThrowIfNull(caption);
        return Mode switch
        {
            TokenizerMode.Official => TokenizeOfficial(caption),
            TokenizerMode.Spaces => TokenizeAtSpaces(caption),
            _ => TokenizeUnicode(caption),
        };
    }

    /// <summary>Returns true if the mode is a value of the enumeration.</summary>
    internal static bool IsMode(TokenizerMode mode) =>
        mode is TokenizerMode.Unicode or TokenizerMode.Official or TokenizerMode.Spaces;

    /// <summary>Returns true if a caption can contain the word: the tokenizer leaves it as it is.</summary>
    internal bool CanProduce(string word) => Tokenize(word) is [var only] && only == word;

    private static List<string> TokenizeUnicode(string caption)
    {
        string text = CanonicalComposition.Apply(LowerCase(caption));
        var words = new List<string>();
        var word = new StringBuilder();
        bool afterCharacterWord = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (IsMark(category))
            {
                if (word.Length > 0)
                {
                    word.Append(rune);
                }
            }
            else if (IsLetter(category) && IsWrittenWithoutSpaces(rune.Value))
            {
                Flush(words, word);
                word.Append(rune);
                afterCharacterWord = true;
                continue;
            }
            else if (IsLetter(category) || IsNumber(category))
            {
                if (afterCharacterWord)
                {
                    Flush(words, word);
                }

                word.Append(rune);
                afterCharacterWord = false;
            }
            else if (category != UnicodeCategory.Format)
            {
                Flush(words, word);
                afterCharacterWord = false;
            }
        }

        Flush(words, word);
        return words;
    }

    private static List<string> TokenizeOfficial(string caption)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool inWord = false;
        foreach (Rune rune in LowerCaseAsPython(caption).EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            inWord = rune.Value == '_' || IsLetter(category) || IsNumber(category);
            if (!inWord)
            {
                Flush(words, word);
            }
            else if (rune.IsAscii)
            {
                word.Append(rune);
            }
        }

        Flush(words, word);
        return words;
    }

    private static List<string> TokenizeAtSpaces(string caption)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (Rune rune in LowerCaseAsPython(caption).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                Flush(words, word);
            }
            else
            {
                word.Append(rune);
            }
        }

        Flush(words, word);
        return words;
    }

    /// <summary>Python's lower() turns İ into two characters, the second of which ends a word of <c>\w</c>.</summary>
    private static string LowerCaseAsPython(string caption) =>
        caption.Replace("İ", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();

    private static void Flush(List<string> words, StringBuilder word)
    {
        if (word.Length > 0)
        {
            words.Add(word.ToString());
            word.Clear();
        }
    }

    private static string LowerCase(string caption)
    {
        string lower = caption.ToLowerInvariant();
        return Ascii.IsValid(lower) ? lower : string.Create(lower.Length, lower, static (target, source) =>
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = source[i] switch
                {
                    >= '\uFF01' and <= '\uFF5E' and var wide => (char)(wide - 0xFEE0),
                    'ς' => 'σ', // the final form of the same letter
                    'İ' => 'i',
                    var other => other,
                };
            }
        });
    }

    private static bool IsLetter(UnicodeCategory category) => category <= UnicodeCategory.OtherLetter;

    private static bool IsNumber(UnicodeCategory category) =>
        category is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    private static bool IsMark(UnicodeCategory category) =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static bool IsWrittenWithoutSpaces(int codePoint) => codePoint is
        (>= 0x0E00 and <= 0x0EFF) // Thai, Lao
        or (>= 0x1000 and <= 0x109F) // Burmese
        or (>= 0x1780 and <= 0x17FF) // Khmer
        or (>= 0x2E80 and <= 0x312F) // radicals, 々, 〆, kana, Bopomofo
        or (>= 0x31A0 and <= 0x31BF) // Bopomofo
        or (>= 0x31F0 and <= 0x31FF) // kana
        or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) // Han
        or (>= 0xFF66 and <= 0xFF9F) // half-width kana
        or (>= 0x1B000 and <= 0x1B16F) // kana
        or (>= 0x20000 and <= 0x3FFFF); // Han
}
