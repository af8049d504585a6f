using System.Globalization;

namespace AttnGan.Server.Images;

/// <summary>The headers of image responses; JSON responses have the same values as members.</summary>
internal static class ImageResponseHeaders
{
    /// <summary>The names of all headers.</summary>
    public static IReadOnlyList<string> Names { get; } = [Seed, Style, Model];

    private const string Seed = "X-Seed";
    private const string Style = "X-Style";
    private const string Model = "X-Model";

    /// <summary>Returns the headers of an image.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="style">The style; null for none.</param>
    /// <param name="model">The name of the model.</param>
    public static IEnumerable<(string Name, string Value)> Of(long seed, string? style, string model)
    {
        yield return (Seed, seed.ToString(CultureInfo.InvariantCulture));
        if (style is not null)
        {
            yield return (Style, Encode(style));
        }

        yield return (Model, Encode(model));
    }

    /// <summary>Percent-encodes a name, which may contain characters that headers cannot.</summary>
    private static string Encode(string name) => Uri.EscapeDataString(name);
}
