using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using AttnGan.Text;
using SkiaSharp;

namespace AttnGan.Imaging;

/// <summary>
/// Draws text on images with an embedded font (Noto Sans: Latin, Greek and Cyrillic), so that no font has to be installed.
/// </summary>
/// <remarks>
/// Other scripts use a system font if SkiaSharp finds one (not on Linux, where its build without dependencies searches none), otherwise
/// the replacement character. Text runs from left to right, character by character, without shaping.
/// </remarks>
internal static class Lettering
{
    private const string Ellipsis = "…";
    private const string RegularName = "NotoSans-Regular.ttf";
    private const string BoldName = "NotoSans-SemiBold.ttf";

    private static readonly Lazy<SKTypeface> s_regular = new(() => LoadFont(RegularName));
    private static readonly Lazy<SKTypeface> s_bold = new(() => LoadFont(BoldName));
    private static readonly ConcurrentDictionary<int, SKTypeface?> s_systemFonts = new();

    /// <summary>Opens the embedded font for other uses; the caller disposes it.</summary>
    public static SKTypeface OpenTypeface(bool bold) => LoadFont(bold ? BoldName : RegularName);

    /// <summary>Returns the width of a line of text in pixels.</summary>
    public static float Measure(string text, TextStyle style)
    {
        float width = 0f;
        foreach ((SKTypeface? typeface, string? run) in Runs(text, style))
        {
            using SKFont font = FontOf(typeface, style);
            width += font.MeasureText(run);
        }

        return width;
    }

    /// <summary>Returns the height of a line in pixels, with room for accents and descenders.</summary>
    public static int LineHeight(TextStyle style)
    {
        (int ascent, int descent) = Extent(style);
        return ascent + descent;
    }

    /// <summary>Returns the text, shortened with an ellipsis if it is wider than a width in pixels.</summary>
    public static string Shorten(string text, float width, TextStyle style)
    {
        if (Measure(text, style) <= width)
        {
            return text;
        }

        string kept = "";
        foreach (Rune rune in text.EnumerateRunes())
        {
            string longer = kept + rune;
            if (Measure(longer + Ellipsis, style) > width)
            {
                break;
            }

            kept = longer;
        }

        return kept.TrimEnd() + Ellipsis;
    }

    /// <summary>
    /// Breaks the text into at most <paramref name="maxLines"/> lines of at most a width in pixels, between words or, if a single word is
    /// wider, inside it. Longer text ends in an ellipsis.
    /// </summary>
    public static IReadOnlyList<string> Wrap(string text, float width, int maxLines, TextStyle style)
    {
        var words = new Stack<string>(Clean(text).Split(' ', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var lines = new List<string>();
        string line = "";
        while (words.Count > 0 && lines.Count < maxLines)
        {
            if (lines.Count == maxLines - 1)
            {
                lines.Add(Shorten(string.Join(' ', words), width, style));
                break;
            }

            line = words.Pop();
            if (Measure(line, style) > width)
            {
                (line, string? rest) = Break(line, width, style);
                if (rest.Length > 0)
                {
                    words.Push(rest);
                }
            }
            else
            {
                while (words.Count > 0 && Measure($"{line} {words.Peek()}", style) <= width)
                {
                    line = $"{line} {words.Pop()}";
                }
            }

            lines.Add(line);
        }

        return lines;
    }

    /// <summary>
    /// Draws a line. Its box has its top left corner at (<paramref name="x"/>, <paramref name="y"/>), the width of
    /// <see cref="Measure"/>, rounded up, and the height of <see cref="LineHeight"/>. Pixels outside the box or the image are not touched.
    /// </summary>
    public static void Draw(RgbImage image, string text, int x, int y, TextStyle style)
    {
        (int ascent, int descent) = Extent(style);
        int left = Math.Max(x, 0);
        int top = Math.Max(y, 0);
        int width = (int)Math.Min(image.Width, x + Math.Ceiling(Measure(text, style))) - left;
        int height = Math.Min(image.Height, y + ascent + descent) - top;
        if (width <= 0 || height <= 0)
        {
            return;
        }

        using var coverage = new SKBitmap(new SKImageInfo(width, height, SKColorType.Alpha8, SKAlphaType.Premul));
        coverage.Erase(SKColors.Transparent);
        using (var canvas = new SKCanvas(coverage))
        using (var paint = new SKPaint { IsAntialias = true })
        {
            float pen = x - left;
            foreach ((SKTypeface? typeface, string? run) in Runs(text, style))
            {
                using SKFont font = FontOf(typeface, style);
                canvas.DrawText(run, pen, y - top + ascent, SKTextAlign.Left, font, paint);
                pen += font.MeasureText(run);
            }
        }

        ApplyCoverage(image, coverage, left, top, style.Color);
    }

    /// <summary>Draws a line centered in a width, shortened to fit.</summary>
    public static void DrawCentered(RgbImage image, string text, int x, int y, int width, TextStyle style)
    {
        string fitting = Shorten(text, width, style);
        Draw(image, fitting, x + (int)((width - Measure(fitting, style)) / 2), y, style);
    }

    private static (string Line, string Remainder) Break(string word, float width, TextStyle style)
    {
        string line = "";
        foreach (Rune rune in word.EnumerateRunes())
        {
            // At least one character per line.
            if (line.Length > 0 && Measure(line + rune, style) > width)
            {
                break;
            }

            line += rune;
        }

        return (line, word[line.Length..]);
    }

    private static void ApplyCoverage(RgbImage image, SKBitmap coverage, int left, int top, RgbColor color)
    {
        Span<byte> alphas = coverage.GetPixelSpan();
        for (int row = 0; row < coverage.Height; row++)
        {
            int to = (((top + row) * image.Width) + left) * 3;
            foreach (byte alpha in alphas.Slice(row * coverage.RowBytes, coverage.Width))
            {
                image.Pixels[to] = Blend(image.Pixels[to], color.R, alpha);
                image.Pixels[to + 1] = Blend(image.Pixels[to + 1], color.G, alpha);
                image.Pixels[to + 2] = Blend(image.Pixels[to + 2], color.B, alpha);
                to += 3;
            }
        }
    }

    private static byte Blend(byte under, byte over, byte alpha) => (byte)(((over * alpha) + (under * (255 - alpha)) + 127) / 255);

    /// <summary>Splits the text into runs, each with a font that has its characters.</summary>
    private static IEnumerable<(SKTypeface Typeface, string Text)> Runs(string text, TextStyle style)
    {
        SKTypeface embedded = (style.Bold ? s_bold : s_regular).Value;
        using SKFont probe = FontOf(embedded, style);
        var run = new StringBuilder();
        SKTypeface current = embedded;
        foreach (Rune rune in Clean(text).EnumerateRunes())
        {
            SKTypeface? substitute = probe.ContainsGlyph(rune.Value)
                ? null
                : s_systemFonts.GetOrAdd(rune.Value, SKFontManager.Default.MatchCharacter);
            SKTypeface typeface = substitute ?? embedded;
            if (run.Length > 0 && typeface != current)
            {
                yield return (current, run.ToString());
                run.Clear();
            }

            current = typeface;
            run.Append((substitute is null && !probe.ContainsGlyph(rune.Value) ? Rune.ReplacementChar : rune).ToString());
        }

        if (run.Length > 0)
        {
            yield return (current, run.ToString());
        }
    }

    /// <summary>Composes letters, replaces white space and control characters by spaces, and removes invisible characters.</summary>
    private static string Clean(string text)
    {
        if (!text.Any(c => c is < ' ' or > '~'))
        {
            return text;
        }

        var cleaned = new StringBuilder(text.Length);
        // Unpaired surrogates become the replacement character.
        foreach (Rune rune in CanonicalComposition.Apply(text).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                cleaned.Append(' ');
            }
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format && rune.Value is not (>= 0xFE00 and <= 0xFE0F))
            {
                cleaned.Append(rune.ToString());
            }
        }

        return cleaned.ToString();
    }

    private static (int Ascent, int Descent) Extent(TextStyle style)
    {
        using SKFont font = FontOf(s_regular.Value, style);
        return ((int)Math.Ceiling(-font.Metrics.Ascent), (int)Math.Ceiling(font.Metrics.Descent));
    }

    // Without hinting, text looks the same on every machine.
    private static SKFont FontOf(SKTypeface typeface, TextStyle style) => new(typeface, style.Size)
    {
        Edging = SKFontEdging.Antialias,
        Hinting = SKFontHinting.None,
        LinearMetrics = true,
        Subpixel = true,
    };

    private static SKTypeface LoadFont(string name)
    {
        using Stream stream = typeof(Lettering).Assembly.GetManifestResourceStream(name)
            ?? throw new AttnGanException($"The library was built without its font {name}; rebuild it from complete sources.");
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data)
            ?? throw new AttnGanException($"The embedded font {name} is damaged; rebuild the library from complete sources.");
    }
}
