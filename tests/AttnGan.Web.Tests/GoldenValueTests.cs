using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Models;
using AttnGan.Text;

namespace AttnGan.Web.Tests;

/// <summary>
/// Keeps <c>JavaScript/golden.json</c> up to date: the library's values, which the JavaScript tests expect of the page. The
/// environment variable ATTNGAN_WRITE_GOLDEN=1 rewrites the file.
/// </summary>
public sealed class GoldenValueTests
{
    // Letters of scripts with combining marks, in ranges that early versions of Unicode assign completely.
    private static readonly char[][] s_letters =
    [
        ['a', '\u052F'], ['\u0621', '\u06D5'], ['\u0904', '\u0939'], ['\u0B85', '\u0BB9'], ['\u1000', '\u1027'], ['\u1B05', '\u1B4B'],
        ['\u1E00', '\u1FFC'], ['\u3041', '\u3096'], ['\u30A1', '\u30FE'],
    ];

    private const string Marks =
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030A\u030B\u030C\u030F\u0311\u0313\u0314\u031B\u0323\u0324\u0325\u0326" +
        "\u0327\u0328\u032D\u032E\u0330\u0331\u0342\u0345\u0653\u0654\u0655\u093C\u0BD7\u102E\u1B35\u3099\u309A\u0305\u0316";

    private static readonly string[] s_captions =
    [
        "", " ", "a red heart", "A  RED,heart!", "blue-green bird's eye", "l'oiseau", "3 apples and 1½ pears",
        "snake_case word", "cafe\u0301", "café", "CAFE\u0301 NAI\u0308VE", "e\u0323\u0302 and e\u0302\u0323",
        "Ｗｉｄｅ　Ｔｅｘｔ", "ΣΊΣΥΦΟΣ ςσΣ", "İstanbul IĞDIR ıi", "Straße STRASSE ẞ",
        "ὈΔΥΣΣΕΎΣ ᾼ", "猫と犬", "黒い猫 black 猫", "ばば\u3099は\u309A", "ｶﾞﾊﾟ", "빨간 하트",
        "\u1112\u1161\u11ab\u1100\u1173\u11af", "\uD55C\u11AF", "ภาษาไทย", "မြန်မာ",
        "ភាសាខ្មែរ", "red\u00ADheart", "red\u200Dheart\u200B x", "👍🏽 thumbs up",
        "👩‍👩‍👧 family", "a\u0301\u0301", "\u0301a", "x\u20DDy", "𝐁old 𐐀deseret", "\uD83Dx", "x\uDC4D y",
        "Ⅷ ⅷ ①②", "café_bar Ünï", "naïve-œuvre", "ǅ ǆ Ǆ", "नमस्ते क\u093C", "قرآن ا\u0653",
        "a\tb\nc", "1.5 x 10^3", "don’t", "ŉ ŀ", "Å Å K", "<b>bold</b> & \"quoted\"", "\u0130\u0307 i\u0307",
        "ﬁ ligature", "𠀀𠀁 han",
    ];

    private static readonly string[] s_misspelled =
    [
        "hart", "haert", "hearts", "rd", "redd", "grene", "stra", "yelow", "x", "", "qqqqqq", "backgruond", "smilling", "aple",
        "cirlce", "birds", "purpel", "flwoer", "eyse", "zebraa", "arow", "clok", "lite", "bleu", "orang",
    ];

    private static readonly Dictionary<string, string> s_readings = new() { ["puppy"] = "dog", ["pup"] = "dog", ["lorry"] = "truck" };

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.Default };

    [Fact]
    public void Golden_values_are_those_of_the_library()
    {
        string path = Path.Combine(Repository.Root, "tests/AttnGan.Web.Tests/JavaScript/golden.json");
        string computed = Compute();
        if (Environment.GetEnvironmentVariable("ATTNGAN_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(path, computed);
        }

        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == computed,
            $"`{path}` differs from the library's values. If that is intended, run this test with ATTNGAN_WRITE_GOLDEN=1 and commit it.");
    }

    private static string Compute()
    {
        Vocabulary vocabulary = ModelPackage.Open(Repository.BundledModel).Vocabulary;
        var parts = new Dictionary<string, IEnumerable<object>>
        {
            ["noise"] = Noise(),
            ["styles"] = Styles(),
            ["captions"] = s_captions.SelectMany(caption => Enum.GetValues<TokenizerMode>().Select(mode =>
                new { Mode = mode.ToString(), Caption = caption, Words = new CaptionTokenizer(mode).Tokenize(caption) })),
            ["compositions"] = Marks.Select(mark => new { Mark = mark, Letters = s_letters, Checksum = Checksum(mark) }),
            ["nearest"] = s_misspelled.Select(word => new { Word = word, Suggestions = vocabulary.Nearest(word) }),
            ["encoded"] = Encoded(vocabulary),
        };
        // One value per line, for readable diffs.
        var text = new StringBuilder("{\n");
        foreach ((string name, IEnumerable<object> values) in parts)
        {
            string lines = string.Join(",\n", values.Select(value => JsonSerializer.Serialize(value, s_json)));
            text.Append($"\"{name}\": [\n{lines}\n],\n");
        }

        text.Append($"\"readings\": {JsonSerializer.Serialize(new WordReadings(s_readings, vocabulary).ByKnownWord(), s_json)},\n");
        text.Append($"\"heatMap\": {JsonSerializer.Serialize(HeatMapOf(), s_json)},\n");
        return text.Append($"\"vocabulary\": {JsonSerializer.Serialize(vocabulary.Words, s_json)}\n}}\n").ToString();
    }

    private static IEnumerable<object> Noise()
    {
        foreach (long seed in (long[])[0, 1, 42, -1, 2147483646, 9007199254740991, long.MinValue])
        {
            foreach (double truncation in (double[])[double.PositiveInfinity, 0.25, 0.8, 2, 9])
            {
                foreach (int stream in (int[])[SeededNoise.LatentStream, SeededNoise.ConditioningStream])
                {
                    float[] values = new float[40];
                    SeededNoise.FillTruncated(seed, stream, truncation, values);
                    yield return new
                    {
                        Seed = seed.ToString(),
                        Stream = stream,
                        Truncation = double.IsInfinity(truncation) ? (double?)null : truncation,
                        Bits = values.Select(BitConverter.SingleToUInt32Bits),
                    };
                }
            }
        }
    }

    private static IEnumerable<object> Styles()
    {
        foreach (long seed in (long[])[0, 1, 2, 3, 42, -1, 2147483646, 9007199254740991, long.MinValue])
        {
            foreach (int styles in (int[])[1, 3, 7])
            {
                yield return new
                {
                    Seed = seed.ToString(),
                    Styles = styles,
                    Style = LatentNoise.StyleOf(seed, styles),
                    Bits = LatentNoise.Of(seed, 3, styles).Select(BitConverter.SingleToUInt32Bits),
                };
            }
        }
    }

    private static string Checksum(char mark)
    {
        IEnumerable<string> letters = s_letters
            .SelectMany(range => Enumerable.Range(range[0], range[1] - range[0] + 1))
            .Select(letter => $"{(char)letter}{mark}");
        string words = string.Join(' ', new CaptionTokenizer(TokenizerMode.Unicode).Tokenize(string.Join(' ', letters)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(words)));
    }

    private static IEnumerable<object> Encoded(Vocabulary vocabulary)
    {
        foreach ((string caption, int maxWords) in new[]
        {
            ("a red heart", 16), ("A red zzz Heart zzz yyy", 16), ("a red heart on a white background", 3), ("<end> zzz", 16), ("", 4),
            ("a Puppy, a pup, a puppy and a zzz lorry", 16), ("a puppy lorry", 2),
        })
        {
            var readings = new WordReadings(s_readings, vocabulary);
            EncodedCaption encoded =
                new CaptionEncoder(new CaptionTokenizer(TokenizerMode.Unicode), vocabulary, maxWords, readings).Encode(caption);
            yield return new
            {
                Caption = caption,
                MaxWords = maxWords,
                encoded.Ids,
                encoded.Words,
                encoded.Readings,
                Unknown = encoded.UnknownWords,
                encoded.Truncated,
            };
        }
    }

    private static object HeatMapOf()
    {
        const int Size = 12, Side = 6;
        var image = new RgbImage(Size, Size);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(i * 37);
        }

        byte[] map = [.. Enumerable.Range(0, Side * Side).Select(i => (byte)(i * i * 29))];
        map[17] = byte.MaxValue;
        var attention = new StageAttention(2, Side, ["word"], map.Select(weight => weight / 255f).ToArray());
        return new
        {
            Size,
            Image = image.Pixels.Select(value => (int)value),
            Map = map.Select(value => (int)value),
            Overlay = HeatMap.Overlay(image, attention, 0).Pixels.Select(value => (int)value),
        };
    }
}
