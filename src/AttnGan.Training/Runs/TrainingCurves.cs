using System.Text.RegularExpressions;

namespace AttnGan.Training.Runs;

/// <summary>
/// Plots the log of a training: losses in one image, validation metrics in another, with a panel for each kind of quantity.
/// </summary>
internal static class TrainingCurves
{
    // In the order of the panels. A measure that matches no kind has its own panel.
    private static readonly Kind[] s_kinds =
    [
        new("Loss", "loss", "loss"),
        new("Words and regions", "loss", "words[01]"),
        new("Sentences and images", "loss", "sentence[01]"),
        new("Discriminators", "loss", "d[0-9]+"),
        new("Gradient penalties", "penalty", "r[12]_[0-9]+"),
        new("Generator against discriminators", "loss", "g[0-9]+"),
        new("Generator, feature matching", "share of the features", "match[0-9]+"),
        new("Generator, DAMSM", "loss", "words|sentence"),
        new("Generator, conditioning", "KL divergence", "kl"),
        new("Generator, total", "loss", "g_total"),
        new("Speed", "images per second", "images_per_second"),
        new("Validation loss", "loss", "validation_loss"),
        new("Retrieval, R@1", "% of validation pairs", "(image_to_text|text_to_image)_r1", IsShare: true),
        new("Retrieval, R@10", "% of validation pairs", "(image_to_text|text_to_image)_r10", IsShare: true),
        new("R-precision of generated images", "% of validation captions", "(independent_)?r_precision", IsShare: true),
        new("Fréchet distance (DAMSM features)", "distance", "(independent_)?fd"),
        new("Retrieval by generated images", "% of validation captions", "generated_image_to_text_r[0-9]+", IsShare: true),
        new("Quality (ring: best checkpoint)", "quality", "quality"),
    ];

    /// <summary>Draws both images from the log and replaces the previous ones. An image without curves is not written.</summary>
    /// <param name="part">The folder of the training.</param>
    /// <param name="name">The name of the run.</param>
    /// <exception cref="AttnGanException">The images cannot be written.</exception>
    public static void Draw(RunPart part, string name)
    {
        IReadOnlyList<LogEntry> entries = LogEntry.ReadAll(part.Log);
        long? best = BestEvaluation.Of(entries, part)?.Step;
        Write(part.LossCurves, $"{name}: losses of the {part.Kind} training", Panels(entries, TrainingLog.Training, best: null));
        Write(part.MetricCurves, $"{name}: {part.Kind} on validation images", Panels(entries, TrainingLog.Validation, best));
    }

    /// <summary>Draws the curves of several trainings together, with a panel for each measure.</summary>
    /// <param name="path">The PNG file to write.</param>
    /// <param name="title">The title of the image.</param>
    /// <param name="runs">Names and trainings of one kind.</param>
    /// <exception cref="AttnGanException">The file cannot be written, or the logs are empty.</exception>
    public static void Compare(string path, string title, IReadOnlyList<(string Name, RunPartSummary Part)> runs)
    {
        List<CurvePanel> panels = [];
        foreach (string kind in new[] { TrainingLog.Validation, TrainingLog.Training })
        {
            foreach ((Kind about, string measure) in MeasuresOf(runs.SelectMany(run => run.Part.Entries), kind))
            {
                var curves = runs.Select(run => (run.Part, Curve: CurveOf(run.Part.Entries, kind, about, measure) with { Name = run.Name }))
                    .Where(run => run.Curve.Points.Count > 0)
                    .ToList();
                panels.Add(new CurvePanel(
                    $"{about.Title}: {measure}",
                    about.Unit,
                    curves.ConvertAll(run => run.Curve),
                    curves.ConvertAll(run => kind == TrainingLog.Validation ? run.Part.Best?.Step : null)));
            }
        }

        if (panels.Count == 0)
        {
            throw new AttnGanException("The logs of the runs are empty, so there are no curves to draw; try again later.");
        }

        Write(path, title, panels);
    }

    private static IReadOnlyList<CurvePanel> Panels(IReadOnlyList<LogEntry> entries, string kind, long? best) =>
    [
        .. MeasuresOf(entries, kind)
            .GroupBy(measure => measure.Kind)
            .Select(group => new CurvePanel(
                group.Key.Title,
                group.Key.Unit,
                [.. group.Select(measure => CurveOf(entries, kind, group.Key, measure.Name))],
                [.. group.Select(_ => best)])),
    ];

    private static IEnumerable<(Kind Kind, string Name)> MeasuresOf(IEnumerable<LogEntry> entries, string kind) => entries
        .Where(entry => entry.Kind == kind)
        .SelectMany(entry => entry.Measures)
        .Select(measure => measure.Name)
        .Distinct()
        .Select(name => (Array.Find(s_kinds, about => Regex.IsMatch(name, $"^({about.Names})$")) ?? new Kind(name, "value", name), name))
        .OrderBy(measure => Array.IndexOf(s_kinds, measure.Item1) is >= 0 and var place ? place : s_kinds.Length);

    private static Curve CurveOf(IReadOnlyList<LogEntry> entries, string kind, Kind about, string measure) => new(
        measure,
        [
            .. entries
                .Where(entry => entry.Kind == kind && entry[measure] is not null)
                .Select(entry => new CurvePoint(entry.Step, entry[measure]!.Value * (about.IsShare ? 100 : 1))),
        ]);

    private static void Write(string path, string title, IReadOnlyList<CurvePanel> panels)
    {
        if (panels.Count > 0)
        {
            byte[] png = CurveFigure.ToPng(title, panels);
            AtomicFile.Write(path, stream => stream.Write(png));
        }
    }

    /// <param name="Title">The title of the panel.</param>
    /// <param name="Unit">The label of the vertical axis.</param>
    /// <param name="Names">A regular expression for the names of the measures in the panel.</param>
    /// <param name="IsShare">True for values in [0, 1], which are drawn in percent.</param>
    private sealed record Kind(string Title, string Unit, string Names, bool IsShare = false);
}
