using System.Security.Cryptography;

namespace AttnGan.Training.Formats;

/// <summary>SHA-256 of files, for reports.</summary>
internal static class FileChecksum
{
    /// <exception cref="AttnGanException">The file cannot be read.</exception>
    public static string Of(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"Cannot read `{path}`: {error.Message}", error);
        }
    }
}
