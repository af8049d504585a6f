using System.Drawing;
using AttnGan.Generation;
using AttnGan.Imaging;
using Microsoft.Extensions.AI;

namespace AttnGan.Extensions.AI.Tests;

/// <summary>What an application relies on, whether the model is in its process or on a server.</summary>
public abstract class ImageGeneratorTests
{
    protected abstract IImageGenerator Generator { get; }

    /// <summary>The library, to compare with.</summary>
    protected static TextToImagePipeline Pipeline { get; } = TextToImagePipeline.Load(Repository.BundledModel);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_generates_the_image_of_the_library()
    {
        ImageGenerationResponse response = await Generator.GenerateImagesAsync("a red heart", cancellationToken: Cancellation);

        DataContent image = OnlyImage(response);
        Assert.Equal("image/png", image.MediaType);
        ImageMetadata metadata = Metadata(image);
        Assert.Equal("a red heart", metadata.Caption);
        Assert.Equal(Expected("a red heart", metadata.Seed!.Value), image.Data.ToArray());
    }

    [Fact]
    public async Task Count_size_and_media_type_apply()
    {
        var options = new ImageGenerationOptions { Count = 2, ImageSize = new Size(512, 512), MediaType = "image/webp" };

        ImageGenerationResponse response = await Generator.GenerateImagesAsync("a star", options, Cancellation);

        Assert.Equal(2, response.Contents.Count);
        Assert.All(response.Contents, content =>
        {
            DataContent image = Assert.IsType<DataContent>(content);
            Assert.Equal("RIFF"u8, image.Data.Span[..4]);
            var pixels = RgbImage.Decode(image.Data.Span, RgbColor.White, "image");
            GeneratedImage original = Pipeline.Generate("a star", new GenerationOptions { Seed = Metadata(image).Seed }, Cancellation);
            Assert.Equal(ScaledSize.Fit(512, 512, Pipeline.StageSizes).Apply(original.Image).Pixels, pixels.Pixels);
        });
        Assert.NotEqual(Metadata((DataContent)response.Contents[0]).Seed, Metadata((DataContent)response.Contents[1]).Seed);
    }

    [Fact]
    public async Task A_prompt_without_a_known_word_is_refused_with_suggestions()
    {
        Exception? error = await Record.ExceptionAsync(() => Generator.GenerateImagesAsync("hart", cancellationToken: Cancellation));

        Assert.NotNull(error);
        Assert.Contains("harp, hat, heart", error.Message);
    }

    [Fact]
    public async Task Canceled_requests_end()
    {
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Generator.GenerateImagesAsync("a star", cancellationToken: canceled.Token));
    }

    [Fact]
    public void The_metadata_names_the_model() =>
        Assert.Equal("emoji", Generator.GetService<ImageGeneratorMetadata>()?.DefaultModelId);

    protected static DataContent OnlyImage(ImageGenerationResponse response) =>
        Assert.IsType<DataContent>(Assert.Single(response.Contents));

    protected static byte[] Expected(string caption, long seed)
    {
        GeneratedImage image = Pipeline.Generate(caption, new GenerationOptions { Seed = seed }, Cancellation);
        return image.Image.Encode(ImageFormat.Png, image.Metadata);
    }

    private static ImageMetadata Metadata(DataContent image)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, image.Data.ToArray());
            return ImageMetadata.Read(file)!;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
