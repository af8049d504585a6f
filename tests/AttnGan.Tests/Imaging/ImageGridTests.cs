using AttnGan.Imaging;
using AttnGan.Tests.Attention;

namespace AttnGan.Tests.Imaging;

public sealed class ImageGridTests
{
    private static readonly RgbColor[] s_colors =
        [new(255, 0, 0), new(0, 255, 0), new(0, 0, 255), new(255, 255, 0), new(0, 255, 255)];

    [Fact]
    public void Cells_fill_rows_from_the_top_left()
    {
        RgbImage grid =
            ImageGrid.Compose([.. s_colors.Select(color => SyntheticAttention.Flat(10, color))], 3, new GridOptions { Gap = 2 });
        Assert.Equal((38, 26), (grid.Width, grid.Height));
        for (int y = 0; y < grid.Height; y++)
        {
            for (int x = 0; x < grid.Width; x++)
            {
                (int column, int row) = ((x - 2) / 12, (y - 2) / 12);
                bool inside = x >= 2 && y >= 2 && (x - 2) % 12 < 10 && (y - 2) % 12 < 10 && (row * 3) + column < 5;
                Assert.Equal(inside ? s_colors[(row * 3) + column] : RgbColor.White, grid.PixelAt(x, y));
            }
        }
    }

    [Fact]
    public void Fewer_images_than_columns_make_a_narrower_grid()
    {
        RgbImage grid = ImageGrid.Compose(
            [SyntheticAttention.Flat(10, s_colors[0])], 8, new GridOptions { Gap = 3, Background = new(1, 2, 3) });
        Assert.Equal((16, 16), (grid.Width, grid.Height));
        Assert.Equal(new RgbColor(1, 2, 3), grid.PixelAt(0, 0));
    }

    [Fact]
    public void Small_images_are_enlarged_to_the_largest_by_repeating_pixels()
    {
        var checkers = new RgbImage(2, 2, [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0]);
        RgbImage grid = ImageGrid.Compose([checkers, SyntheticAttention.Flat(8, s_colors[4])], 2, new GridOptions { Gap = 0 });
        Assert.Equal((16, 8), (grid.Width, grid.Height));
        for (int i = 0; i < 64; i++)
        {
            Assert.Equal(s_colors[(i / 32 * 2) + (i % 8 / 4)], grid.PixelAt(i % 8, i / 8));
        }
    }

    [Fact]
    public void Images_keep_their_aspect_ratio_and_are_centered()
    {
        var wide = new RgbImage(20, 10);
        wide.Fill(0, 0, 20, 10, s_colors[0]);
        RgbImage grid = ImageGrid.Compose([wide, SyntheticAttention.Flat(30, s_colors[1])], 1, new GridOptions { Gap = 0 });
        Assert.Equal((30, 60), (grid.Width, grid.Height));
        Assert.Equal(
            [RgbColor.White, s_colors[0], s_colors[0], RgbColor.White, s_colors[1]],
            new[] { 6, 7, 21, 22, 30 }.Select(y => grid.PixelAt(15, y)));
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(64, 64)]
    [InlineData(65, 128)]
    [InlineData(160, 192)]
    public void Cells_are_enlarged_to_their_minimum_size_by_an_integer_factor(int minimum, int cell)
    {
        RgbImage grid = ImageGrid.Compose(
            [SyntheticAttention.Flat(64, s_colors[2])], 1, new GridOptions { Gap = 0, MinCellSize = minimum });
        Assert.Equal((cell, cell), (grid.Width, grid.Height));
        Assert.All(Enumerable.Range(0, cell), i => Assert.Equal(s_colors[2], grid.PixelAt(i, i)));
    }

    [Fact]
    public void Captions_are_below_their_images()
    {
        RgbImage[] images = s_colors[..4].Select(color => SyntheticAttention.Flat(96, color)).ToArray();
        RgbImage grid = ImageGrid.Compose(images, 2, new GridOptions { Gap = 4, Captions = ["red", null, "blue", ""] });
        int captionHeight = 4 + Lettering.LineHeight(new TextStyle(13, RgbColor.Black));
        Assert.Equal((204, 4 + (2 * (96 + captionHeight + 4))), (grid.Width, grid.Height));
        Assert.Equal(s_colors[2], grid.PixelAt(4, 4 + 96 + captionHeight + 4));
        Assert.True(HasInk(grid, 4, 104));
        Assert.False(HasInk(grid, 104, 104));
    }

    [Fact]
    public void The_longest_caption_determines_the_height_of_a_row_up_to_the_limit()
    {
        RgbImage[] images = s_colors[..2].Select(color => SyntheticAttention.Flat(64, color)).ToArray();
        int lineHeight = Lettering.LineHeight(new TextStyle(13, RgbColor.Black));
        string[] captions = new[] { "short", "a caption that goes on and on and on and on and on and never ends" };
        RgbImage grid = ImageGrid.Compose(images, 1, new GridOptions { Gap = 0, Captions = captions, MaxCaptionLines = 2 });
        Assert.Equal((64 + 4 + lineHeight) + (64 + 4 + (2 * lineHeight)), grid.Height);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    [InlineData(64, 8)]
    public void Square_grids_have_the_rounded_square_root_as_columns(int images, int columns) =>
        Assert.Equal(columns, ImageGrid.SquareColumns(images));

    [Fact]
    public void Invalid_grids_are_rejected()
    {
        RgbImage[] one = [new RgbImage(100, 100)];
        Assert.Throws<ArgumentException>(() => ImageGrid.Compose([], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageGrid.Compose(one, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageGrid.Compose(one, 1, new GridOptions { Gap = -1 }));
        Assert.Throws<ArgumentException>(() => ImageGrid.Compose(one, 1, new GridOptions { Captions = ["a", "b"] }));
        AttnGanException error = Assert.Throws<AttnGanException>(() => ImageGrid.Compose(one, 1, new GridOptions { MinCellSize = 20_000 }));
        Assert.Contains("20016 x 20016", error.Message, StringComparison.Ordinal);
    }

    private static bool HasInk(RgbImage grid, int left, int top) =>
        Enumerable.Range(0, 96 * 12).Any(i => grid.PixelAt(left + (i % 96), top + (i / 96)).R < 120);
}
