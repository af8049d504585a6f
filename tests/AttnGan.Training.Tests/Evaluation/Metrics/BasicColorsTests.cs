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

    private static string Dominant(RgbImage image) =>
        BasicColors.Names[BasicColors.Dominant(BasicColors.Classify(image), image.Width)];
}
