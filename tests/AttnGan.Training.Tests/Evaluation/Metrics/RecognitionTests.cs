using AttnGan.Training.Data;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Subjects;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

[WithoutCollections]
public sealed class RecognitionTests : IDisposable
{
    private static readonly int[] s_things = [0, 0, 1, 2];
    private static readonly float[,] s_gallery = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } };

    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(0.9f, 0.1f, 0, 0.0)]     // the nearest image shows thing 0
    [InlineData(0.1f, 0.9f, 0, 0.0)]     // so does the second image of it
    [InlineData(-0.9f, 0.1f, 0, 1.0)]    // thing 1 is nearer
    [InlineData(-0.9f, -0.8f, 0, 2.0)]   // things 1 and 2 are nearer
    [InlineData(0.1f, -0.9f, 2, 0.0)]
    [InlineData(0f, 0f, 1, 1.0)]         // all are equally near: half of the two others
    public void The_rank_is_the_number_of_nearer_things(float x, float y, int thing, double rank) =>
        Assert.Equal([rank], Rank(new[,] { { x, y } }, [thing]));

    [Fact]
    public void Any_of_several_correct_things_counts() => Assert.Equal(
        [0.0], Recognition.Ranks(tensor(new[,] { { -0.9f, 0.1f } }), tensor(s_gallery), s_things, [new HashSet<int> { 1, 2 }]));

    [Fact]
    public void Images_that_are_left_out_are_not_found()
    {
        float[,] query = { { 0.9f, 0.1f } };

        Assert.Equal([0.0], Rank(query, [0], (_, row) => row == 0)); // the second image of the thing is still nearest
        Assert.Equal([1.0], Rank(new[,] { { 0.9f, -0.8f } }, [0], (_, row) => row == 0)); // it is farther than thing 2
        Assert.Equal([null], Rank(query, [0], (_, row) => s_things[row] == 0));
    }

    [Fact]
    public void Features_that_are_not_numbers_are_not_recognized() =>
        Assert.Equal([null], Rank(new[,] { { float.NaN, 1 } }, [0]));

    [Fact]
    public void Shares_count_the_ranks_that_exist()
    {
        double?[] ranks = [0, 0.5, 1, null, 9];

        Assert.Equal(0.5, Recognition.ShareBelow(ranks, 1));
        Assert.Equal(1, Recognition.ShareBelow(ranks, 10));
    }

    [Fact]
    public void Captions_name_the_things_of_all_images_that_they_describe()
    {
        var index = ThingIndex.Of(
        [
            new("a", "a", ["a bird", "a red bird"], "parrot-red") { Thing = "parrot", Style = "ink" },
            new("b", "b", ["a bird"], "owl-red") { Thing = "owl", Style = "ink" },
            new("c", "c", ["a blue parrot"], "parrot-blue") { Thing = "parrot", Style = "oil" },
            new("d", "d", ["something"]),
        ]);

        Assert.Equal(index.Things[0], index.Things[2]);
        Assert.Equal(3, index.Things.Distinct().Count());
        Assert.Equal([index.Things[0], index.Things[1]], index.Named("a bird").Order());
        Assert.Equal([index.Things[0]], index.Named("a blue parrot"));
        Assert.True(index.IsOfSameStyle(0, 1));
        Assert.False(index.IsOfSameStyle(0, 2));
        Assert.False(index.IsOfSameStyle(2, 3));
        Assert.True(index.IsOfSameStyle(3, 3));
        Assert.True(index.HasStyles);
    }

    /// <summary>Features lie around their mean, not around zero: cosines are those of centered features.</summary>
    [Fact]
    public void Images_are_recognized_by_their_nearest_real_image_and_real_images_by_those_of_other_styles()
    {
        using FeatureSets sets = Sets(new[,] { { 0.9f, 0.1f }, { 0.1f, 0.9f } });
        MetricContext context = Context("parrot", "owl") with { FeatureSets = sets, IsTrainedWithFeatures = true };
        using IMetric metric = Recognition.Definition.Create(context);

        MetricResult[] results = [.. metric.Compute()];

        Assert.Equal(
            [
                ("recognition", "Recognition@1", 0.5, 2),
                ("recognition_r10", "Recognition@10", 1, 2),
                ("recognition_real", "Recognition@1, real images", 1, 1), // of the owl, another style is missing
                ("recognition_real_r10", "Recognition@10, real images", 1, 1),
            ],
            results.Select(result => (result.Value.Name, result.Value.Title, result.Value.Value, result.Value.Count)));
        Assert.Equal([1, 0], results[0].PerImage!);
        Assert.Equal([1, 1], results[1].PerImage!);
        Assert.All(results[2..], result => Assert.Null(result.PerImage));
        Assert.All(results, result => Assert.True(
            result.Value is { HigherIsBetter: true, IsShare: true, Deviation: null, Network: IFeatureNetwork.Role }));
        Assert.All(results[..2], result => Assert.Equal(
            $"{context.TrainedNote}4 real images of 3 things; chance is 37.5 %, at 10 about 100.0 %", result.Value.Note));
        Assert.All(results[2..], result => Assert.Equal(
            "the real images of the captions; images of the same style are left out for each", result.Value.Note));
    }

    [Fact]
    public void Real_images_are_not_recognized_by_their_own_style()
    {
        using FeatureSets sets = Sets(new[,] { { 1f, 0 }, { -1, 0 } });
        using IMetric metric = Recognition.Definition.Create(Context("parrot", "owl") with { FeatureSets = sets, IsReal = true });

        MetricResult[] results = [.. metric.Compute()];

        Assert.Equal(["recognition", "recognition_r10"], results.Select(result => result.Value.Name));
        Assert.All(results, result => Assert.Equal([1, null], result.PerImage!));
        Assert.All(results, result => Assert.EndsWith(
            "at 10 about 100.0 %; images of the same style are left out for each", result.Value.Note, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "parrot", "owl")]
    [InlineData("the images evaluated must name at least 2 different things", "parrot", "parrot")]
    public void Two_things_are_needed(string? obstacle, params string[] things)
    {
        string? found = Recognition.Definition.FindObstacle(Context(things));

        Assert.Equal(obstacle is null, found is null);
        Assert.StartsWith(obstacle ?? "", found ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Without_styles_only_the_image_itself_is_left_out()
    {
        var index = ThingIndex.Of([new("a", "a", ["a bird"], "owl")]);

        Assert.False(index.HasStyles);
        Assert.Equal("the image itself is left out for each; an altered copy of it in the split is recognized", index.LeftOut);
    }

    public void Dispose() => _scope.Dispose();

    private static CaptionedImage Image(string name, string thing, string style) =>
        new(name, name, [$"a {thing}"], $"{thing}-class") { Thing = thing, Style = style };

    private static MetricContext Context(params string[] things) => MetricExamples.Context(
        [.. things.Select(thing => new EvaluationPair(Image(thing, thing, "ink"), $"a {thing}", thing, null))]);

    private static FeatureSets Sets(float[,] evaluated)
    {
        CaptionedImage[] images =
        [
            Image("parrot", "parrot", "ink"), Image("parrot oil", "parrot", "oil"), Image("owl", "owl", "ink"), Image("fox", "fox", "oil"),
        ];
        var sets = new FeatureSets(images, tensor(s_gallery) + 5);
        sets.Add((tensor(evaluated) + 5)[..1]);
        sets.Add((tensor(evaluated) + 5)[1..]);
        return sets;
    }

    private static double?[] Rank(float[,] query, int[] correct, Func<int, int, bool>? leavesOut = null) => Recognition.Ranks(
        tensor(query), tensor(s_gallery), s_things, [.. correct.Select(thing => new HashSet<int> { thing })], leavesOut);
}
