using System.Collections.Frozen;
using System.Text;

namespace AttnGan.Text;

/// <summary>
/// Composes a letter and the combining marks that follow it into a single character if Unicode has one ("e" + U+0301 to "é").
/// </summary>
/// <remarks>
/// <see cref="string.Normalize()"/> does nothing in programs without ICU, and this project runs without it so that captions have the same
/// meaning on every machine. The table is Unicode's canonical composition for lower-case letters of the Basic Multilingual Plane; Hangul
/// is computed. Marks are not reordered.
/// </remarks>
internal static class CanonicalComposition
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28;

    // A mark, the letters that it combines with, and the compositions.
    private static readonly (char Mark, string Letters, string Composed)[] s_table =
    [
        ('\u0300', "aeiouünеиēōwâăêôơưyἀἁἐἑἠἡἰἱὀὁὐὑὠὡαεηιουωϊϋ", "àèìòùǜǹѐѝḕṑẁầằềồờừỳἂἃἒἓἢἣἲἳὂὃὒὓὢὣὰὲὴὶὸὺὼῒῢ"),
        ('\u0301', "aeiouyclnrszügåæøϊαεηιϋουωϒгкçēïkmõōpũwâăêôơưἀἁἐἑἠἡἰἱὀὁὐὑὠὡ",
            "áéíóúýćĺńŕśźǘǵǻǽǿΐάέήίΰόύώϓѓќḉḗḯḱḿṍṓṕṹẃấắếốớứἄἅἔἕἤἥἴἵὄὅὔὕὤὥ"),
        ('\u0302', "aeioucghjswyzạẹọ", "âêîôûĉĝĥĵŝŵŷẑậệộ"),
        ('\u0303', "anoiuvâăeêôơưy", "ãñõĩũṽẫẵẽễỗỡữỹ"),
        ('\u0304', "aeiouüäȧæǫöõȯyиуgḷṛαιυ", "āēīōūǖǟǡǣǭȫȭȱȳӣӯḡḹṝᾱῑῡ"),
        ('\u0306', "aegiouиужаеȩạαιυ", "ăĕğĭŏŭйўӂӑӗḝặᾰῐῠ"),
        ('\u0307', "cegzaobdfhmnprsśšṣtwxyſ", "ċėġżȧȯḃḋḟḣṁṅṗṙṡṥṧṩṫẇẋẏẛ"),
        ('\u0308', "aeiouyιυϒеіаәжзиоөэучыhõūwxt", "äëïöüÿϊϋϔёїӓӛӝӟӥӧӫӭӱӵӹḧṏṻẅẍẗ"),
        ('\u0309', "aâăeêioôơuưy", "ảẩẳẻểỉỏổởủửỷ"),
        ('\u030A', "auwy", "åůẘẙ"),
        ('\u030B', "ouу", "őűӳ"),
        ('\u030C', "cdelnrstzaiouügk\u0292jh", "čďěľňřšťžǎǐǒǔǚǧǩǯǰȟ"),
        ('\u030F', "aeioruѵ", "ȁȅȉȍȑȕѷ"),
        ('\u0311', "aeioru", "ȃȇȋȏȓȗ"),
        ('\u0313', "αεηιουωρ", "ἀἐἠἰὀὐὠῤ"),
        ('\u0314', "αεηιουωρ", "ἁἑἡἱὁὑὡῥ"),
        ('\u031B', "ou", "ơư"),
        ('\u0323', "bdhklmnrstvwzaeioơuưy", "ḅḍḥḳḷṃṇṛṣṭṿẉẓạẹịọợụựỵ"),
        ('\u0324', "u", "ṳ"),
        ('\u0325', "a", "ḁ"),
        ('\u0326', "st", "șț"),
        ('\u0327', "cgklnrstedh", "çģķļņŗşţȩḑḩ"),
        ('\u0328', "aeiuo", "ąęįųǫ"),
        ('\u032D', "delntu", "ḓḙḽṋṱṷ"),
        ('\u032E', "h", "ḫ"),
        ('\u0330', "eiu", "ḛḭṵ"),
        ('\u0331', "bdklnrtzh", "ḇḏḵḻṉṟṯẕẖ"),
        ('\u0342', "ἀἁἠἡἰἱὐὑὠὡαηιϊυϋω", "ἆἇἦἧἶἷὖὗὦὧᾶῆῖῗῦῧῶ"),
        ('\u0345', "ἀἁἂἃἄἅἆἇἠἡἢἣἤἥἦἧὠὡὢὣὤὥὦὧὰαάᾶὴηήῆὼωώῶ", "ᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾲᾳᾴᾷῂῃῄῇῲῳῴῷ"),
        ('\u0653', "\u0627", "\u0622"),
        ('\u0654', "\u0627\u0648\u064A\u06D5\u06C1\u06D2", "\u0623\u0624\u0626\u06C0\u06C2\u06D3"),
        ('\u0655', "\u0627", "\u0625"),
        ('\u093C', "\u0928\u0930\u0933", "\u0929\u0931\u0934"),
        ('\u0BD7', "\u0B92", "\u0B94"),
        ('\u102E', "\u1025", "\u1026"),
        ('\u1B35', "\u1B05\u1B07\u1B09\u1B0B\u1B0D\u1B11", "\u1B06\u1B08\u1B0A\u1B0C\u1B0E\u1B12"),
        ('\u3099', "かきくけこさしすせそたちつてとはひふへほうゝカキクケコサシスセソタチツテトハヒフヘホウワヰヱヲヽ", "がぎぐげござじずぜぞだぢづでどばびぶべぼゔゞガギグゲゴザジズゼゾダヂヅデドバビブベボヴヷヸヹヺヾ"),
        ('\u309A', "はひふへほハヒフヘホ", "ぱぴぷぺぽパピプペポ"),
    ];

    private static readonly FrozenDictionary<(char Letter, char Mark), char> s_pairs = s_table
        .SelectMany(row => row.Letters.Zip(row.Composed, (letter, composed) => KeyValuePair.Create((letter, row.Mark), composed)))
        .ToFrozenDictionary();

    /// <summary>Composes lower-case text.</summary>
    public static string Apply(string text)
    {
        if (System.Text.Ascii.IsValid(text))
        {
            return text;
        }

        var composed = new StringBuilder(text.Length);
        foreach (char next in text)
        {
            if (composed.Length > 0 && TryCompose(composed[^1], next, out char combined))
            {
                composed[^1] = combined;
            }
            else
            {
                composed.Append(next);
            }
        }

        return composed.ToString();
    }

    private static bool TryCompose(char first, char second, out char composed)
    {
        if (s_pairs.TryGetValue((first, second), out composed))
        {
            return true;
        }

        if (first - LeadBase is >= 0 and < LeadCount && second - VowelBase is >= 0 and < VowelCount)
        {
            composed = (char)(HangulBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TailCount));
            return true;
        }

        if (first - HangulBase is >= 0 and < LeadCount * VowelCount * TailCount
            && (first - HangulBase) % TailCount == 0
            && second - TailBase is > 0 and < TailCount)
        {
            composed = (char)(first + second - TailBase);
            return true;
        }

        return false;
    }
}
