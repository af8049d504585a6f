using System.Globalization;
using System.Text;
using AttnGan.Generation;

namespace AttnGan.Server.Images;

/// <summary>A multipart response (RFC 2046): one part per image, with the headers of <see cref="ImageResult"/>.</summary>
internal sealed class MultipartResult(IReadOnlyList<GeneratedImage> images, string mediaType, string model) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        // 122 random bits: no file contains them, except by chance.
        string boundary = Guid.NewGuid().ToString("N");
        httpContext.Response.ContentType = $"{Representation.Multipart}; boundary={boundary}";
        Stream body = httpContext.Response.Body;
        CancellationToken aborted = httpContext.RequestAborted;
        for (int i = 0; i < images.Count; i++)
        {
            byte[] file = ResponseImageFormat.Encode(images[i].Image, mediaType, images[i].Metadata);
            await body.WriteAsync(Encoding.ASCII.GetBytes($"--{boundary}\r\n{Headers(i, file.Length)}\r\n"), aborted);
            await body.WriteAsync(file, aborted);
            await body.WriteAsync("\r\n"u8.ToArray(), aborted);
        }

        await body.WriteAsync(Encoding.ASCII.GetBytes($"--{boundary}--\r\n"), aborted);
    }

    private string Headers(int index, int length) => string.Create(
        CultureInfo.InvariantCulture,
        $"Content-Type: {mediaType}\r\n" +
        $"Content-Length: {length}\r\n" +
        $"Content-Disposition: attachment; filename=\"{index + 1}.{mediaType["image/".Length..]}\"\r\n") + string.Concat(
            ImageResponseHeaders.Of(images[index].Seed, images[index].Style, model).Select(header => $"{header.Name}: {header.Value}\r\n"));
}
