using AttnGan.Generation;
using AttnGan.Imaging;

namespace AttnGan.Tests.Generation;

public sealed class ScaledSizeTests
{
    private static readonly int[] s_stages = [32, 64, 128];

    [Theory]
    [InlineData(1, 1, 32, 1)]
    [InlineData(32, 32, 32, 32)]
    [InlineData(33, 33, 64, 33)]
    [InlineData(1024, 48, 64, 48)]
    [InlineData(128, 128, 128, 128)]
    [InlineData(512, 512, 128, 512)]
    [InlineData(1792, 1024, 128, 1024)]
    public void The_smallest_stage_that_is_large_enough_is_generated(int width, int height, int stage, int side)
    {
        var size = ScaledSize.Fit(width, height, s_stages);

        Assert.Equal((stage, side, stage != side), (size.StageSize, size.Side, size.IsScaled));
        Assert.Equal($"{side}x{side}", size.ToString());
        RgbImage image = size.Apply(new RgbImage(stage, stage));
        Assert.Equal((side, side), (image.Width, image.Height));
    }

    [Fact]
    public void An_image_of_the_size_is_not_copied()
    {
        var image = new RgbImage(64, 64);

        Assert.Same(image, ScaledSize.Fit(64, 64, s_stages).Apply(image));
    }

    [Fact]
    public void Enlarged_images_are_closer_to_the_original_than_bilinear_ones()
    {
        string[] files = [.. Directory.GetFiles(Path.Combine(Repository.Root, "datasets/sample/images"), "*.png").Order().Take(20)];
        Assert.Equal(20, files.Length);
        (double sharp, double bilinear) = (0, 0);
        foreach (string file in files)
        {
            RgbImage original = RgbImage.Load(file, RgbColor.White).Resize(128, 128);
            RgbImage small = original.Resize(32, 32);
            sharp += SquaredError(original, ScaledSize.Fit(128, 128, [32]).Apply(small));
            bilinear += SquaredError(original, small.Resize(128, 128));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"Ratio of squared errors: {sharp / bilinear}");
        Assert.InRange(sharp / bilinear, 0.3, 0.85);
    }

    [Theory]
    [InlineData("512x256", true, 512, 256)]
    [InlineData("512X256", true, 512, 256)]
    [InlineData("512×256", true, 512, 256)]
    [InlineData("512", false, 0, 0)]
    [InlineData("512x", false, 512, 0)]
    [InlineData("0x512", false, 0, 512)]
    [InlineData("-1x512", false, 0, 0)]
    [InlineData("1x2x3", false, 0, 0)]
    [InlineData("99999999999x1", false, 0, 0)]
    [InlineData(null, false, 0, 0)]
    public void Sizes_are_parsed(string? text, bool valid, int width, int height)
    {
        Assert.Equal(valid, ScaledSize.TryParse(text, out int parsedWidth, out int parsedHeight));
        Assert.Equal((width, height), (parsedWidth, parsedHeight));
    }

    [Fact]
    public void Invalid_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ScaledSize.Fit(0, 1, s_stages));
        Assert.Throws<ArgumentOutOfRangeException>(() => ScaledSize.Fit(1, 0, s_stages));
        Assert.Throws<ArgumentException>(() => ScaledSize.Fit(1, 1, []));
    }

    private static double SquaredError(RgbImage first, RgbImage second) => first.Pixels.Zip(second.Pixels)
        .Sum(pair => Math.Pow(pair.First - pair.Second, 2));
}
