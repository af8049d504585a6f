using System.Text;

namespace AttnGan.Training.Formats.Safetensors;

/// <summary>
/// A SHA-256 of the whole file, kept in the file's own metadata: it is taken with 64 zeros in the digest's place, so it covers the
/// header too (step, configuration, shapes) and not the weights alone.
/// </summary>
internal static class SafetensorsChecksum
{
    /// <summary>What stands in the digest's place while it is computed.</summary>
    public static string Unset { get; } = new('0', 64);

    /// <summary>Position of the digest in the file's first bytes; -1 if it is not written as expected.</summary>
    /// <remarks>Quotes within other texts are escaped in JSON, so the first match is the entry itself.</remarks>
    public static int DigestOffset(ReadOnlySpan<byte> header, string key, string digest)
    {
        string lead = $"\"{key}\":\"";
        int index = header.IndexOf(Encoding.UTF8.GetBytes($"{lead}{digest}\""));
        return index < 0 ? -1 : index + lead.Length;
    }
}
