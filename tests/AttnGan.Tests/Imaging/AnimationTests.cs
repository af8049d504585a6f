using AttnGan.Imaging;
using AttnGan.Tests.Attention;
using CsCheck;
using SkiaSharp;

namespace AttnGan.Tests.Imaging;

public sealed class AnimationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("attngan-animation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Frames_survive_their_file()
    {
        RgbImage[] frames = [Noise(64, 48, 1), Noise(64, 48, 2), Noise(64, 48, 3)];
        Animation.Save(PathOf("a.webp"), frames);
        AssertPlays(frames, 100, -1, File.ReadAllBytes(PathOf("a.webp")));
        Assert.Equal(["a.webp"], Directory.GetFiles(_folder).Select(Path.GetFileName));
        // Readers of single images see the first frame.
        Assert.Equal(frames[0].Pixels, RgbImage.Load(PathOf("a.webp"), RgbColor.White).Pixels);
        Assert.Equal(new ImageHeader(ImageFormat.WebP, 64, 48), RgbImage.Identify(PathOf("a.webp")));
        Assert.Null(ImageMetadata.Read(PathOf("a.webp")));
    }

    [Fact]
    public void Any_frames_are_lossless() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[1, 0xFFFFFF], Gen.Int[1, 65535])
            .SelectMany((width, height, duration, loops) =>
                // No, few or many changed pixels from frame to frame.
                Gen.Select(Gen.Int[0, (width * height) - 1], Gen.Byte).Array[0, 4].Array[1, 6]
                    .Select(changes => (width, height, duration, loops, changes)))
            .Sample(sample =>
            {
                var frames = new List<RgbImage>();
                RgbImage last = Noise(sample.width, sample.height, 1);
                foreach ((int Pixel, byte Value)[] changes in sample.changes)
                {
                    last = last.Crop(0, 0, last.Width, last.Height);
                    foreach ((int pixel, byte value) in changes)
                    {
                        last.Pixels[(pixel * 3) + (value % 3)] = value;
                    }

                    frames.Add(last);
                }

                var options = new AnimationOptions { FrameDuration = sample.duration, LoopCount = sample.loops };
                AssertPlays(frames, sample.duration, sample.loops, Animation.Encode(frames, options));
            });

    [Fact]
    public void Equal_frames_are_kept()
    {
        RgbImage frame = SyntheticAttention.Flat(16, new(200, 100, 0));
        RgbImage[] frames = [frame, frame, frame, SyntheticAttention.Flat(16, RgbColor.Black), frame];
        AssertPlays(frames, 40, 3, Animation.Encode(frames, new AnimationOptions { FrameDuration = 40, LoopCount = 3 }));
    }

    [Fact]
    public void Unchanged_pixels_are_stored_once()
    {
        RgbImage first = Noise(100, 100, 1);
        RgbImage second = first.Crop(0, 0, 100, 100);
        second.Fill(51, 33, 5, 4, RgbColor.Black);
        int one = Animation.Encode([first]).Length;
        Assert.True(one > 25_000, $"{one} bytes.");
        Assert.InRange(Animation.Encode([first, second, second]).Length, one + 1, one + 300);
    }

    [Fact]
    public void An_animation_has_metadata()
    {
        var metadata = new ImageMetadata { Caption = "ripening 🍎", Seed = 3, Model = "emoji-64" };
        RgbImage[] frames = [Noise(5, 4, 1), Noise(5, 4, 2)];
        byte[] bytes = Animation.Encode(frames, new AnimationOptions { Metadata = metadata });
        Assert.Equal(metadata, ImageMetadata.Read(bytes, "it"));
        AssertPlays(frames, 100, -1, bytes);
    }

    [Fact]
    public void Invalid_animations_are_rejected()
    {
        RgbImage[] one = [Noise(8, 8, 1)];
        Assert.Throws<ArgumentException>(() => Animation.Encode([]));
        ArgumentException sizes = Assert.Throws<ArgumentException>(() => Animation.Encode([.. one, Noise(8, 8, 2), Noise(8, 16, 3)]));
        Assert.StartsWith("Frame 3 has 8 x 16 pixels, the first 8 x 8;", sizes.Message, StringComparison.Ordinal);
        foreach (AnimationOptions options in new AnimationOptions[]
            { new() { FrameDuration = 0 }, new() { FrameDuration = 0x1000000 }, new() { LoopCount = -1 }, new() { LoopCount = 65536 } })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Animation.Encode(one, options));
        }

        Assert.Contains(
            "cannot write an animation as '.gif'; use .webp",
            Assert.Throws<AttnGanException>(() => Animation.Save(PathOf("a.gif"), one)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "16384 x 1 pixels cannot be written",
            Assert.Throws<AttnGanException>(() => Animation.Encode([new RgbImage(16384, 1)])).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void An_animation_that_is_too_long_is_rejected()
    {
        RgbImage[] frames = [.. Enumerable.Range(0, 5).Select(seed => Noise(100, 100, seed))];
        int length = Animation.Encode(frames).Length;
        Assert.Equal(length, Animation.Compose(frames, new AnimationOptions(), length).Length);
        Assert.Contains(
            "An animation of 5 frames of 100 x 100 pixels would be longer than",
            Assert.Throws<AttnGanException>(() => Animation.Compose(frames, new AnimationOptions(), length * 2 / 3)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_save_keeps_the_existing_file()
    {
        File.WriteAllText(PathOf("a.webp"), "before");
        Assert.Throws<ArgumentException>(() => Animation.Save(PathOf("a.webp"), []));
        Assert.Equal("before", File.ReadAllText(PathOf("a.webp")));
        Assert.Throws<AttnGanException>(() => Animation.Save(PathOf("missing/a.webp"), [Noise(2, 2, 1)]));
        Assert.Equal(["a.webp"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static RgbImage Noise(int width, int height, int seed)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    /// <param name="frames">The expected frames.</param>
    /// <param name="duration">The duration of each frame in milliseconds.</param>
    /// <param name="loops">Number of repetitions; -1 for infinitely many.</param>
    /// <param name="bytes">The animation.</param>
    private static void AssertPlays(IReadOnlyList<RgbImage> frames, int duration, int loops, byte[] bytes)
    {
        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data);
        Assert.Equal((frames[0].Width, frames[0].Height), (codec.Info.Width, codec.Info.Height));
        // The codec reports an animation of one frame as an image, without durations and repetitions.
        Assert.Equal(frames.Count, Math.Max(1, codec.FrameCount));
        Assert.All(codec.FrameInfo, frame => Assert.Equal(duration, frame.Duration));
        if (frames.Count > 1)
        {
            // The codec counts the repetitions after the first showing.
            Assert.Equal(loops == -1 ? -1 : loops - 1, codec.RepetitionCount);
        }

        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (int i = 0; i < frames.Count; i++)
        {
            using var shown = new SKBitmap(info);
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(info, shown.GetPixels(), new SKCodecOptions(i)));
            byte[] rgba = shown.GetPixelSpan().ToArray();
            Assert.Equal(frames[i].Pixels, rgba.Where((_, place) => place % 4 != 3));
            Assert.All(rgba.Where((_, place) => place % 4 == 3), alpha => Assert.Equal(255, alpha));
        }
    }
}
