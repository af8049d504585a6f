using System.Text.RegularExpressions;
using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Metrics;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

public sealed partial class MetricRegistryTests
{
    [Fact]
    public void Names_are_distinct_and_in_snake_case()
    {
        Assert.Equal(MetricRegistry.Names.Distinct(), MetricRegistry.Names);
        Assert.All(MetricRegistry.Names, name => Assert.Matches(SnakeCase(), name));
    }

    [Fact]
    public void Every_metric_is_registered()
    {
        IEnumerable<string> metrics = typeof(IMetric).Assembly.GetTypes()
            .Where(type => type.IsClass && type.IsAssignableTo(typeof(IMetric)))
            .Select(type => ((MetricDefinition)type.GetProperty("Definition")!.GetValue(null)!).Name);

        Assert.Equal(metrics.Order(), MetricRegistry.Names.Order());
    }

    [Fact]
    public void Every_metric_is_documented()
    {
        string document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "evaluation.md"));

        Assert.All(MetricRegistry.Names, name => Assert.Contains($"| `{name}` |", document, StringComparison.Ordinal));
    }

    [Fact]
    public void The_guide_shows_the_example_metric()
    {
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "adding-a-metric.md"));
        string source = File.ReadAllText(Path.Combine(
            Repository.Root, "tests", "AttnGan.Training.Tests", "Evaluation", "Metrics", "Colorfulness.cs"));

        Assert.Contains(
            source[source.IndexOf("/// <summary>", StringComparison.Ordinal)..].ReplaceLineEndings("\n").Trim(),
            guide.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_metric_computes_colorfulness()
    {
        RgbImage halves = Shapes.Plain(255, 0, 0);
        Shapes.Fill(halves, 0, 0, 2, 4, new RgbColor(0, 255, 0));

        Assert.Equal(0, Colorfulness.Of(Shapes.Plain(90, 90, 90)), 1e-9);
        Assert.Equal(255 + (0.3 * 127.5), Colorfulness.Of(halves), 1e-9);
    }

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex SnakeCase();
}
