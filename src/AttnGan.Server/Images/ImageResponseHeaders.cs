namespace AttnGan.Server.Images;

/// <summary>The headers of image responses; JSON responses have the same values as members.</summary>
internal static class ImageResponseHeaders
{
    public const string Seed = "X-Seed";
    public const string Model = "X-Model";

    /// <summary>Percent-encodes a model name, which may contain characters that headers cannot.</summary>
    public static string EncodeModel(string name) => Uri.EscapeDataString(name);
}
