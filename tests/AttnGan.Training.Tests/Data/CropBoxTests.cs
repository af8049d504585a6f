using AttnGan.Imaging;
using AttnGan.Training.Data;
using CsCheck;

namespace AttnGan.Training.Tests.Data;

public sealed class CropBoxTests
{
    [Theory]
    [InlineData(4, 2, 20, 10, -1, -8, 29, 22)]
    [InlineData(60, 27, 325, 304, -21, -64, 465, 422)]
    [InlineData(10, 8, 10, 14, 5, 5, 25, 25)]
    [InlineData(0, 0, 3, 3, -1, -1, 3, 3)]
    public void Birds_are_cropped_to_a_square_of_one_and_a_half_times_their_larger_side(
        int x, int y, int width, int height, int left, int top, int right, int bottom) =>
        Assert.Equal(new CropBox(left, top, right, bottom), CropBox.AroundBird(x, y, width, height));

    [Fact]
    public void Any_box_gives_the_same_square_as_the_official_code() =>
        Gen.Int[0, 500].Select(Gen.Int[0, 500], Gen.Int[2, 600], Gen.Int[2, 600]).Sample((x, y, width, height) =>
        {
            var box = CropBox.AroundBird(x, y, width, height);
            int radius = (int)Math.Truncate(Math.Max(width, height) * 0.75);
            int centerX = (int)Math.Truncate(((2 * x) + width) / 2.0), centerY = (int)Math.Truncate(((2 * y) + height) / 2.0);
            return box == new CropBox(centerX - radius, centerY - radius, centerX + radius, centerY + radius);
        });

    [Fact]
    public void Cropping_clips_the_box_to_the_image()
    {
        var image = new RgbImage(10, 8);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)i;
        }

        RgbImage cut = new CropBox(-3, 5, 4, 20).Cut(image, "x.png");
        Assert.Equal((4, 3), (cut.Width, cut.Height));
        Assert.Equal(image.Crop(0, 5, 4, 3).Pixels, cut.Pixels);
    }

    [Theory]
    [InlineData(10, 0, 20, 5)]
    [InlineData(-9, -9, 0, 5)]
    [InlineData(0, 8, 5, 9)]
    public void A_box_outside_the_image_is_rejected_with_the_name_of_the_image(int left, int top, int right, int bottom)
    {
        var box = new CropBox(left, top, right, bottom);
        AttnGanException error = Assert.Throws<AttnGanException>(() => box.Cut(new RgbImage(10, 8), "x.png"));
        Assert.StartsWith("x.png: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("10 x 8", error.Message, StringComparison.Ordinal);
    }
}
