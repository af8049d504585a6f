using AttnGan.Generation;
using AttnGan.Imaging;

namespace AttnGan.Server.Tests;

/// <summary>A shared server with default settings, and the library's pipeline to compare it with.</summary>
public sealed class DefaultServer : IDisposable
{
    private readonly ServerFactory _factory = new();

    public DefaultServer() => Client = _factory.CreateClient();

    public HttpClient Client { get; }

    internal CollectedLog Log => _factory.Log;

    internal TextToImagePipeline Pipeline { get; } = TextToImagePipeline.Load(Repository.BundledModel);

    /// <summary>Generates and encodes an image with the library.</summary>
    public byte[] File(string caption, long seed, ImageFormat format = ImageFormat.Png)
    {
        GeneratedImage image = Generate(caption, new GenerationOptions { Seed = seed });
        return image.Image.Encode(format, image.Metadata);
    }

    internal GeneratedImage Generate(string caption, GenerationOptions options) =>
        Pipeline.Generate(caption, options, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Client.Dispose();
        _factory.Dispose();
        Pipeline.Dispose();
    }
}
