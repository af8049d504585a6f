using AttnGan.Generation;

namespace AttnGan.Tests.Generation;

public sealed class InterpolationTests
{
    private static readonly GenerationRequest s_heart = new("a red heart", 42);
    private static readonly GenerationRequest s_square = new("a big blue square", 7);

    [Fact]
    public void Interpolated_frames_have_no_seed_in_their_metadata()
    {
        GeneratedImage[] frames = Interpolate(s_heart, s_heart with { Seed = 9 }, 3, new GenerationOptions { Truncation = 0.8 });

        Assert.Equal([false, true, false], frames.Select(frame => frame.IsInterpolated));
        Assert.Equal([s_heart.Seed, null, 9L], frames.Select(frame => frame.Metadata.Seed));
        Assert.All(frames, frame => Assert.Equal(0.8, frame.Metadata.Truncation));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(11)]
    public void The_ends_are_the_images_of_the_requests(int count)
    {
        GeneratedImage[] frames = Interpolate(s_heart, s_square, count);

        Assert.Equal(count, frames.Length);
        Assert.Equal(EmojiModel.Pipeline.GeneratePixels(null, s_heart, s_square), [frames[0].Image.Pixels, frames[^1].Image.Pixels]);
        Assert.Equal(("a red heart", 42), (frames[0].Caption.Text, frames[0].Seed));
        Assert.Equal(("a big blue square", 7), (frames[^1].Caption.Text, frames[^1].Seed));
    }

    [Fact]
    public void Interpolated_frames_attend_to_the_words_of_both_captions()
    {
        GeneratedImage[] frames = Interpolate(s_heart, s_square, 6, new GenerationOptions { Attention = true });

        double[] shares = [.. frames.Skip(1).SkipLast(1).Select(image =>
        {
            Assert.Equal("a red heart → a big blue square", image.Caption.Text);
            Assert.Equal(["a", "red", "heart", "a", "big", "blue", "square"], image.Caption.Words);
            Assert.Equal(image.Caption.Words, image.Attention[0].Words);
            Assert.Equal(1, image.Attention[0].WordWeights().Sum(word => word.Weight), 1e-5);
            return image.Attention[0].WordWeights().Skip(3).Sum(word => (double)word.Weight);
        })];

        Assert.Equal(shares.Order(), shares); // those of the second caption increase
        Assert.InRange(shares[0], 0.01, 0.5);
        Assert.InRange(shares[^1], 0.5, 0.99);
        Assert.Equal(["a", "red", "heart"], frames[0].Attention[0].Words);
        Assert.Equal(["a", "big", "blue", "square"], frames[^1].Attention[0].Words);
    }

    [Fact]
    public void Interpolation_between_seeds_keeps_the_words()
    {
        GeneratedImage[] frames = Interpolate(s_heart, s_heart with { Seed = 9 }, 5, new GenerationOptions { Attention = true });

        Assert.All(frames, image => Assert.Equal("a red heart", image.Caption.Text));
        Assert.All(frames, image => Assert.Equal(["a", "red", "heart"], image.Attention[1].Words));
        Assert.Equal(5, frames.Select(image => Convert.ToHexString(image.Image.Pixels)).Distinct().Count());
    }

    [Fact]
    public void Interpolation_of_an_image_with_itself_is_constant()
    {
        GeneratedImage[] frames = Interpolate(s_heart, s_heart, 5);

        // Up to rounding, which changes pixels by at most one level.
        Assert.All(
            frames.SelectMany(image => image.Image.Pixels.Zip(frames[0].Image.Pixels)),
            pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    [Theory]
    [InlineData("a red heart", 8)]
    [InlineData("a big blue square", 42)]
    [InlineData("a big blue square", 7)]
    public void The_distance_from_an_end_increases_monotonically(string caption, long seed)
    {
        GeneratedImage[] frames = Interpolate(s_heart, new GenerationRequest(caption, seed), 13);
        double[] fromStart = [.. frames.Select(image => EmojiModel.Distance(frames[0].Image, image.Image))];
        double[] toEnd = [.. frames.Reverse().Select(image => EmojiModel.Distance(frames[^1].Image, image.Image))];

        Assert.Equal(fromStart[..5].Order(), fromStart[..5]);
        Assert.Equal(toEnd[..5].Order(), toEnd[..5]);
        Assert.True(fromStart[1] > 0 && toEnd[1] > 0);
    }

    [Fact]
    public void Interpolation_is_continuous_at_its_ends()
    {
        GeneratedImage[] beginning = [.. InterpolateLazily(s_heart, s_square, 100_001).Take(2)];
        GeneratedImage[] end = [.. InterpolateLazily(s_square, s_heart, 100_001).Take(2)];

        Assert.InRange(EmojiModel.Distance(beginning[0].Image, beginning[1].Image), 0, 0.1);
        Assert.InRange(EmojiModel.Distance(end[0].Image, end[1].Image), 0, 0.1);
    }

    [Fact]
    public void Options_apply_to_every_frame()
    {
        var options = new GenerationOptions { Size = 64, AllStages = true, Truncation = 0.7 };

        GeneratedImage[] frames = Interpolate(s_heart, s_square, 4, options);

        Assert.All(frames, image => Assert.Equal([32, 64], image.Stages.Select(stage => stage.Width)));
        Assert.Equal(EmojiModel.Pipeline.GeneratePixels(options, s_square)[0], frames[^1].Image.Pixels);
    }

    [Fact]
    public void Frames_do_not_depend_on_batches_and_threads()
    {
        using TextToImagePipeline other =
            EmojiModel.Load(new PipelineOptions { Engine = InferenceEngine.Fused, Threads = 3, BatchSize = 2 });

        Assert.Equal(
            Interpolate(s_heart, s_square, 5).Select(image => image.Image.Pixels),
            other.Interpolate(s_heart, s_square, 5, null, TestContext.Current.CancellationToken).Select(image => image.Image.Pixels));
    }

    private static GeneratedImage[] Interpolate(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions? options = null) =>
        [.. InterpolateLazily(from, to, frames, options)];

    private static IEnumerable<GeneratedImage> InterpolateLazily(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions? options = null) =>
        EmojiModel.Pipeline.Interpolate(from, to, frames, options, TestContext.Current.CancellationToken);
}
