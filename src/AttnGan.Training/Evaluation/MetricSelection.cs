using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Evaluation;

/// <summary>The metrics that an evaluation computes, and those that it skips.</summary>
internal sealed class MetricSelection
{
    private readonly List<MetricDefinition> _metrics;
    private readonly List<SkippedMetric> _skipped = [];
    private readonly bool _isExplicit;

    /// <param name="requested">The metrics to compute; null for all that can be computed.</param>
    public MetricSelection(IReadOnlyList<MetricDefinition>? requested)
    {
        _isExplicit = requested is not null;
        _metrics = requested is null
            ? [.. MetricRegistry.All]
            : [.. MetricRegistry.All.Where(requested.Contains), .. requested.Except(MetricRegistry.All)];
    }

    /// <summary>The metrics to compute, in the order of reports.</summary>
    public IReadOnlyList<MetricDefinition> Metrics => _metrics;

    /// <summary>The metrics that cannot be computed, with the reasons.</summary>
    public IReadOnlyList<SkippedMetric> Skipped => _skipped;

    /// <summary>Returns true if any of the metrics requires an input.</summary>
    public bool Requires(MetricInputs input) => _metrics.Exists(metric => metric.Requires(input));

    /// <summary>Skips the metrics that cannot be computed.</summary>
    /// <param name="context">The evaluation.</param>
    /// <param name="subject">The source of the images.</param>
    /// <param name="hasDamsm">True if there is a DAMSM.</param>
    /// <exception cref="AttnGanException">Thrown when a metric that was requested by name cannot be computed.</exception>
    public void SkipImpossible(MetricContext context, ISubject subject, bool hasDamsm)
    {
        foreach (MetricDefinition metric in _metrics.ToArray())
        {
            if ((FindMissingInput(metric, context, subject, hasDamsm) ?? metric.FindObstacle(context)) is not { } reason)
            {
                continue;
            }

            if (_isExplicit)
            {
                throw new AttnGanException($"`{metric.Name}` cannot be measured: {reason}. Leave it out of `--metrics`.");
            }

            _metrics.Remove(metric);
            _skipped.Add(new SkippedMetric(metric.Name, reason));
        }
    }

    /// <summary>Records that a metric has no value because no image can be measured.</summary>
    public void SkipEmpty(MetricDefinition metric) => _skipped.Add(new SkippedMetric(metric.Name, metric.EmptyReason));

    private static string? FindMissingInput(MetricDefinition metric, MetricContext context, ISubject subject, bool hasDamsm)
    {
        if (metric.Requires(MetricInputs.Damsm) && !hasDamsm)
        {
            return "the model has no DAMSM; give one with `--damsm`";
        }

        if (metric.Requires(MetricInputs.Features) && context.Features is null)
        {
            return "no network computes features; give `--features`, `--damsm` or `--independent`";
        }

        if (metric.Requires(MetricInputs.Attention) && !subject.Attends)
        {
            return "these images are not generated with attention to words";
        }

        return metric.Requires(MetricInputs.Generator) && !subject.Generates
            ? "these images are not generated, so there is only one for each caption"
            : null;
    }
}
