using System.Text.Json;
using AttnGan.Attention;
using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Evaluation.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

/// <summary>Diversity, colors and where attention lies, on images whose figures are known.</summary>
[WithoutCollections]
public sealed class ImageMetricsTests
{
    [Fact]
    public void Diversity_is_the_mean_over_all_pairs()
    {
        using DisposeScope scope = NewDisposeScope();
        RgbImage black = Plain(0, 0, 0), gray = Plain(51, 51, 51), white = Plain(255, 255, 255);

        Assert.Equal((0.2 + 1.0 + 0.8) / 3, Diversity.OfPixels([black, gray, white]), 1e-12);
        Assert.Equal(0, Diversity.OfPixels([gray, gray]), 1e-12);
        Assert.Equal((1.0 + 1.0 + 2.0) / 3, Diversity.OfFeatures(tensor(new float[,] { { 2, 0 }, { 0, 3 }, { -1, 0 } })), 1e-6);
        Assert.Equal(0, Diversity.OfFeatures(tensor(new float[,] { { 1, 2 }, { 2, 4 } })), 1e-6);
    }

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
    public void Colors_have_the_names_that_people_give_them(string name, byte red, byte green, byte blue) =>
        Assert.Equal(name, BasicColors.Names[BasicColors.Classify(red, green, blue)]);

    [Fact]
    public void Dominant_colors_agree_with_what_the_data_set_recorded()
    {
        string folder = Path.Combine(Repository.Root, "datasets", "sample");
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
    public void The_white_ground_does_not_count_but_white_inside_a_drawing_does()
    {
        // A red frame of 52 pixels around 64 white ones.
        RgbImage ring = Plain(255, 255, 255, 16);
        Fill(ring, 3, 3, 10, 10, new RgbColor(220, 20, 30));
        Fill(ring, 4, 4, 8, 8, RgbColor.White);
        RgbImage full = Plain(255, 255, 255, 16);
        Fill(full, 3, 3, 10, 10, new RgbColor(220, 20, 30));

        Assert.Equal("white", Dominant(ring));
        Assert.Equal("red", Dominant(full));
        Assert.Equal("white", Dominant(Plain(255, 255, 255, 16)));
        Assert.Equal("blue", Dominant(Plain(30, 60, 220, 16)));
    }

    [Theory]
    [InlineData("a red heart", "red")]
    [InlineData("a gray heart", "gray")]
    [InlineData("a red heart beside a red star", "red")]
    [InlineData("a heart", null)]
    [InlineData("a red heart on a white background", null)]
    public void A_caption_asks_for_a_color_if_it_names_one(string caption, string? expected)
    {
        int? color = ColorAccuracy.AskedFor(new CaptionTokenizer(TokenizerMode.Unicode).Tokenize(caption));

        Assert.Equal(expected, color is { } index ? BasicColors.Names[index] : null);
    }

    [Fact]
    public void Attention_to_a_colors_word_is_weighed_by_where_the_color_is()
    {
        // The left quarter of 8 x 8 pixels is red: all of the left column of 4 x 4 blocks.
        RgbImage image = Plain(255, 255, 255, 8);
        Fill(image, 0, 0, 2, 8, new RgbColor(220, 20, 30));
        byte[] colors = BasicColors.Classify(image);

        Assert.Equal(new ColorAttention(1, 0.25), Assert.Single(Measure(4, x => x == 0 ? 1 : 0)));
        Assert.Equal(new ColorAttention(0, 0.25), Assert.Single(Measure(4, x => x == 3 ? 1 : 0)));
        Assert.Equal(new ColorAttention(0.25, 0.25), Assert.Single(Measure(4, x => 0.3f)));

        // With blocks of 4 x 4 pixels the left ones are half red.
        Assert.Equal(new ColorAttention(0.5, 0.25), Assert.Single(Measure(2, x => x == 0 ? 1 : 0)));

        IEnumerable<ColorAttention> Measure(int size, Func<int, float> weight)
        {
            float[] maps = [.. Enumerable.Range(0, 3 * size * size).Select(i => i / (size * size) == 1 ? weight(i % size) : 0.1f)];
            return AttentionGrounding.Measure(new StageAttention(2, size, ["a", "red", "thing"], maps), colors, 8);
        }
    }

    [Theory]
    [InlineData(1, "red", 0)] // 1 of 64 pixels: too few to say anything
    [InlineData(2, "red", 1)]
    [InlineData(57, "red", 1)]
    [InlineData(58, "red", 0)] // more than nine tenths: no way to miss it
    [InlineData(30, "green", 0)]
    public void Images_count_that_have_some_of_the_color_and_not_nothing_else(int pixels, string word, int readings)
    {
        RgbImage image = Plain(255, 255, 255, 8);
        for (int i = 0; i < pixels; i++)
        {
            Fill(image, i % 8, i / 8, 1, 1, new RgbColor(220, 20, 30));
        }

        var attention = new StageAttention(2, 4, [word], Enumerable.Repeat(1f, 16).ToArray());

        Assert.Equal(readings, AttentionGrounding.Measure(attention, BasicColors.Classify(image), 8).Count());
    }

    private static string Dominant(RgbImage image) => BasicColors.Names[BasicColors.Dominant(BasicColors.Classify(image), image.Width)];

    private static RgbImage Plain(byte red, byte green, byte blue, int size = 4)
    {
        var image = new RgbImage(size, size);
        Fill(image, 0, 0, size, size, new RgbColor(red, green, blue));
        return image;
    }

    private static void Fill(RgbImage image, int left, int top, int width, int height, RgbColor color)
    {
        for (int y = top; y < top + height; y++)
        {
            for (int x = left; x < left + width; x++)
            {
                int at = ((y * image.Width) + x) * 3;
                (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]) = (color.R, color.G, color.B);
            }
        }
    }
}
