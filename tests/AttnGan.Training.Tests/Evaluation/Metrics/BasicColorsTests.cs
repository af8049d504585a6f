using System.Text.Json;
using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Tests.Configuration;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

public sealed class BasicColorsTests
{
    [Theory]
    [InlineData("red", 221, 46, 68)]
    [InlineData("yellow", 255, 204, 77)]
    [InlineData("blue", 59, 136, 195)]
    [InlineData("green", 119, 178, 85)]
    [InlineData("orange", 244, 144, 12)]
    [InlineData("purple", 170, 142, 214)]
    [InlineData("pink", 244, 171, 186)]
    [InlineData("brown", 138, 75, 56)]
    [InlineData("black", 41, 47, 51)]
    [InlineData("gray", 153, 170, 181)]
    [InlineData("white", 255, 255, 255)]
    public void Colors_have_their_usual_names(string name, byte red, byte green, byte blue) =>
        Assert.Equal(name, BasicColors.Names[BasicColors.Classify(red, green, blue)]);

    /// <summary>The counts of a grid over all colors, computed with <c>datasets/emoji/colors.mjs</c>.</summary>
    [Fact]
    public void Colors_have_the_names_of_the_recipe()
    {
        int[] counts = new int[BasicColors.Names.Count];
        for (int red = 0; red < 256; red += 5)
        {
            for (int green = 0; green < 256; green += 5)
            {
                for (int blue = 0; blue < 256; blue += 5)
                {
                    counts[BasicColors.Classify((byte)red, (byte)green, (byte)blue)]++;
                }
            }
        }

        Assert.Equal([9229, 3829, 7627, 43007, 28470, 20216, 14032, 8094, 2650, 2712, 742], counts);
    }

    [Fact]
    public void Dominant_colors_agree_with_the_metadata_of_the_dataset()
    {
        string folder = Path.Combine(Path.GetDirectoryName(ShippedConfigTests.Folder())!, "datasets", "sample");
        List<string> wrong = [];
        int count = 0;
        foreach (string line in File.ReadLines(Path.Combine(folder, "metadata.jsonl")))
        {
            using var row = JsonDocument.Parse(line);
            string file = row.RootElement.GetProperty("file_name").GetString()!;
            string recorded = row.RootElement.GetProperty("colors")[0].GetProperty("name").GetString()!;
            string measured = Dominant(RgbImage.Load(Path.Combine(folder, file), RgbColor.White));
            count++;
            if (measured != recorded)
            {
                wrong.Add($"{file}: {measured}, recorded {recorded}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{count - wrong.Count} of {count} agree");
        Assert.True(wrong.Count <= 0.03 * count, string.Join('\n', wrong));
    }

    [Fact]
    public void White_background_does_not_count_but_white_inside_a_shape_does()
    {
        // A red frame of 52 pixels around 64 white ones.
        RgbImage ring = Shapes.Plain(255, 255, 255, 16);
        Shapes.Fill(ring, 3, 3, 10, 10, new RgbColor(220, 20, 30));
        Shapes.Fill(ring, 4, 4, 8, 8, RgbColor.White);
        RgbImage full = Shapes.Plain(255, 255, 255, 16);
        Shapes.Fill(full, 3, 3, 10, 10, new RgbColor(220, 20, 30));

        Assert.Equal("white", Dominant(ring));
        Assert.Equal("red", Dominant(full));
        Assert.Equal("white", Dominant(Shapes.Plain(255, 255, 255, 16)));
        Assert.Equal("blue", Dominant(Shapes.Plain(30, 60, 220, 16)));
    }

    /// <summary>A white disc inside a red ring is background as soon as the ring has a gap, on whichever side.</summary>
    [Theory]
    [InlineData(7, 3)]
    [InlineData(7, 12)]
    [InlineData(3, 7)]
    [InlineData(12, 7)]
    public void Background_reaches_through_gaps_on_any_side(int x, int y)
    {
        RgbImage ring = Shapes.Plain(255, 255, 255, 16);
        Shapes.Fill(ring, 3, 3, 10, 10, new RgbColor(220, 20, 30));
        Shapes.Fill(ring, 4, 4, 8, 8, RgbColor.White);
        Shapes.Fill(ring, x, y, 1, 1, RgbColor.White);

        Assert.Equal("red", Dominant(ring));
    }

    /// <summary>A red image with a white band from one border inward: each border starts background.</summary>
    [Theory]
    [InlineData(0, 6, 14, 4)]
    [InlineData(2, 6, 14, 4)]
    [InlineData(6, 0, 4, 14)]
    [InlineData(6, 2, 4, 14)]
    public void Background_starts_at_each_border(int left, int top, int width, int height)
    {
        RgbImage image = Shapes.Plain(220, 20, 30, 16);
        Shapes.Fill(image, 2, 2, 12, 12, RgbColor.White);
        Assert.Equal("white", Dominant(image));

        Shapes.Fill(image, left, top, width, height, RgbColor.White);

        Assert.Equal("red", Dominant(image));
    }

    [Theory]
    [InlineData(4, "white")] // 1 % of 400 pixels: the outline of a white object
    [InlineData(5, "red")]
    public void Foreground_of_one_percent_does_not_count(int pixels, string expected)
    {
        RgbImage image = Shapes.Plain(255, 255, 255, 20);
        Shapes.Fill(image, 7, 7, pixels, 1, new RgbColor(220, 20, 30));

        Assert.Equal(expected, Dominant(image));
    }

    private static string Dominant(RgbImage image) =>
        BasicColors.Names[BasicColors.Dominant(BasicColors.Classify(image), image.Width)];
}
