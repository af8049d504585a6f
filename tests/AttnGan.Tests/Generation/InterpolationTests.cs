using AttnGan.Generation;

namespace AttnGan.Tests.Generation;

public sealed class InterpolationTests
{
    [Fact]
    public void A_frame_in_between_does_not_claim_that_a_seed_draws_it_again()
    {
        GeneratedImage[] way = Draw(s_heart, s_heart with { Seed = 9 }, 3, new GenerationOptions { Truncation = 0.8 });

        Assert.Equal([false, true, false], way.Select(frame => frame.IsInterpolated));
        Assert.Equal([s_heart.Seed, null, 9L], way.Select(frame => frame.Metadata.Seed));
        Assert.All(way, frame => Assert.Equal(0.8, frame.Metadata.Truncation));
    }

    private static readonly GenerationRequest s_heart = new("a red heart", 42);
    private static readonly GenerationRequest s_square = new("a big blue square", 7);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(11)]
    public void Both_ends_are_the_images_themselves(int frames)
    {
        GeneratedImage[] way = Draw(s_heart, s_square, frames);

        Assert.Equal(frames, way.Length);
        Assert.Equal(EmojiModel.Pipeline.Draw(null, s_heart, s_square), [way[0].Image.Pixels, way[^1].Image.Pixels]);
        Assert.Equal(("a red heart", 42), (way[0].Caption.Text, way[0].Seed));
        Assert.Equal(("a big blue square", 7), (way[^1].Caption.Text, way[^1].Seed));
    }

    [Fact]
    public void In_between_a_image_attends_to_the_words_of_both_captions()
    {
        GeneratedImage[] way = Draw(s_heart, s_square, 6, new GenerationOptions { Attention = true });

        double[] shares = [.. way.Skip(1).SkipLast(1).Select(image =>
        {
            Assert.Equal("a red heart → a big blue square", image.Caption.Text);
            Assert.Equal(["a", "red", "heart", "a", "big", "blue", "square"], image.Caption.Words);
            Assert.Equal(image.Caption.Words, image.Attention[0].Words);
            Assert.Equal(1, image.Attention[0].WordWeights().Sum(word => word.Weight), 1e-5);
            return image.Attention[0].WordWeights().Skip(3).Sum(word => (double)word.Weight);
        })];

        Assert.Equal(shares.Order(), shares); // the second caption's grow
        Assert.InRange(shares[0], 0.01, 0.5);
        Assert.InRange(shares[^1], 0.5, 0.99);
        Assert.Equal(["a", "red", "heart"], way[0].Attention[0].Words);
        Assert.Equal(["a", "big", "blue", "square"], way[^1].Attention[0].Words);
    }

    [Fact]
    public void From_seed_to_seed_the_words_stay_the_captions()
    {
        GeneratedImage[] way = Draw(s_heart, s_heart with { Seed = 9 }, 5, new GenerationOptions { Attention = true });

        Assert.All(way, image => Assert.Equal("a red heart", image.Caption.Text));
        Assert.All(way, image => Assert.Equal(["a", "red", "heart"], image.Attention[1].Words));
        Assert.Equal(5, way.Select(image => Convert.ToHexString(image.Image.Pixels)).Distinct().Count());
    }

    [Fact]
    public void From_a_image_to_itself_it_stays_itself()
    {
        GeneratedImage[] way = Draw(s_heart, s_heart, 5);

        // Sums of parts round: no pixel is off by more than a level.
        Assert.All(
            way.SelectMany(image => image.Image.Pixels.Zip(way[0].Image.Pixels)),
            pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    [Theory]
    [InlineData("a red heart", 8)]
    [InlineData("a big blue square", 42)]
    [InlineData("a big blue square", 7)]
    public void Near_an_end_frames_come_steadily_nearer_to_its_image(string caption, long seed)
    {
        GeneratedImage[] way = Draw(s_heart, new GenerationRequest(caption, seed), 13);
        double[] fromStart = [.. way.Select(image => EmojiModel.Distance(way[0].Image, image.Image))];
        double[] toEnd = [.. way.Reverse().Select(image => EmojiModel.Distance(way[^1].Image, image.Image))];

        Assert.Equal(fromStart[..5].Order(), fromStart[..5]);
        Assert.Equal(toEnd[..5].Order(), toEnd[..5]);
        Assert.True(fromStart[1] > 0 && toEnd[1] > 0);
    }

    [Fact]
    public void A_way_does_not_jump_at_its_ends()
    {
        GeneratedImage[] beginning = [.. Way(s_heart, s_square, 100_001).Take(2)];
        GeneratedImage[] end = [.. Way(s_square, s_heart, 100_001).Take(2)];

        Assert.InRange(EmojiModel.Distance(beginning[0].Image, beginning[1].Image), 0, 0.1);
        Assert.InRange(EmojiModel.Distance(end[0].Image, end[1].Image), 0, 0.1);
    }

    [Fact]
    public void Options_hold_for_every_frame()
    {
        var options = new GenerationOptions { Size = 64, AllStages = true, Truncation = 0.7 };

        GeneratedImage[] way = Draw(s_heart, s_square, 4, options);

        Assert.All(way, image => Assert.Equal([32, 64], image.Stages.Select(stage => stage.Width)));
        Assert.Equal(EmojiModel.Pipeline.Draw(options, s_square)[0], way[^1].Image.Pixels);
    }

    [Fact]
    public void Batches_and_threads_do_not_change_a_frame()
    {
        using TextToImagePipeline other = EmojiModel.Load(new PipelineOptions { Engine = InferenceEngine.Fused, Threads = 3, BatchSize = 2 });

        Assert.Equal(
            Draw(s_heart, s_square, 5).Select(image => image.Image.Pixels),
            other.Interpolate(s_heart, s_square, 5, null, TestContext.Current.CancellationToken).Select(image => image.Image.Pixels));
    }

    private static GeneratedImage[] Draw(GenerationRequest from, GenerationRequest to, int frames, GenerationOptions? options = null) =>
        [.. Way(from, to, frames, options)];

    private static IEnumerable<GeneratedImage> Way(GenerationRequest from, GenerationRequest to, int frames, GenerationOptions? options = null) =>
        EmojiModel.Pipeline.Interpolate(from, to, frames, options, TestContext.Current.CancellationToken);
}
