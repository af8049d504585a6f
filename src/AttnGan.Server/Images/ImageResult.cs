namespace AttnGan.Server.Images;

/// <summary>A response of one image file.</summary>
internal sealed class ImageResult(byte[] file, string mediaType, long seed, string? style, string model) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.ContentType = mediaType;
        response.ContentLength = file.Length;
        foreach ((string name, string value) in ImageResponseHeaders.Of(seed, style, model))
        {
            response.Headers[name] = value;
        }

        return response.Body.WriteAsync(file, httpContext.RequestAborted).AsTask();
    }
}
