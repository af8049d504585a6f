using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

public sealed class ColorRPrecisionTests
{
    private static readonly CandidatePool s_pool = new(
        Enumerable.Range(0, 150).Select(i => ($"a red thing {i}", $"class {i}"))
            .Concat(Enumerable.Range(0, 60).Select(i => ($"a blue thing {i}", $"class blue {i}"))));

    [Fact]
    public void Negatives_are_sampled_among_the_given_captions_of_other_classes()
    {
        int[] among = [.. Enumerable.Range(0, 120)];

        int[] sample = s_pool.TrySample("class 7", among, 99, seed: 3, image: 5)!;

        Assert.Equal(99, sample.Distinct().Count());
        Assert.All(sample, index => Assert.InRange(index, 0, 119));
        Assert.DoesNotContain(7, sample);
        Assert.Equal(sample, s_pool.TrySample("class 7", among, 99, seed: 3, image: 5));
        Assert.NotEqual(sample, s_pool.TrySample("class 7", among, 99, seed: 4, image: 5));
        Assert.Equal(119, s_pool.TrySample("class 7", among, 119, seed: 3, image: 5)!.Length);
        Assert.Null(s_pool.TrySample("class 7", among, 120, seed: 3, image: 5));
    }

    [Fact]
    public void The_metric_needs_99_captions_of_the_same_colors()
    {
        Assert.Null(ColorRPrecision.Definition.FindObstacle(Context("a red thing 3", "class 3")));
        Assert.Contains(
            "99 captions of other classes with the same color words",
            ColorRPrecision.Definition.FindObstacle(Context("a blue thing 3", "class blue 3")));
    }

    [Fact]
    public void Captions_name_distinct_colors_in_any_spelling() => Assert.Equal(
        new[] { "red", "gray" }.Select(name => BasicColors.IndexOf(name)!.Value),
        ColorAccuracy.NamedColors("a red and grey fish, mostly gray"));

    private static MetricContext Context(string caption, string name) => new()
    {
        Pairs = [new EvaluationPair(new("a", "a", [caption]), caption, name, null)],
        Captions = s_pool,
        Seed = 0,
    };
}
