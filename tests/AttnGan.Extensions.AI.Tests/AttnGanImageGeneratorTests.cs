using System.Diagnostics;
using System.Drawing;
using System.Text.Json;
using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Tests.Models;
using AttnGan.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AttnGan.Extensions.AI.Tests;

/// <summary>The model in the process of the application.</summary>
public sealed class AttnGanImageGeneratorTests : ImageGeneratorTests, IDisposable
{
    private readonly ServiceProvider _services;

    public AttnGanImageGeneratorTests()
    {
        var services = new ServiceCollection();
        services.AddAttnGan(Repository.BundledModel, new PipelineOptions { Threads = 1 });
        _services = services.BuildServiceProvider();
    }

    protected override IImageGenerator Generator => _services.GetRequiredService<IImageGenerator>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Seed_truncation_and_attention_are_additional_properties()
    {
        var options = new ImageGenerationOptions
        {
            Count = 2,
            AdditionalProperties = new()
            {
                [AttnGanImageProperties.Seed] = 7,
                [AttnGanImageProperties.Truncation] = 0.5,
                [AttnGanImageProperties.Attention] = true,
            },
        };

        ImageGenerationResponse response = await Generator.GenerateImagesAsync("a red hart", options, Cancellation);

        GeneratedImage[] expected =
        [
            .. Pipeline.Generate(
                [new GenerationRequest("a red hart", 7), new GenerationRequest("a red hart", 8)],
                new GenerationOptions { Truncation = 0.5, Attention = true },
                Cancellation),
        ];
        Assert.Equal(2, Assert.IsAssignableFrom<IReadOnlyList<GeneratedImage>>(response.RawRepresentation).Count);
        foreach ((AIContent image, GeneratedImage generated) in response.Contents.Zip(expected))
        {
            AdditionalPropertiesDictionary properties = image.AdditionalProperties!;
            Assert.Equal(generated.Seed, properties[AttnGanImageProperties.Seed]);
            Assert.Equal(["a", "red"], Assert.IsAssignableFrom<IReadOnlyList<string>>(properties[AttnGanImageProperties.Words]));
            Assert.Equal(["hart"], Assert.IsAssignableFrom<IReadOnlyList<string>>(properties[AttnGanImageProperties.UnknownWords]));
            Assert.Equal(new Size(128, 128), properties[AttnGanImageProperties.GeneratedSize]);
            IReadOnlyList<StageAttention> attention =
                Assert.IsAssignableFrom<IReadOnlyList<StageAttention>>(properties[AttnGanImageProperties.Attention]);
            Assert.Equal(generated.Attention[^1].Weights.ToArray(), attention[^1].Weights.ToArray());
            Assert.Equal(generated.Image.Pixels, Assert.IsType<GeneratedImage>(image.RawRepresentation).Image.Pixels);
        }
    }

    [Theory]
    [InlineData(false, new[] { "a", "dog" }, new[] { "puppy, read as dog" }, new string[0])]
    [InlineData(true, new[] { "a" }, new string[0], new[] { "puppy" })]
    public async Task Images_say_how_unknown_words_were_read(bool strict, string[] words, string[] readings, string[] unknown)
    {
        var options = new ImageGenerationOptions { AdditionalProperties = new() { [AttnGanImageProperties.StrictWords] = strict } };

        DataContent image = OnlyImage(await Generator.GenerateImagesAsync("a puppy", options, Cancellation));

        AdditionalPropertiesDictionary properties = image.AdditionalProperties!;
        Assert.Equal(words, Assert.IsAssignableFrom<IReadOnlyList<string>>(properties[AttnGanImageProperties.Words]));
        Assert.Equal(
            readings,
            Assert.IsAssignableFrom<IReadOnlyList<WordReading>>(properties[AttnGanImageProperties.Readings])
                .Select(reading => reading.ToString()));
        Assert.Equal(unknown, Assert.IsAssignableFrom<IReadOnlyList<string>>(properties[AttnGanImageProperties.UnknownWords]));
    }

    [Fact]
    public async Task Additional_properties_that_were_json_are_read()
    {
        var options = new ImageGenerationOptions { AdditionalProperties = [] };
        foreach (JsonProperty member in JsonDocument.Parse("""{ "seed": 7, "truncation": 0.5, "attention": true }""").RootElement
            .EnumerateObject())
        {
            options.AdditionalProperties[member.Name] = member.Value;
        }

        DataContent image = OnlyImage(await Generator.GenerateImagesAsync("a star", options, Cancellation));

        GeneratedImage generated = Assert.IsType<GeneratedImage>(image.RawRepresentation);
        Assert.Equal((7, 0.5, 2), (generated.Seed, generated.Metadata.Truncation ?? 0, generated.Attention.Count));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("crayon", false)]
    [InlineData("crayon", true)]
    public async Task The_style_is_an_additional_property_of_options_and_images(string? style, bool isJson)
    {
        using var pipeline = TextToImagePipeline.Load(new MemoryStream(StyledModel.File));
        using IImageGenerator generator = pipeline.AsIImageGenerator();
        var options = new ImageGenerationOptions { AdditionalProperties = new() { [AttnGanImageProperties.Seed] = 7 } };
        if (style is not null)
        {
            options.AdditionalProperties[AttnGanImageProperties.Style] = isJson ? JsonSerializer.SerializeToElement(style) : style;
        }

        DataContent image = OnlyImage(await generator.GenerateImagesAsync("a star", options, Cancellation));

        GeneratedImage expected = pipeline.Generate("a star", new GenerationOptions { Seed = 7, Style = style }, Cancellation);
        Assert.Equal(expected.Style, image.AdditionalProperties![AttnGanImageProperties.Style]);
        Assert.Equal(expected.Image.Pixels, Assert.IsType<GeneratedImage>(image.RawRepresentation).Image.Pixels);
        using var plain = TextToImagePipeline.Load(new MemoryStream(PlainModel.File));
        using IImageGenerator withoutStyles = plain.AsIImageGenerator();
        image = OnlyImage(await withoutStyles.GenerateImagesAsync("a star", cancellationToken: Cancellation));
        Assert.False(image.AdditionalProperties!.ContainsKey(AttnGanImageProperties.Style));
    }

    [Fact]
    public async Task A_size_below_that_of_the_model_generates_an_earlier_stage()
    {
        var options = new ImageGenerationOptions { ImageSize = new Size(48, 100) };

        DataContent image = OnlyImage(await Generator.GenerateImagesAsync("a star", options, Cancellation));

        Assert.Equal(new Size(64, 64), image.AdditionalProperties![AttnGanImageProperties.GeneratedSize]);
    }

    [Fact]
    public async Task Progress_is_reported_after_each_image()
    {
        var reports = new Reports();
        var options = new ImageGenerationOptions
        {
            Count = 3,
            AdditionalProperties = new() { [AttnGanImageProperties.Progress] = reports },
        };

        await Generator.GenerateImagesAsync("a star", options, Cancellation);

        Assert.Equal([new(1, 3), new(2, 3), new(3, 3)], reports.Received);
    }

    [Fact]
    public async Task Cancellation_ends_a_running_request()
    {
        using var cancellation = new CancellationTokenSource();
        var reports = new Reports { OnReport = cancellation.Cancel };
        var options = new ImageGenerationOptions
        {
            Count = 1000,
            AdditionalProperties = new() { [AttnGanImageProperties.Progress] = reports },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Generator.GenerateImagesAsync("a star", options, cancellation.Token));

        Assert.InRange(reports.Received.Count, 1, 100);
    }

    [Theory]
    [InlineData("seed", "x", "The additional property \"seed\" is x; expected an integer.")]
    [InlineData("seed", 1.5, "is 1.5; expected an integer.")]
    [InlineData("truncation", "low", "expected a number.")]
    [InlineData("truncation", 0, "must be greater than 0")]
    [InlineData("attention", "all", "expected true or false.")]
    [InlineData("style", "ink", "The model has no style 'ink'; use one of twemoji, noto, fluent.")]
    [InlineData("strict_words", 2.5, "expected true or false.")]
    [InlineData("progress", 1, "expected an IProgress<GenerationProgress>.")]
    [InlineData("seed", long.MaxValue, "exceed the range")]
    public Task Invalid_additional_properties_are_refused(string name, object value, string message) =>
        RefusedAsync(message, new ImageGenerationOptions { AdditionalProperties = new() { [name] = value } });

    [Fact]
    public async Task Invalid_options_are_refused()
    {
        await RefusedAsync("The request is for 0 images; expected at least 1.", new ImageGenerationOptions { Count = 0 });
        await RefusedAsync("expected image/png, image/webp or image/jpeg", new ImageGenerationOptions { MediaType = "image/gif" });
        await RefusedAsync("The size of the image is 0x5", new ImageGenerationOptions { ImageSize = new Size(0, 5) });
        await RefusedAsync("expected at most 100000000 pixels", new ImageGenerationOptions { ImageSize = new Size(100_000, 100_000) });
        await RefusedAsync("this generator has \"emoji\"", new ImageGenerationOptions { ModelId = "birds" });
    }

    [Fact]
    public async Task Edits_and_missing_prompts_are_refused()
    {
        var image = new DataContent(new byte[] { 1 }, "image/png");

        Assert.Contains("omit the original images", (await Assert.ThrowsAsync<AttnGanException>(
            () => Generator.EditImageAsync(image, "a star", cancellationToken: Cancellation))).Message);
        Assert.Contains("no prompt", (await Assert.ThrowsAsync<AttnGanException>(
            () => Generator.GenerateAsync(new ImageGenerationRequest(), cancellationToken: Cancellation))).Message);
    }

    [Fact]
    public async Task It_works_under_the_builder_with_logging_open_telemetry_and_options()
    {
        var log = new CollectedLog();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        services.AddAttnGan(Repository.BundledModel);
        services.AddImageGenerator(provider => provider.GetRequiredService<TextToImagePipeline>().AsIImageGenerator())
            .ConfigureOptions(options => (options.AdditionalProperties ??= []).TryAdd(AttnGanImageProperties.Seed, 7))
            .UseLogging()
            .UseOpenTelemetry(sourceName: "AttnGan.Tests");
        await using ServiceProvider provider = services.BuildServiceProvider();
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AttnGan.Tests",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(listener);

        ImageGenerationResponse response =
            await provider.GetRequiredService<IImageGenerator>().GenerateImagesAsync("a star", cancellationToken: Cancellation);

        Assert.Equal(Expected("a star", 7), OnlyImage(response).Data.ToArray());
        Activity activity = Assert.Single(activities);
        Assert.Equal("attngan", activity.GetTagItem("gen_ai.provider.name"));
        Assert.Contains(log.Lines, line => line.Contains("GenerateAsync", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("failed", StringComparison.Ordinal));
    }

    [Fact]
    public void The_pipeline_is_a_service_and_outlives_the_generator()
    {
        TextToImagePipeline pipeline = Generator.GetService<TextToImagePipeline>()!;

        Assert.Same(_services.GetRequiredService<TextToImagePipeline>(), pipeline);
        Generator.Dispose();
        Assert.Equal(128, pipeline.Generate("a star", cancellation: Cancellation).Image.Width);
        Assert.Null(Generator.GetService<TextToImagePipeline>("key"));
        Assert.Null(Generator.GetService<string>());
    }

    private async Task RefusedAsync(string message, ImageGenerationOptions options) => Assert.Contains(
        message,
        (await Assert.ThrowsAsync<AttnGanException>(() => Generator.GenerateImagesAsync("a star", options, Cancellation))).Message);

    private sealed class Reports : IProgress<GenerationProgress>
    {
        public List<GenerationProgress> Received { get; } = [];

        public Action? OnReport { get; init; }

        public void Report(GenerationProgress value)
        {
            Received.Add(value);
            OnReport?.Invoke();
        }
    }

    private sealed class CollectedLog : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
