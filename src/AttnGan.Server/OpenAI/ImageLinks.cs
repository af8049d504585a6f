using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AttnGan.Server.Configuration;
using AttnGan.Server.Images;

namespace AttnGan.Server.OpenAI;

/// <summary>
/// Addresses of images: the request itself, encrypted, because a seed generates the same image again. So nothing is stored, every replica
/// with the same API keys serves an address, captions are not readable in the logs of proxies, and nobody without a key can make one up.
/// </summary>
internal sealed class ImageLinks(ServerOptions options, TimeProvider time)
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromHours(1);
    private static readonly int s_nonceSize = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int s_tagSize = AesGcm.TagByteSizes.MaxSize;

    // Without API keys everybody may generate, so that the key then protects nothing.
    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.ApiKey ?? "none"), 32, info: "image links"u8.ToArray());

    /// <summary>Returns the last segment of an address.</summary>
    /// <param name="request">A valid request for one image with a seed.</param>
    public string Create(ImagesRequest request)
    {
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(new Content(
            request.AllCaptions()[0],
            request.Seed!.Value,
            request.Truncation,
            request.Style,
            request.ScaledSize?.Width,
            request.ScaledSize?.Height,
            request.Format,
            request.Model!,
            (time.GetUtcNow() + s_lifetime).ToUnixTimeSeconds()));
        byte[] link = new byte[s_nonceSize + text.Length + s_tagSize];
        RandomNumberGenerator.Fill(link.AsSpan(0, s_nonceSize));
        using var cipher = new AesGcm(_key, s_tagSize);
        cipher.Encrypt(link.AsSpan(0, s_nonceSize), text, link.AsSpan(s_nonceSize, text.Length), link.AsSpan(^s_tagSize..));
        return Base64Url.EncodeToString(link);
    }

    /// <summary>Returns the request of an address; null if the server did not create it, or if it has expired.</summary>
    public ImagesRequest? Read(string link)
    {
        byte[] text;
        try
        {
            byte[] bytes = Base64Url.DecodeFromChars(link);
            if (bytes.Length < s_nonceSize + s_tagSize)
            {
                return null;
            }

            text = new byte[bytes.Length - s_nonceSize - s_tagSize];
            using var cipher = new AesGcm(_key, s_tagSize);
            cipher.Decrypt(bytes.AsSpan(0, s_nonceSize), bytes.AsSpan(s_nonceSize, text.Length), bytes.AsSpan(^s_tagSize..), text);
        }
        catch (Exception error) when (error is FormatException or CryptographicException)
        {
            return null;
        }

        Content content = JsonSerializer.Deserialize<Content>(text)!;
        return time.GetUtcNow().ToUnixTimeSeconds() > content.Expires ? null : new ImagesRequest
        {
            Captions = [content.Caption],
            Seed = content.Seed,
            Truncation = content.Truncation,
            Style = content.Style,
            ScaledSize = content is { Width: { } width, Height: { } height } ? (width, height) : null,
            Format = content.Format,
            Model = content.Model,
        };
    }

    private sealed record Content(
        string Caption,
        long Seed,
        double? Truncation,
        string? Style,
        int? Width,
        int? Height,
        string Format,
        string Model,
        long Expires);
}
