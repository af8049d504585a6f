using System.Globalization;
using System.Xml.Linq;
using AttnGan.Training.Evaluation.Reports;
using CsCheck;

namespace AttnGan.Training.Tests.Evaluation.Reports;

public sealed class BarPlotTests
{
    [Theory]
    [InlineData(new[] { 23.4, 180 }, new[] { 0, 50, 100, 150, 200.0 })]
    [InlineData(new[] { -0.31, 0.75 }, new[] { -0.5, 0, 0.5, 1 })]
    [InlineData(new[] { 0.04, 0.011 }, new[] { 0, 0.01, 0.02, 0.03, 0.04 })]
    [InlineData(new[] { -3.0 }, new[] { -3, -2, -1, 0.0 })]
    [InlineData(new[] { 0.0 }, new[] { 0, 1.0 })]
    [InlineData(new double[0], new[] { 0, 1.0 })]
    public void Ticks_are_round_numbers_and_include_all_values(double[] values, double[] ticks) =>
        Assert.Equal(ticks, BarAxis.For(values).Ticks.Select(tick => Math.Round(tick, 6)));

    [Fact]
    public void The_axis_includes_every_value_and_0() => Gen.Double[-1e9, 1e9].Array[1, 9].Sample(values =>
    {
        var axis = BarAxis.For(values);
        Assert.InRange(axis.Ticks.Count, 2, 7);
        Assert.All(values.Append(0), value => Assert.InRange(value, axis.Ticks[0], axis.Ticks[^1]));
    });

    [Fact]
    public void The_length_of_a_bar_is_its_value_and_that_of_a_whisker_its_deviation()
    {
        XElement[] parts = Parts([new("a", "25%", [new Bar(0.25, 0.05)])]);

        XElement bar = Assert.Single(parts, part => part.Name.LocalName == "rect");
        Assert.Equal((0, 25), (Percent(bar, "x"), Percent(bar, "width")));
        XElement whisker = parts.First(part => (string?)part.Attribute("class") == "whisker");
        Assert.Equal((20, 30), (Percent(whisker, "x1"), Percent(whisker, "x2")));
    }

    [Fact]
    public void Negative_bars_extend_from_0_to_the_left()
    {
        XElement[] parts = Parts([new("a", "-1", [new Bar(-1, null)]), new("b", "3", [new Bar(3, null)])], isShare: false, mean: 1);

        Assert.Equal(
            [(0, 25), (25, 75)],
            parts.Where(part => part.Name.LocalName == "rect").Select(bar => (Percent(bar, "x"), Percent(bar, "width"))));
        Assert.Equal(50, Percent(Assert.Single(parts, part => (string?)part.Attribute("class") == "mean"), "x1"));
    }

    [Fact]
    public void Whiskers_are_clamped_to_the_axis() =>
        Assert.Equal(
            100, Percent(Parts([new("a", "", [new Bar(0.9, 0.3)])]).First(part => (string?)part.Attribute("class") == "whisker"), "x2"));

    [Fact]
    public void NaN_has_a_label_and_no_bar()
    {
        XElement[] parts = Parts(
            [new("lost", "not a number", [new Bar(double.NaN, double.NaN)]), new("kept", "50%", [new Bar(0.5, double.NaN)])]);

        Assert.Single(parts, part => part.Name.LocalName == "rect");
        Assert.DoesNotContain(parts, part => (string?)part.Attribute("class") == "whisker");
        Assert.Contains(parts, part => part.Name.LocalName == "text" && part.Value == "not a number");
    }

    [Fact]
    public void Long_labels_are_shortened_between_grapheme_clusters_and_complete_in_the_title()
    {
        string name = string.Concat(Enumerable.Repeat("👩‍🚀", 50));

        XElement label = Parts([new(name, "", [new Bar(0.5, null)])]).First(part => part.Name.LocalName == "text" && part.HasElements);

        Assert.Equal(string.Concat(Enumerable.Repeat("👩‍🚀", 39)) + "…", ((XText)label.FirstNode!).Value);
        Assert.Equal(name, label.Elements().Single().Value);
    }

    [Fact]
    public void Titles_of_metrics_fit_without_being_shortened()
    {
        XElement[] parts = Parts([new("Recall@10, image to text (independent)", "", [new Bar(0.5, null)])]);

        XElement label = Assert.Single(parts, part => part.Name.LocalName == "text" && part.HasElements);
        Assert.DoesNotContain("…", label.Value, StringComparison.Ordinal);
    }

    private static XElement[] Parts(BarRow[] rows, bool isShare = true, double? mean = null) =>
        [.. XElement.Parse(BarPlot.Draw("description", rows, isShare, mean).ToString()).Descendants()];

    private static double Percent(XElement element, string name) =>
        double.Parse(((string)element.Attribute(name)!).TrimEnd('%'), CultureInfo.InvariantCulture);
}
