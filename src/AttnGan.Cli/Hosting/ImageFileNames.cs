using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AttnGan.Cli.Hosting;

/// <summary>File names of images: <c>a-red-heart-s42.png</c>. Names are unique per caption.</summary>
internal sealed class ImageFileNames
{
    // File systems allow 255 bytes; seed, stage and extension are appended.
    private const int MaxBytes = 160;

    private readonly string[] _stems;

    public ImageFileNames(IReadOnlyList<string> captions)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        _stems = [.. captions.Select(caption => Unique(Slug(caption), taken))];
    }

    /// <summary>Returns the name of a caption's image, without extension.</summary>
    public string NameOf(int caption, long seed) => string.Create(CultureInfo.InvariantCulture, $"{_stems[caption]}-s{seed}");

    /// <summary>Returns a caption's letters and digits in lower case, joined by hyphens. Long captions are truncated and end in a checksum.</summary>
    public static string Slug(string caption)
    {
        var slug = new StringBuilder();
        foreach (Rune rune in caption.ToLowerInvariant().EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is
                UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            {
                slug.Append(rune);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        string whole = slug.ToString().Trim('-');
        if (Encoding.UTF8.GetByteCount(whole) <= MaxBytes)
        {
            return whole.Length == 0 ? "image" : whole;
        }

        var cut = new StringBuilder();
        int bytes = 0;
        foreach (Rune rune in whole.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes)
            {
                break;
            }

            cut.Append(rune);
        }

        string checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(caption)))[..8];
        return $"{cut.ToString().TrimEnd('-')}-{checksum}";
    }

    private static string Unique(string slug, HashSet<string> taken)
    {
        string stem = slug;
        for (int number = 2; !taken.Add(stem); number++)
        {
            stem = $"{slug}-{number}";
        }

        return stem;
    }
}
