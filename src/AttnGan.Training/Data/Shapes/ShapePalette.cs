using AttnGan.Imaging;

namespace AttnGan.Training.Data.Shapes;

/// <summary>The colors of shape scenes: the eleven basic color terms of English (Berlin and Kay, 1969).</summary>
internal static class ShapePalette
{
    private static readonly Dictionary<string, RgbColor> s_colors = new()
    {
        ["red"] = new(0xd6, 0x22, 0x2a),
        ["orange"] = new(0xf5, 0x85, 0x14),
        ["yellow"] = new(0xfb, 0xd6, 0x1e),
        ["green"] = new(0x2f, 0x9e, 0x44),
        ["blue"] = new(0x1f, 0x6f, 0xe0),
        ["purple"] = new(0x8a, 0x3a, 0xc4),
        ["pink"] = new(0xf7, 0x8f, 0xc0),
        ["brown"] = new(0x83, 0x4a, 0x1e),
        ["black"] = new(0x14, 0x14, 0x16),
        ["gray"] = new(0x88, 0x88, 0x8c),
        ["white"] = new(0xfa, 0xfa, 0xfa),
    };

    /// <summary>The colors of objects.</summary>
    public static IReadOnlyList<string> Colors { get; } = [.. s_colors.Keys];

    /// <summary>The colors of backgrounds.</summary>
    public static IReadOnlyList<string> Backgrounds { get; } = ["white", "black", "yellow", "green", "blue", "pink"];

    /// <summary>The RGB value of a color.</summary>
    public static RgbColor Of(string color) => s_colors[color];

    /// <summary>The second tone of a texture: halfway to white for the darkest colors, halfway to black for all others.</summary>
    public static RgbColor SecondToneOf(string color)
    {
        RgbColor first = Of(color);
        int target = color is "black" or "brown" ? 255 : 0;
        return new RgbColor(Mix(first.R), Mix(first.G), Mix(first.B));

        byte Mix(byte value) => (byte)((value + target + 1) / 2);
    }
}
