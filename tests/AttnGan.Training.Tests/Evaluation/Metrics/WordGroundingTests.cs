using AttnGan.Attention;
using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

public sealed class WordGroundingTests
{
    [Theory]
    [InlineData("a red heart on a white background", "heart", "white background")]
    [InlineData("a simple flat drawing of a crescent moon in yellow", "crescent moon", "")]
    [InlineData("a bear and a small dog on the backdrop", "bear small dog", "backdrop")]
    [InlineData("an icon of a clock at half past six", "clock half past six", "")]
    [InlineData("a photo with a blurry background", "", "blurry background")]
    [InlineData("a dog in a photo", "dog", "")]
    [InlineData("a background", "", "background")]
    public void Words_name_the_object_or_the_background_or_neither(string caption, string objects, string background)
    {
        string[] words = caption.Split(' ');

        (IReadOnlyList<int> foundObjects, IReadOnlyList<int> foundBackground) = WordGrounding.Classify(words);

        Assert.Equal(objects, string.Join(' ', foundObjects.Select(i => words[i])));
        Assert.Equal(background, string.Join(' ', foundBackground.Select(i => words[i])));
    }

    [Fact]
    public void Attention_counts_on_the_object_and_on_the_background()
    {
        // The object is the left half but for the border: 3 of 8 columns, 6 of 8 rows.
        RgbImage image = Object();

        Assert.Equal(
            [
                ("object_grounding", 1 / (18 / 64.0)),
                ("attention_on_object", 1),
                ("background_grounding", 0.5 / (46 / 64.0)),
                ("attention_on_background", 0.5),
            ],
            Measure(image, (x, y) => x is >= 1 and <= 3 && y is >= 1 and <= 6, (x, y) => y == 1 && x is 3 or 4));
        Assert.Equal(
            [1.0, 18 / 64.0, 1, 46 / 64.0],
            Measure(image, (_, _) => true, (_, _) => true).Select(value => Math.Round(value.Value, 12)));
    }

    [Fact]
    public void Masks_of_the_dataset_replace_an_object_that_cannot_be_separated()
    {
        var random = new Random(3);
        var noise = new RgbImage(8, 8);
        random.NextBytes(noise.Pixels);
        bool[] mask = [.. Enumerable.Range(0, 64).Select(i => i % 8 < 2)];

        Assert.Empty(Measure(noise, (x, _) => x < 2, (x, _) => x < 2));
        Assert.Equal(
            [4.0, 1, 0, 0], Measure(noise, (x, _) => x < 2, (x, _) => x < 2, mask).Select(value => value.Value));
    }

    [Fact]
    public void The_foreground_is_what_differs_from_a_plain_border()
    {
        RgbImage image = Object();
        Shapes.Fill(image, 2, 3, 1, 1, new RgbColor(250, 250, 250)); // a hole in the object is not background

        Assert.Equal(18, Foreground.Of(image)!.Count(isObject => isObject));
        Assert.DoesNotContain(true, Foreground.Of(Shapes.Plain(20, 30, 200, 8))!);
        Assert.Null(Foreground.Of(Halves()));
    }

    /// <summary>Generated backgrounds are not quite even.</summary>
    [Theory]
    [InlineData(40, 0)]
    [InlineData(41, 1)]
    public void A_pixel_of_the_background_differs_by_up_to_40(int difference, int objects)
    {
        RgbImage image = Shapes.Plain(100, 100, 100, 8);
        Shapes.Fill(image, 4, 0, 1, 1, new RgbColor(100, 100, (byte)(100 + difference)));

        Assert.Equal(objects, Foreground.Of(image)!.Count(isObject => isObject));
    }

    /// <summary>The border is 8 pixels on each of 4 sides; the object covers some of the upper and of the left one.</summary>
    [Theory]
    [InlineData(4, 4, true)]
    [InlineData(5, 4, false)]
    public void A_plain_background_covers_three_quarters_of_the_border(int above, int left, bool isPlain)
    {
        RgbImage image = Shapes.Plain(250, 250, 250, 8);
        Shapes.Fill(image, 1, 0, above, 1, new RgbColor(20, 120, 30));
        Shapes.Fill(image, 0, 2, 1, left, new RgbColor(20, 120, 30));

        Assert.Equal(isPlain ? above + left : (int?)null, Foreground.Of(image)?.Count(isObject => isObject));
    }

    /// <summary>Corridors of the background lead into the object from all sides, and around a corner.</summary>
    [Fact]
    public void The_background_reaches_into_the_object()
    {
        var background = new RgbColor(250, 250, 250);
        RgbImage image = Shapes.Plain(250, 250, 250, 12);
        Shapes.Fill(image, 1, 1, 10, 10, new RgbColor(20, 120, 30));
        Shapes.Fill(image, 3, 1, 1, 3, background);
        Shapes.Fill(image, 8, 8, 1, 3, background);
        Shapes.Fill(image, 1, 8, 3, 1, background);
        Shapes.Fill(image, 8, 3, 3, 1, background);
        Shapes.Fill(image, 8, 4, 1, 2, background);

        bool[] foreground = Foreground.Of(image)!;

        Assert.Equal(100 - (4 * 3) - 2, foreground.Count(isObject => isObject));
        Assert.All((int[])[(3 * 12) + 3, (8 * 12) + 8, (8 * 12) + 3, (5 * 12) + 8], at => Assert.False(foreground[at]));
    }

    [Fact]
    public void Values_have_titles_and_the_area_in_their_notes()
    {
        MetricResult[] results = [.. Results(Object(), (_, _) => true, (_, _) => true)];

        Assert.Equal(
            [
                "Grounding of object words on object", "Attention of object words on object", "Grounding of background words",
                "Attention of background words",
            ],
            results.Select(result => result.Value.Title));
        Assert.Equal(
            [
                $"attention of the last stage to words of the object, which covers {18 / 64.0:P1} on average; 1 is chance",
                $"attention of the last stage to words of the object, which covers {18 / 64.0:P1} on average",
                $"attention of the last stage to words of the background, which covers {46 / 64.0:P1} on average; 1 is chance",
                $"attention of the last stage to words of the background, which covers {46 / 64.0:P1} on average",
            ],
            results.Select(result => result.Value.Note));
        Assert.Equal([false, true, false, true], results.Select(result => result.Value.IsShare));
        Assert.All(results, result => Assert.True(result.Value is { Count: 1, HigherIsBetter: true, Network: null, Deviation: null }));
    }

    private static RgbImage Object()
    {
        RgbImage image = Shapes.Plain(250, 250, 250, 8);
        Shapes.Fill(image, 1, 1, 3, 6, new RgbColor(20, 120, 30));
        return image;
    }

    private static RgbImage Halves()
    {
        RgbImage image = Shapes.Plain(250, 250, 250, 8);
        Shapes.Fill(image, 0, 0, 4, 8, new RgbColor(20, 120, 30));
        return image;
    }

    /// <summary>Measures attention of a map for "heart" and one for "background".</summary>
    private static List<(string Name, double Value)> Measure(
        RgbImage image, Func<int, int, bool> objects, Func<int, int, bool> background, bool[]? mask = null) =>
        [.. Results(image, objects, background, mask).Select(result => (result.Value.Name, result.Value.Value))];

    private static IEnumerable<MetricResult> Results(
        RgbImage image, Func<int, int, bool> objects, Func<int, int, bool> background, bool[]? mask = null)
    {
        float[] Map(Func<int, int, bool> isAttended) =>
            [.. Enumerable.Range(0, 64).Select(i => isAttended(i % 8, i / 8) ? 0.25f : 0)];
        var pair = new EvaluationPair(new("a", "a", ["heart on background"]), "heart on background", "class a", null);
        var context = new MetricContext
        {
            Pairs = [pair],
            Captions = new CandidatePool([(pair.Caption, pair.Class)]),
            Seed = 0,
            LoadMask = _ => mask,
        };
        var attention = new StageAttention(
            2, 8, ["heart", "on", "background"], (float[])[.. Map(objects), .. Map((_, _) => true), .. Map(background)]);
        var metric = new WordGrounding(context);
        metric.Add(new ImageBatch([pair], [new SubjectImage(image, [attention])], features: null));
        return metric.Compute();
    }
}
