using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AttnGan.Imaging;

/// <summary>An opaque sRGB color.</summary>
/// <param name="R">Red, in [0, 255].</param>
/// <param name="G">Green, in [0, 255].</param>
/// <param name="B">Blue, in [0, 255].</param>
public readonly record struct RgbColor(byte R, byte G, byte B)
{
    /// <summary>#ffffff.</summary>
    public static RgbColor White => new(255, 255, 255);

    /// <summary>#000000.</summary>
    public static RgbColor Black => new(0, 0, 0);

    /// <summary>Parses <c>#rrggbb</c>.</summary>
    /// <exception cref="AttnGanException">The text has another form.</exception>
    public static RgbColor Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out RgbColor color)
            ? color
            : throw new AttnGanException($"'{text}' is not a color; expected #rrggbb, such as #ffffff for white.");
    }

    /// <summary>Parses <c>#rrggbb</c>; returns false for any other text.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RgbColor color)
    {
        color = default;
        if (text is not { Length: 7 } || text[0] != '#'
            || !uint.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
        {
            return false;
        }

        color = new RgbColor((byte)(value >> 16), (byte)(value >> 8), (byte)value);
        return true;
    }

    /// <summary>Returns the color as <c>#rrggbb</c>.</summary>
    public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";
}
