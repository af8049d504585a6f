using AttnGan.Training.Evaluation.Metrics;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

public sealed class SentenceStatisticsTests
{
    private static readonly string[] s_captions = ["a red cat", "a red dog", "a blue cat", "a blue dog"];

    private static readonly int[] s_things = [0, 1, 0, 1];

    [Fact]
    public void Features_that_say_colors_only_are_recognized()
    {
        // The first number is the color; the second one differs a little from caption to caption and says nothing.
        Dictionary<string, double> measures = Measure([1, 0.1f, 1, -0.1f, -1, -0.1f, -1, 0.1f]);

        Assert.Equal(1, measures["sentence_dimensions"]);
        Assert.Equal(4 / 4.04, measures["sentence_color_variance"], 6);
        Assert.Equal(0, measures["sentence_same_thing_r1"]);
    }

    [Fact]
    public void Features_that_say_colors_and_things_are_recognized()
    {
        Dictionary<string, double> measures = Measure([1, 2, 1, -2, -1, 2, -1, -2]);

        Assert.Equal(2, measures["sentence_dimensions"]);
        Assert.Equal(1 / 5.0, measures["sentence_color_variance"], 6);
        Assert.Equal(1, measures["sentence_same_thing_r1"]);
    }

    [Fact]
    public void Equal_features_find_no_thing()
    {
        Dictionary<string, double> measures = Measure([1, 1, 1, 1, 1, 1, 1, 1]);

        Assert.Equal(0, measures["sentence_same_thing_r1"]); // two wrong captions are as near as the right one
        Assert.DoesNotContain("sentence_color_variance", measures);
    }

    [Fact]
    public void What_captions_do_not_allow_is_left_out()
    {
        using Tensor features = rand(3, 2);

        IEnumerable<string> names =
            SentenceStatistics.Measure(features, ["a cat", "a red dog", "a red bird"], [0, 1, 2]).Select(measure => measure.Name);

        Assert.Equal(["sentence_dimensions"], names);
        using Tensor one = rand(1, 2);
        Assert.Empty(SentenceStatistics.Measure(one, ["a cat"], [0]));
    }

    private static Dictionary<string, double> Measure(float[] features)
    {
        using Tensor sentences = tensor(features, [4, 2]);
        return SentenceStatistics.Measure(sentences, s_captions, s_things).ToDictionary(measure => measure.Name, measure => measure.Value);
    }
}
