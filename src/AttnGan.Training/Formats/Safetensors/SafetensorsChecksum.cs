using System.Text;

namespace AttnGan.Training.Formats.Safetensors;

/// <summary>
/// The SHA-256 of a file, stored in the file's own metadata. It is computed with 64 zeros in place of the digest, so it covers the
/// header (step, configuration, shapes) as well as the weights.
/// </summary>
internal static class SafetensorsChecksum
{
    /// <summary>The placeholder for the digest while it is computed.</summary>
    public static string Unset { get; } = new('0', 64);

    /// <summary>Returns the position of the digest in the header; -1 if it is not there in the expected form.</summary>
    /// <remarks>JSON escapes quotes in other strings, so the first match is the entry itself.</remarks>
    public static int DigestOffset(ReadOnlySpan<byte> header, string key, string digest)
    {
        string lead = $"\"{key}\":\"";
        int index = header.IndexOf(Encoding.UTF8.GetBytes($"{lead}{digest}\""));
        return index < 0 ? -1 : index + lead.Length;
    }
}
