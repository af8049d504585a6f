using AttnGan.Imaging;
using AttnGan.Training.Data;
using AttnGan.Training.Data.Shapes;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

public sealed class ShapeAccuracyTests
{
    [Fact]
    public void Real_images_satisfy_their_captions()
    {
        Dictionary<string, double> values = Measure(shift: 0);

        Assert.InRange(values["shapes_accuracy"], 0.99, 1);
        Assert.All(values, value => Assert.InRange(value.Value, 0.99, 1));
        Assert.Equal(9, values.Count);
    }

    [Fact]
    public void Images_of_other_scenes_do_not()
    {
        Dictionary<string, double> values = Measure(shift: 1);

        Assert.InRange(values["shapes_accuracy"], 0, 0.05);
        Assert.InRange(values["shapes_background"], 0.05, 0.3); // one of six
        Assert.InRange(values["shapes_shape"], 0.05, 0.35);
        Assert.InRange(values["shapes_color"], 0.05, 0.35);
    }

    [Fact]
    public void Each_attribute_counts_apart()
    {
        var circle = new ShapeObject(ShapeKind.Circle, "red", ShapeSize.Small, ShapeTexture.Plain, ShapePlace.Left, 0.26, 0.5, 0.12);
        ShapeObject square = circle with { Shape = ShapeKind.Square, Color = "blue", Place = ShapePlace.Right, X = 0.74 };
        var scene = new ShapeScene("white", [circle, square]);

        // Color of one object, size and texture of the other are wrong.
        Dictionary<string, double> values = Measure(
            "a small plain green circle to the left of a large striped blue square on white", scene);

        Assert.Equal(0, values["shapes_accuracy"]);
        Assert.Equal(0, values["shapes_accuracy_two"]);
        Assert.Equal(1, values["shapes_background"]);
        Assert.Equal(0.5, values["shapes_color"]);
        Assert.Equal(1, values["shapes_shape"]);
        Assert.Equal(0.5, values["shapes_size"]);
        Assert.Equal(0.5, values["shapes_texture"]);
        Assert.Equal(1, values["shapes_place"]);
        Assert.DoesNotContain("shapes_accuracy_one", values);
    }

    [Fact]
    public void A_missing_object_counts_as_wrong()
    {
        var circle = new ShapeObject(ShapeKind.Circle, "red", ShapeSize.Small, ShapeTexture.Plain, ShapePlace.Center, 0.5, 0.5, 0.12);

        Dictionary<string, double> values = Measure("a red circle and a small blue square", new ShapeScene("white", [circle]));

        Assert.Equal(0, values["shapes_accuracy"]);
        Assert.Equal(0.5, values["shapes_color"]);
        Assert.Equal(0.5, values["shapes_shape"]);
        Assert.Equal(0, values["shapes_size"]);
        Assert.DoesNotContain("shapes_texture", values);
    }

    [Theory]
    [InlineData("a red circle", true)]
    [InlineData("a red heart of love", false)]
    public void Only_captions_of_shapes_are_measured(string caption, bool possible)
    {
        EvaluationPair[] pairs = [Pair(caption)];
        var context = new MetricContext { Pairs = pairs, Captions = new CandidatePool([(caption, "a")]), Seed = 1 };

        Assert.Equal(possible, ShapeAccuracy.Definition.FindObstacle(context) is null);
    }

    private static Dictionary<string, double> Measure(int shift)
    {
        (ShapeScene Scene, IReadOnlyList<string> Captions)[] scenes =
            [.. Enumerable.Range(0, 400).Select(i => ShapeDataset.Describe(21, i))];
        return Measure(scenes.Select((scene, i) => (scene.Captions[0], scenes[(i + shift) % scenes.Length].Scene)));
    }

    private static Dictionary<string, double> Measure(string caption, ShapeScene scene) => Measure([(caption, scene)]);

    private static Dictionary<string, double> Measure(IEnumerable<(string Caption, ShapeScene Scene)> pairs)
    {
        using IMetric metric = new ShapeAccuracy();
        foreach ((string caption, ShapeScene scene) in pairs)
        {
            RgbImage image = ShapeRenderer.Render(scene, 64);
            metric.Add(new ImageBatch([Pair(caption)], [new SubjectImage(image)], features: null));
        }

        return metric.Compute().ToDictionary(result => result.Value.Name, result => result.Value.Value);
    }

    private static EvaluationPair Pair(string caption) =>
        new(new CaptionedImage("a.png", "a.png", [caption], Class: null), caption, "a", Category: null);
}
