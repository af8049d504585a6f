using System.Globalization;
using System.Text;
using AttnGan.Generation;

namespace AttnGan.Server.Images;

/// <summary>The headers that tell of an image what JSON would.</summary>
internal static class ImageResponseHeaders
{
    public const string Seed = "X-Seed";
    public const string Model = "X-Model";

    /// <summary>A model is named by its file, which can have any letters; a header cannot.</summary>
    public static string OfModel(string name) => Uri.EscapeDataString(name);
}

/// <summary>An image as a file of its own.</summary>
internal sealed class ImageResult(byte[] file, string mediaType, long seed, string model) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.ContentType = mediaType;
        response.ContentLength = file.Length;
        response.Headers[ImageResponseHeaders.Seed] = seed.ToString(CultureInfo.InvariantCulture);
        response.Headers[ImageResponseHeaders.Model] = ImageResponseHeaders.OfModel(model);
        return response.Body.WriteAsync(file, httpContext.RequestAborted).AsTask();
    }
}

/// <summary>Images as the parts of one message (RFC 2046), each with the headers that an image alone has.</summary>
internal sealed class MultipartResult(IReadOnlyList<GeneratedImage> images, string mediaType, string model) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        // No file has it but by chance: 122 random bits.
        string boundary = Guid.NewGuid().ToString("N");
        httpContext.Response.ContentType = $"{Representation.Multipart}; boundary={boundary}";
        Stream body = httpContext.Response.Body;
        CancellationToken aborted = httpContext.RequestAborted;
        for (int i = 0; i < images.Count; i++)
        {
            byte[] file = ResponseImageFormat.Encode(images[i].Image, mediaType, images[i].Metadata);
            await body.WriteAsync(
                Encoding.ASCII.GetBytes(string.Create(
                    CultureInfo.InvariantCulture,
                    $"--{boundary}\r\nContent-Type: {mediaType}\r\nContent-Length: {file.Length}\r\n" +
                    $"Content-Disposition: attachment; filename=\"{i + 1}.{mediaType["image/".Length..]}\"\r\n" +
                    $"{ImageResponseHeaders.Seed}: {images[i].Seed}\r\n{ImageResponseHeaders.Model}: {ImageResponseHeaders.OfModel(model)}\r\n\r\n")),
                aborted);
            await body.WriteAsync(file, aborted);
            await body.WriteAsync("\r\n"u8.ToArray(), aborted);
        }

        await body.WriteAsync(Encoding.ASCII.GetBytes($"--{boundary}--\r\n"), aborted);
    }
}
