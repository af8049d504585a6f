using AttnGan.Generation;
using AttnGan.Imaging;

namespace AttnGan.Server.Tests;

/// <summary>A server with the usual settings for tests that leave it as it is, and the model to compare it with.</summary>
public sealed class DefaultServer : IDisposable
{
    private readonly ServerFactory _factory = new();

    public DefaultServer() => Client = _factory.CreateClient();

    public HttpClient Client { get; }

    internal CollectedLog Log => _factory.Log;

    internal TextToImagePipeline Pipeline { get; } = TextToImagePipeline.Load(Repository.BundledModel);

    /// <summary>The file that the library makes of an image.</summary>
    public byte[] File(string caption, long seed, ImageFormat format = ImageFormat.Png)
    {
        GeneratedImage image = Draw(caption, new GenerationOptions { Seed = seed });
        return image.Image.Encode(format, image.Metadata);
    }

    internal GeneratedImage Draw(string caption, GenerationOptions options) =>
        Pipeline.Generate(caption, options, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Client.Dispose();
        _factory.Dispose();
        Pipeline.Dispose();
    }
}
