using System.Security.Cryptography;
using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Imaging;

namespace AttnGan.Tests.Generation;

public sealed class TextToImagePipelineTests
{
    private static readonly GenerationRequest s_heart = new("a red heart", 42);
    private static readonly GenerationRequest s_square = new("a big blue square", 7);
    private static readonly GenerationRequest s_face = new("face", -3);

    private static TextToImagePipeline Pipeline => EmojiModel.Pipeline;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_error_for_a_caption_as_long_as_a_book_is_short()
    {
        string book = string.Join(' ', Enumerable.Range(0, 100_000).Select(i => $"zx{i}q"));

        AttnGanException error = Assert.Throws<AttnGanException>(
            () => Pipeline.Generate(book, null, TestContext.Current.CancellationToken));

        Assert.InRange(error.Message.Length, 100, 1000);
        Assert.Contains("\"zx4q\", …", error.Message);
    }

    [Fact]
    public void Null_requests_and_captions_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => Pipeline.Generate([null!], null, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => Pipeline.Generate([new GenerationRequest(null!, 1)], null, Cancellation));
    }

    [Fact]
    public void A_pipeline_describes_its_model()
    {
        Assert.Equal([32, 64, 128], Pipeline.StageSizes);
        Assert.Equal(InferenceEngine.Fused, Pipeline.Engine);
        Assert.NotNull(Pipeline.Card.Name);
        Assert.Contains("heart", Pipeline.Captions.Vocabulary.Words);
    }

    [Fact]
    public void The_same_caption_and_seed_give_the_same_image()
    {
        byte[] first = Pipeline.GeneratePixels(null, s_heart)[0];
        Assert.Equal(3 * 128 * 128, first.Length);
        Assert.Equal(first, Pipeline.GeneratePixels(null, s_heart)[0]);
        Assert.Equal(first, Pipeline.Generate("a red heart", new GenerationOptions { Seed = 42 }, Cancellation).Image.Pixels);
        Assert.NotEqual(first, Pipeline.GeneratePixels(null, s_heart with { Seed = 43 })[0]);
        Assert.NotEqual(first, Pipeline.GeneratePixels(null, s_heart with { Caption = "a blue heart" })[0]);
    }

    /// <summary>
    /// Images are bit-identical on every machine, whatever its vector width, number of processors and operating system. Any difference is a
    /// defect, even if it is invisible. Only another model may change the checksums.
    /// </summary>
    [Fact]
    public void The_images_of_the_bundled_model_never_change()
    {
        var request = new GenerationRequest("a big blue square with a yellow face", -3);
        var all = new GenerationOptions { AllStages = true, Attention = true };
        // Otherwise the model has changed.
        Assert.Equal(
            "1650ee5d6e6cedcc54c41f85258be8ad8c1c4baba4ee241156148fb12245499e",
            Checksum(File.ReadAllBytes(EmojiModel.File)));

        Assert.Equal(
            "31af6d2355c98ea45dc1d2b2f3d2551cf9275f90266d643eb997d05262dbb3ea",
            Checksum(Pipeline.GeneratePixels(null, s_heart)[0]));
        Assert.Equal(
            "07c2ec48b0b8dc1799d4c6ed9cc3763f070bf9ccc3b15e3bc35f56a7b5783ce8",
            Checksum(Generate(Pipeline, request, all)));
        Assert.Equal(
            "e0de1e102ed3a369658bf96ba9e3f43b0012e951a8998a73cfb5b12467e7a4fb",
            Checksum(Generate(Pipeline, request, all with { Truncation = 0.8 })));
        Assert.Equal(
            "bf493e6d909ca89dde02febb5ce3b070980c8f86b97a69af6ab369461dd9b4c4",
            Checksum(Pipeline.Interpolate(s_heart, request, 4, all, Cancellation).ElementAt(1)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 8)]
    public void Images_do_not_depend_on_threads_batches_and_order(int threads, int batchSize)
    {
        GenerationRequest[] requests = [s_heart, s_square, s_face, s_heart, s_square];
        byte[][] alone = [.. requests.Select(request => Pipeline.GeneratePixels(null, request)[0])];
        using TextToImagePipeline pipeline =
            EmojiModel.Load(new PipelineOptions { Engine = InferenceEngine.Fused, Threads = threads, BatchSize = batchSize });

        Assert.Equal(alone, pipeline.GeneratePixels(null, requests));
        Assert.Equal(alone.Reverse(), pipeline.GeneratePixels(null, [.. requests.Reverse()]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Attention_and_earlier_stages_do_not_depend_on_batches(int batchSize)
    {
        var options = new GenerationOptions { AllStages = true, Attention = true };
        GeneratedImage expected = Generate(Pipeline, s_square, options);
        using TextToImagePipeline pipeline =
            EmojiModel.Load(new PipelineOptions { Engine = InferenceEngine.Fused, Threads = 2, BatchSize = batchSize });

        GeneratedImage actual = pipeline.Generate([s_face, s_heart, s_square], options, Cancellation).Last();

        Assert.Equal(expected.Stages.Select(stage => stage.Pixels), actual.Stages.Select(stage => stage.Pixels));
        Assert.Equal(
            expected.Attention.Select(stage => stage.Weights.ToArray()), actual.Attention.Select(stage => stage.Weights.ToArray()));
    }

    [Fact]
    public void A_smaller_size_is_the_image_of_an_earlier_stage()
    {
        GeneratedImage whole = Generate(Pipeline, s_heart, new GenerationOptions { AllStages = true });
        Assert.Equal([32, 64, 128], whole.Stages.Select(stage => stage.Width));
        Assert.Equal(whole.Image.Pixels, Generate(Pipeline, s_heart).Image.Pixels);

        for (int stage = 0; stage < 3; stage++)
        {
            var options = new GenerationOptions { Size = 32 << stage };
            Assert.Equal(whole.Stages[stage].Pixels, Assert.Single(Generate(Pipeline, s_heart, options).Stages).Pixels);
            Assert.Equal(
                whole.Stages.Take(stage + 1).Select(image => image.Pixels),
                Generate(Pipeline, s_heart, options with { AllStages = true }).Stages.Select(image => image.Pixels));
        }
    }

    [Theory]
    [InlineData(32, 0)]
    [InlineData(64, 1)]
    [InlineData(128, 2)]
    public void Attention_sums_to_one_over_the_words_at_every_position(int size, int refinements)
    {
        GeneratedImage image = Generate(Pipeline, s_square, new GenerationOptions { Size = size, Attention = true });

        Assert.Equal(Enumerable.Range(2, refinements), image.Attention.Select(stage => stage.Stage));
        foreach (StageAttention stage in image.Attention)
        {
            Assert.Equal(32 << (stage.Stage - 2), stage.Size);
            Assert.Equal(["a", "big", "blue", "square"], stage.Words);
            Assert.All(stage.Weights.ToArray(), weight => Assert.InRange(weight, 0, 1));
            for (int pixel = 0; pixel < stage.Size * stage.Size; pixel++)
            {
                Assert.Equal(1, Enumerable.Range(0, 4).Sum(word => (double)stage.MapOf(word)[pixel]), 1e-6);
            }
        }
    }

    [Fact]
    public void Attention_is_empty_unless_requested_and_does_not_change_the_image()
    {
        GeneratedImage without = Generate(Pipeline, s_square);
        GeneratedImage with = Generate(Pipeline, s_square, new GenerationOptions { Attention = true });

        Assert.Empty(without.Attention);
        Assert.Equal(without.Image.Pixels, with.Image.Pixels);
    }

    [Fact]
    public void Truncation_reduces_variety_and_infinity_means_none()
    {
        byte[] whole = Pipeline.GeneratePixels(null, s_heart)[0];
        Assert.Equal(whole, Pipeline.GeneratePixels(new GenerationOptions { Truncation = double.PositiveInfinity }, s_heart)[0]);
        Assert.Null(new GenerationOptions { Truncation = double.PositiveInfinity }.Truncation);
        Assert.NotEqual(whole, Pipeline.GeneratePixels(new GenerationOptions { Truncation = 1 }, s_heart)[0]);

        double free = Variety(double.PositiveInfinity), some = Variety(1), little = Variety(0.5), none = Variety(1e-4);
        Assert.True(free > some && some > little && little > none, $"{free}, {some}, {little}, {none}");
        Assert.InRange(none, 0, 0.1);

        // Mean distance between the image of the first seed and those of others.
        double Variety(double truncation)
        {
            GeneratedImage[] images =
            [
                .. Pipeline.Generate(
                    [.. Enumerable.Range(0, 6).Select(seed => new GenerationRequest("a red heart", seed))],
                    new GenerationOptions { Truncation = truncation, Style = "noto" },
                    Cancellation),
            ];
            return images.Skip(1).Average(image => EmojiModel.Distance(images[0].Image, image.Image));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_truncation_out_of_range_is_rejected(double truncation)
    {
        AttnGanException error = Assert.Throws<AttnGanException>(
            () => Pipeline.Generate([s_heart], new GenerationOptions { Truncation = truncation }, Cancellation));
        Assert.Equal($"The truncation is {truncation}; it must be greater than 0, such as 0.8.", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(48)]
    [InlineData(16)]
    [InlineData(-16)]
    public void A_size_without_a_stage_is_rejected(int size)
    {
        AttnGanException error = Assert.Throws<AttnGanException>(
            () => Pipeline.Generate([s_heart], new GenerationOptions { Size = size }, Cancellation));
        Assert.Equal($"The model generates no images of {size} pixels; use one of 32, 64, 128.", error.Message);
    }

    [Fact]
    public void All_problems_of_options_are_reported_together()
    {
        var options = new GenerationOptions { Truncation = -1, Size = 48 };

        Assert.Equal(["Truncation", "Size"], options.Problems([32, 64], []).Select(problem => problem.Option));
        Assert.Equal(["Truncation"], options.Problems(stageSizes: null, styles: null).Select(problem => problem.Option));
        Assert.Equal(
            "The truncation is -1; it must be greater than 0, such as 0.8. The model generates no images of 48 pixels; use one of 32, 64.",
            Assert.Throws<AttnGanException>(() => options.Validate([32, 64], [])).Message);
        new GenerationOptions { Truncation = 0.5, Size = 64 }.Validate([32, 64], []);
    }

    [Fact]
    public void A_caption_without_known_words_is_rejected_before_generation()
    {
        AttnGanException error = Assert.Throws<AttnGanException>(
            () => Pipeline.Generate([s_heart, new GenerationRequest("zorgle haert", 1)], cancellation: Cancellation));

        Assert.StartsWith("The model knows no word of the caption \"zorgle haert\": \"zorgle\", \"haert\" (near: heart", error.Message);
        Assert.Contains("Some of the known words: ", error.Message);
        error = Assert.Throws<AttnGanException>(() => Pipeline.Generate(" !? ", cancellation: Cancellation));
        Assert.StartsWith("The caption \" !? \" has no words; describe an image. Some of the known words: ", error.Message);
        var unknown = new GenerationRequest("zorgle", 1);
        Assert.Throws<AttnGanException>(() => Pipeline.Interpolate(s_heart, unknown, 3, cancellation: Cancellation));
    }

    [Fact]
    public async Task Asynchronous_generation_rejects_a_caption_without_known_words_too()
    {
        var progress = new Reports();
        await using IAsyncEnumerator<GeneratedImage> images = Pipeline
            .GenerateAsync([s_heart, new GenerationRequest("zorgle", 1)], progress: progress, cancellation: Cancellation)
            .GetAsyncEnumerator(Cancellation);

        await Assert.ThrowsAsync<AttnGanException>(async () => await images.MoveNextAsync());
        await Assert.ThrowsAsync<AttnGanException>(() => Pipeline.GenerateAsync("zorgle", cancellation: Cancellation));
        Assert.Empty(progress.All);
    }

    [Fact]
    public void Unknown_words_are_reported_and_dropped()
    {
        GeneratedImage image = Generate(
            Pipeline, new GenerationRequest("a zorgle red heart", 42), new GenerationOptions { Attention = true });

        Assert.Equal(["zorgle"], image.Caption.UnknownWords);
        Assert.Equal(["a", "red", "heart"], image.Attention[0].Words);
        Assert.Equal(Pipeline.GeneratePixels(null, s_heart)[0], image.Image.Pixels);
    }

    [Fact]
    public void Without_a_seed_a_random_one_is_chosen_and_returned()
    {
        GeneratedImage chosen = Pipeline.Generate("a red heart", cancellation: Cancellation);

        Assert.Equal(chosen.Image.Pixels, Pipeline.GeneratePixels(null, s_heart with { Seed = chosen.Seed })[0]);
        Assert.NotEqual(chosen.Seed, Pipeline.Generate("a red heart", new GenerationOptions { Size = 32 }, Cancellation).Seed);
    }

    [Fact]
    public async Task Asynchronous_generation_returns_the_same_images_and_reports_progress()
    {
        GenerationRequest[] requests = [s_heart, s_square, s_face];
        using TextToImagePipeline pipeline = EmojiModel.Load(new PipelineOptions { Engine = InferenceEngine.Fused, BatchSize = 2 });
        var progress = new Reports();
        List<GeneratedImage> images = [];
        await foreach (GeneratedImage image in pipeline.GenerateAsync(requests, null, progress, Cancellation))
        {
            images.Add(image);
            Assert.Equal(new GenerationProgress(images.Count, 3), progress.All[^1]);
        }

        Assert.Equal(pipeline.GeneratePixels(null, requests), images.Select(image => image.Image.Pixels));
        Assert.Equal(requests, images.Select(image => new GenerationRequest(image.Caption.Text, image.Seed)));
        Assert.Equal([new(1, 3), new(2, 3), new(3, 3)], progress.All);
        GeneratedImage single = await pipeline.GenerateAsync("a red heart", new GenerationOptions { Seed = 42 }, Cancellation);
        Assert.Equal(images[0].Image.Pixels, single.Image.Pixels);
    }

    [Fact]
    public void No_requests_give_no_images() => Assert.Empty(Pipeline.Generate([], cancellation: Cancellation));

    [Fact]
    public void A_model_can_be_loaded_from_a_stream()
    {
        using FileStream stream = File.OpenRead(EmojiModel.File);
        using var pipeline = TextToImagePipeline.Load(stream, new PipelineOptions { Engine = InferenceEngine.Fused, Threads = 1 });

        Assert.Equal(Pipeline.Card, pipeline.Card);
        Assert.Equal(Pipeline.GeneratePixels(null, s_heart), pipeline.GeneratePixels(null, s_heart));
    }

    [Fact]
    public void A_saved_image_has_metadata()
    {
        string folder = Directory.CreateTempSubdirectory("attngan-pipeline-").FullName;
        try
        {
            GeneratedImage image = Generate(Pipeline, s_heart);
            foreach (string file in (string[])["heart.png", "heart.webp", "heart.jpg"])
            {
                image.Save(Path.Combine(folder, file));

                var metadata = ImageMetadata.Read(Path.Combine(folder, file));
                Assert.Equal(
                    new ImageMetadata { Caption = "a red heart", Seed = 42, Style = image.Style, Model = Pipeline.Card.Name }, metadata);
            }

            Assert.Equal(image.Image.Pixels, RgbImage.Load(Path.Combine(folder, "heart.png"), RgbColor.White).Pixels);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Concurrent_calls_generate_the_same_images()
    {
        GenerationRequest[] captions = [s_heart, s_square, s_face];
        GenerationRequest[] requests = [.. Enumerable.Range(0, 8).Select(i => captions[i % 3] with { Seed = i })];
        byte[][] alone = Pipeline.GeneratePixels(null, requests);
        using TextToImagePipeline shared =
            EmojiModel.Load(new PipelineOptions { Engine = InferenceEngine.Fused, Threads = 2, BatchSize = 3 });
        byte[][][] generated = new byte[8][][];
        Thread[] threads =
        [
            .. Enumerable.Range(0, 8).Select(i => new Thread(() => generated[i] =
            [
                .. shared.Generate([requests[i], requests[(i + 3) % 8], requests[(i + 5) % 8], requests[i]])
                    .Select(image => image.Image.Pixels),
            ])),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        for (int i = 0; i < 8; i++)
        {
            Assert.Equal([alone[i], alone[(i + 3) % 8], alone[(i + 5) % 8], alone[i]], generated[i]);
        }
    }

    [Theory]
    [InlineData(InferenceEngine.Fused)]
    [InlineData(InferenceEngine.OnnxRuntime)]
    public void A_disposed_pipeline_rejects_calls(InferenceEngine engine)
    {
        TextToImagePipeline pipeline = EmojiModel.Load(new PipelineOptions { Engine = engine, BatchSize = 1 });
        using IEnumerator<GeneratedImage> started =
            pipeline.Generate([s_heart, s_face], new GenerationOptions { Size = 32 }, Cancellation).GetEnumerator();
        Assert.True(started.MoveNext());

        pipeline.Dispose();
        pipeline.Dispose(); // idempotent

        Assert.Throws<ObjectDisposedException>(() => started.MoveNext());
        Assert.Throws<ObjectDisposedException>(() => pipeline.Generate([s_heart], cancellation: Cancellation));
        Assert.Throws<ObjectDisposedException>(() => pipeline.Generate("a red heart", cancellation: Cancellation));
        Assert.Throws<ObjectDisposedException>(() => pipeline.Interpolate(s_heart, s_face, 2, cancellation: Cancellation));
    }

    [Fact]
    public void Options_out_of_range_are_rejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => EmojiModel.Load(new PipelineOptions { Threads = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmojiModel.Load(new PipelineOptions { BatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmojiModel.Load(new PipelineOptions { Engine = (InferenceEngine)9 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pipeline.Interpolate(s_heart, s_face, 1, cancellation: Cancellation));
    }

    private static GeneratedImage Generate(TextToImagePipeline pipeline, GenerationRequest request, GenerationOptions? options = null) =>
        pipeline.Generate([request], options, Cancellation).Single();

    private static string Checksum(GeneratedImage image) => Checksum(
    [
        .. image.Stages.SelectMany(stage => stage.Pixels),
        .. image.Attention.SelectMany(stage => stage.Weights.ToArray().SelectMany(BitConverter.GetBytes)),
    ]);

    private static string Checksum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed class Reports : IProgress<GenerationProgress>
    {
        public List<GenerationProgress> All { get; } = [];

        public void Report(GenerationProgress value) => All.Add(value);
    }
}
