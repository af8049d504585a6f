using AttnGan.Attention;
using AttnGan.Imaging;
using AttnGan.Training.Data;
using AttnGan.Training.Data.Shapes;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

public sealed class ShapeAttentionTests
{
    private static readonly string[] s_words = ["a", "red", "circle", "to", "the", "left", "of", "a", "blue", "square"];

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    public void Attention_to_an_objects_words_counts_by_whose_pixels_it_is_on(int size)
    {
        // The left half belongs to the first object's words, the right half to the second's, four to one.
        var attention = new StageAttention(2, size, s_words, Maps(size, (word, x) => word switch
        {
            1 or 2 => x < size / 2 ? 0.4f : 0.1f,
            8 or 9 => x < size / 2 ? 0.1f : 0.4f,
            _ => 0,
        }));

        Dictionary<string, double> values = Measure(attention, "a red circle to the left of a blue square");

        Assert.Equal(4, values["shapes_attention_other_stage2"], 6);
        Assert.InRange(values["shapes_attention_background_stage2"], 1.5, 1.7); // half of the background has 0.4, half 0.1
    }

    [Fact]
    public void Even_attention_is_chance()
    {
        Dictionary<string, double> values = Measure(
            new StageAttention(3, 32, s_words, Maps(32, (_, _) => 0.1f)), "a red circle to the left of a blue square");

        Assert.Equal(1, values["shapes_attention_other_stage3"], 6);
        Assert.Equal(1, values["shapes_attention_background_stage3"], 6);
    }

    [Theory]
    [InlineData("a red circle to the left of a green square")] // not what the image shows
    [InlineData("a red circle")]
    public void Images_count_if_they_show_both_objects_of_their_caption(string caption) =>
        Assert.Empty(Measure(new StageAttention(2, 16, s_words, Maps(16, (_, _) => 0.1f)), caption));

    private static float[] Maps(int size, Func<int, int, float> weight) =>
        [.. Enumerable.Range(0, s_words.Length * size * size).Select(i => weight(i / (size * size), i % size))];

    private static Dictionary<string, double> Measure(StageAttention attention, string caption)
    {
        var circle = new ShapeObject(ShapeKind.Circle, "red", ShapeSize.Small, ShapeTexture.Plain, ShapePlace.Left, 0.25, 0.5, 0.12);
        ShapeObject square = circle with { Shape = ShapeKind.Square, Color = "blue", Place = ShapePlace.Right, X = 0.75 };
        RgbImage image = ShapeRenderer.Render(new ShapeScene("white", [square, circle]), 64);
        var pair = new EvaluationPair(new CaptionedImage("a.png", "a.png", [caption], Class: null), caption, "a", Category: null);
        using IMetric metric = new ShapeAttention();
        metric.Add(new ImageBatch([pair], [new SubjectImage(image, [attention])], features: null));
        return metric.Compute().ToDictionary(result => result.Value.Name, result => result.Value.Value);
    }
}
