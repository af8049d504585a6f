using AttnGan.Generation;
using AttnGan.Inference;
using AttnGan.Tests.Models;

namespace AttnGan.Tests.Generation;

public sealed class StylesTests : IDisposable
{
    private const string Heart = "a red heart";

    private readonly TextToImagePipeline _pipeline = Load(InferenceEngine.Fused);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _pipeline.Dispose();

    [Fact]
    public void A_pipeline_names_its_styles()
    {
        Assert.Equal(StyledModel.Styles, _pipeline.Styles);
        Assert.Equal(StyledModel.Styles, _pipeline.Info.Styles);
        Assert.Equal(["twemoji", "noto", "fluent"], EmojiModel.Pipeline.Styles);
        using TextToImagePipeline plain = LoadPlain();
        Assert.Empty(plain.Styles);
    }

    [Fact]
    public void The_seed_chooses_a_style()
    {
        GeneratedImage[] images = Generate(null, [.. Enumerable.Range(0, 20).Select(seed => (long)seed)]);

        Assert.Equal(
            images.Select(image => StyledModel.Styles[LatentNoise.StyleOf(image.Seed, 3)]), images.Select(image => image.Style));
        Assert.Equal(StyledModel.Styles.Order(), images.Select(image => image.Style!).Distinct().Order());
        Assert.All(images, image => Assert.Equal(image.Style, image.Metadata.Style));
        using TextToImagePipeline plain = LoadPlain();
        Assert.Null(plain.Generate(Heart, null, Cancellation).Style);
    }

    [Fact]
    public void A_requested_style_replaces_that_of_the_seed_only()
    {
        GeneratedImage chosen = Generate(null, 7)[0];
        GeneratedImage[] images = [.. StyledModel.Styles.Select(style => Generate(style, 7)[0])];

        Assert.Equal(StyledModel.Styles, images.Select(image => image.Style));
        Assert.All(images, image => Assert.Equal(image.Style == chosen.Style, image.Image.Pixels.SequenceEqual(chosen.Image.Pixels)));
        Assert.True(EmojiModel.Distance(images[0].Image, images[1].Image) > 2, "The styles differ.");
    }

    [Fact]
    public void Both_engines_generate_the_same_styles()
    {
        using TextToImagePipeline runtime = Load(InferenceEngine.OnnxRuntime);
        foreach (string? style in (string?[])[null, .. StyledModel.Styles])
        {
            var options = new GenerationOptions { Seed = 3, Style = style, Truncation = 0.9 };
            GeneratedImage expected = _pipeline.Generate(Heart, options, Cancellation);
            GeneratedImage actual = runtime.Generate(Heart, options, Cancellation);

            Assert.Equal(expected.Style, actual.Style);
            Assert.All(expected.Image.Pixels.Zip(actual.Image.Pixels), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        }
    }

    [Fact]
    public async Task Stages_have_the_style_of_the_image()
    {
        GeneratedStage[] stages = await _pipeline.GenerateStagesAsync(Heart, new GenerationOptions { Style = "ink" }, Cancellation)
            .ToArrayAsync(Cancellation);

        Assert.Equal(["ink", "ink", "ink"], stages.Select(stage => stage.Style));
    }

    [Fact]
    public void Frames_between_two_styles_have_none()
    {
        (long ink, long crayon) = (SeedOf("ink"), SeedOf("crayon"));

        Assert.Equal(["ink", null, null, "crayon"], Interpolate(ink, crayon, null).Select(frame => frame.Style));
        Assert.Equal(["ink", "ink", "ink", "ink"], Interpolate(ink, crayon, "ink").Select(frame => frame.Style));
        GeneratedImage[] frames = Interpolate(ink, crayon, null);
        Assert.Equal(Generate("ink", ink)[0].Image.Pixels, frames[0].Image.Pixels);
        Assert.Equal(Generate("crayon", crayon)[0].Image.Pixels, frames[^1].Image.Pixels);
    }

    [Fact]
    public void Styles_are_interpolated_linearly()
    {
        float[] from = LatentNoise.Of(1, 2, 3, style: 0), to = LatentNoise.Of(2, 2, 3, style: 2);
        float[] one = [1];
        float[] middle = LatentInterpolation.Between(Inputs(from), Inputs(to), 0.25f, sameWords: true, width: 2).Noise;

        Assert.Equal([0.75f, 0, 0.25f], middle[2..]);
        Assert.Equal((0.75 * Length(from[..2])) + (0.25 * Length(to[..2])), Length(middle[..2]), 1e-6);

        GeneratorInputs Inputs(float[] noise) => new(new AttendedWords(one, one), one, noise, one);

        static double Length(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));
    }

    [Fact]
    public void Unknown_styles_are_refused()
    {
        AttnGanException error = Assert.Throws<AttnGanException>(() => Generate("oil", 1));
        Assert.Equal("The model has no style 'oil'; use one of ink, clay & wool, crayon.", error.Message);
        using TextToImagePipeline plain = LoadPlain();
        error = Assert.Throws<AttnGanException>(
            () => plain.Generate(Heart, new GenerationOptions { Style = "ink" }, Cancellation));
        Assert.Equal("The style 'ink' was given, but the model has no styles; leave it out.", error.Message);
        new GenerationOptions { Style = "ink" }.Validate([32], ["ink"]);
    }

    private static TextToImagePipeline Load(InferenceEngine engine) =>
        TextToImagePipeline.Load(new MemoryStream(StyledModel.File), new PipelineOptions { Engine = engine, Threads = 1 });

    private static TextToImagePipeline LoadPlain() => TextToImagePipeline.Load(new MemoryStream(PlainModel.File));

    private static long SeedOf(string style) =>
        Enumerable.Range(0, 100).First(seed => StyledModel.Styles[LatentNoise.StyleOf(seed, 3)] == style);

    private GeneratedImage[] Generate(string? style, params IReadOnlyList<long> seeds) =>
    [
        .. _pipeline.Generate(
            [.. seeds.Select(seed => new GenerationRequest(Heart, seed))],
            new GenerationOptions { Style = style, Size = 64 },
            Cancellation),
    ];

    private GeneratedImage[] Interpolate(long from, long to, string? style) =>
    [
        .. _pipeline.Interpolate(
            new GenerationRequest(Heart, from),
            new GenerationRequest(Heart, to),
            4,
            new GenerationOptions { Style = style, Size = 64 },
            Cancellation),
    ];
}
