using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using AttnGan.Generation;
using AttnGan.Imaging;
using OpenAI;
using OpenAI.Images;
using OpenAI.Models;
using GeneratedImage = OpenAI.Images.GeneratedImage;

namespace AttnGan.Server.Tests;

/// <summary>OpenAI's .NET client as a client of the server.</summary>
public sealed class OpenAIClientTests(DefaultServer server) : IClassFixture<DefaultServer>
{
    private const string Model = "emoji";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_generates_images_and_reads_their_seeds_from_the_metadata()
    {
        GeneratedImageCollection images = await ImagesOf(server.Client)
            .GenerateImagesAsync("a red heart", 2, options: null, Cancellation);

        Assert.Equal(2, images.Count);
        Assert.All(images, image =>
        {
            byte[] file = image.ImageBytes.ToArray();
            ImageMetadata metadata = ImageMetadata.Read(file, "file")!;
            Assert.Equal("a red heart", metadata.Caption);
            Assert.Equal(server.File("a red heart", metadata.Seed!.Value), file);
            Assert.Equal("a red heart", image.RevisedPrompt);
        });
    }

    [Fact]
    public async Task A_larger_size_is_scaled_from_the_last_stage()
    {
        var options = new ImageGenerationOptions { Size = GeneratedImageSize.W512xH512 };

        GeneratedImage image = await ImagesOf(server.Client).GenerateImageAsync("a red heart", options, Cancellation);

        byte[] file = image.ImageBytes.ToArray();
        var scaled = RgbImage.Decode(file, RgbColor.White, "file");
        Assert.Equal((512, 512), (scaled.Width, scaled.Height));
        AttnGan.Generation.GeneratedImage original =
            server.Generate("a red heart", new GenerationOptions { Seed = ImageMetadata.Read(file, "file")!.Seed });
        Assert.Equal(ScaledSize.Fit(512, 512, [128]).Apply(original.Image).Pixels, scaled.Pixels);
    }

    [Fact]
    public async Task Addresses_have_the_image()
    {
        var options = new ImageGenerationOptions { ResponseFormat = GeneratedImageFormat.Uri };
        GeneratedImage image = await ImagesOf(server.Client).GenerateImageAsync("a star", options, Cancellation);

        byte[] file = await server.Client.GetByteArrayAsync(image.ImageUri, Cancellation);

        Assert.Equal(server.File("a star", ImageMetadata.Read(file, "file")!.Seed!.Value), file);
    }

    [Fact]
    public async Task A_caption_without_a_known_word_is_refused_with_suggestions()
    {
        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(
            () => ImagesOf(server.Client).GenerateImageAsync("hart", options: null, Cancellation));

        Assert.Equal((int)HttpStatusCode.UnprocessableEntity, error.Status);
        Assert.Contains("no_known_word", error.Message);
        Assert.Contains("\"hart\" (similar: harp, hat, heart)", error.Message);
    }

    [Fact]
    public async Task The_key_is_sent_as_bearer()
    {
        await using var factory = new ServerFactory(("api-key", "first, second"));
        using HttpClient client = factory.CreateClient();

        await ImagesOf(client, "second").GenerateImageAsync("a star", options: null, Cancellation);
        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(
            () => ImagesOf(client, "third").GenerateImageAsync("a star", options: null, Cancellation));

        Assert.Equal((int)HttpStatusCode.Unauthorized, error.Status);
        Assert.Contains("invalid_api_key", error.Message);
        Assert.Contains("The API key is missing or invalid", error.Message);
    }

    [Fact]
    public async Task It_tries_again_when_the_queue_was_full()
    {
        using var generator = new HeldGenerator();
        await using var factory = new ServerFactory(
            ("queue-length", "2"), ("max-images", "2"), ("max-frames", "2"), ("max-batch-size", "1"))
        {
            CreateGenerator = generator.Create,
        };
        using HttpClient client = factory.CreateClient();
        Task first = client.PostAsync("/v1/images", """{ "caption": "a star" }""");
        await generator.StartedAsync();
        Task second = client.PostAsync("/v1/images", """{ "caption": "a star", "n": 2 }""");
        await factory.Counters.UntilAsync("attngan.queue.length", 2);

        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(
            () => ImagesOf(client).GenerateImageAsync("a star", options: null, Cancellation));
        Assert.Equal((int)HttpStatusCode.TooManyRequests, error.Status);
        Assert.Contains("queue_full", error.Message);
        // The client waits as long as Retry-After says, at least a second.
        Task<ClientResult<GeneratedImage>> patient =
            ImagesOf(client, retries: 3).GenerateImageAsync("a star", options: null, Cancellation);
        await factory.Counters.UntilAsync("attngan.images.rejected", 2);
        generator.ReleaseAll();

        Assert.Equal("a star", (await patient).Value.RevisedPrompt);
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task It_lists_the_models()
    {
        OpenAIModelClient models = ClientOf(server.Client).GetOpenAIModelClient();

        OpenAIModelCollection all = (await models.GetModelsAsync(Cancellation)).Value;

        Assert.Equal([(Model, "attngan"), ("shapes", "attngan")], all.Select(model => (model.Id, model.OwnedBy)));
        OpenAIModel model = all[0];
        Assert.InRange(model.CreatedAt, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UtcNow);
        Assert.Equal(Model, (await models.GetModelAsync(Model, Cancellation)).Value.Id);
        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(() => models.GetModelAsync("none", Cancellation));
        Assert.Contains("model_not_found", error.Message);
    }

    private static ImageClient ImagesOf(HttpClient http, string key = "none", int retries = 0) =>
        ClientOf(http, key, retries).GetImageClient(Model);

    private static OpenAIClient ClientOf(HttpClient http, string key = "none", int retries = 0) => new(
        new ApiKeyCredential(key),
        new OpenAIClientOptions
        {
            Endpoint = new Uri(http.BaseAddress!, "v1"),
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(retries),
        });
}
