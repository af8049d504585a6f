using System.Globalization;

namespace AttnGan.Server.Images;

/// <summary>A response of one image file.</summary>
internal sealed class ImageResult(byte[] file, string mediaType, long seed, string model) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.ContentType = mediaType;
        response.ContentLength = file.Length;
        response.Headers[ImageResponseHeaders.Seed] = seed.ToString(CultureInfo.InvariantCulture);
        response.Headers[ImageResponseHeaders.Model] = ImageResponseHeaders.EncodeModel(model);
        return response.Body.WriteAsync(file, httpContext.RequestAborted).AsTask();
    }
}
