using System.Text.RegularExpressions;

namespace AttnGan.Training.Runs;

/// <summary>A training's log as images: losses in one, figures on held-out images in another, a panel for each kind of quantity.</summary>
internal static class TrainingCurves
{
    // In the order of the panels. What no kind knows has a panel of its own.
    private static readonly Kind[] s_kinds =
    [
        new("Loss", "loss", "loss"),
        new("Words and regions", "loss", "words[01]"),
        new("Sentences and images", "loss", "sentence[01]"),
        new("Discriminators", "loss", "d[0-9]+"),
        new("R1 penalty", "penalty", "r1_[0-9]+"),
        new("Generator against discriminators", "loss", "g[0-9]+"),
        new("Generator, distance to the caption's image", "share of the features", "match[0-9]+"),
        new("Generator, DAMSM", "loss", "words|sentence"),
        new("Generator, conditioning", "KL divergence", "kl"),
        new("Generator, all together", "loss", "g_total"),
        new("Speed", "images a second", "images_per_second"),
        new("Loss on held-out images", "loss", "validation_loss"),
        new("Retrieval, R@1", "% of held-out pairs", "(image_to_text|text_to_image)_r1", IsShare: true),
        new("Retrieval, R@10", "% of held-out pairs", "(image_to_text|text_to_image)_r10", IsShare: true),
        new("R-precision of drawn images", "% of held-out captions", "(independent_)?r_precision", IsShare: true),
        new("Fréchet distance (DAMSM features)", "distance", "(independent_)?fd"),
        new("GeneratorOutputs images find their caption", "% of held-out captions", "drawn_image_to_text_r[0-9]+", IsShare: true),
        new("Quality (ring: best checkpoint)", "quality", "quality"),
    ];

    /// <summary>Draws both images anew from the log; the one that there is nothing for is left out.</summary>
    /// <param name="part">Where they go.</param>
    /// <param name="name">The run's name.</param>
    /// <exception cref="AttnGanException">They cannot be written.</exception>
    public static void Draw(RunPart part, string name)
    {
        IReadOnlyList<LogEntry> entries = LogEntry.ReadAll(part.Log);
        long? best = BestEvaluation.Of(entries, part)?.Step;
        Write(part.LossCurves, $"{name}: losses of the {part.Kind} training", Panels(entries, TrainingLog.Training, best: null));
        Write(part.MetricCurves, $"{name}: {part.Kind} on held-out images", Panels(entries, TrainingLog.Validation, best));
    }

    /// <summary>Draws several trainings over each other, a panel for each quantity.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="title">Above all panels.</param>
    /// <param name="runs">Names and trainings of one kind.</param>
    /// <exception cref="AttnGanException">It cannot be written, or there is nothing to draw.</exception>
    public static void Compare(string path, string title, IReadOnlyList<(string Name, RunPartSummary Part)> runs)
    {
        List<CurvePanel> panels = [];
        foreach (string kind in new[] { TrainingLog.Validation, TrainingLog.Training })
        {
            foreach ((Kind about, string measure) in MeasuresOf(runs.SelectMany(run => run.Part.Entries), kind))
            {
                var drawn = runs.Select(run => (run.Part, Curve: CurveOf(run.Part.Entries, kind, about, measure) with { Name = run.Name }))
                    .Where(run => run.Curve.Points.Count > 0)
                    .ToList();
                panels.Add(new CurvePanel(
                    $"{about.Title}: {measure}",
                    about.Unit,
                    drawn.ConvertAll(run => run.Curve),
                    drawn.ConvertAll(run => kind == TrainingLog.Validation ? run.Part.Best?.Step : null)));
            }
        }

        if (panels.Count == 0)
        {
            throw new AttnGanException("The runs have logged nothing yet that could be drawn; try again later.");
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

    /// <param name="Title">Of the panel.</param>
    /// <param name="Unit">Of its vertical axis.</param>
    /// <param name="Names">A regular expression for the names of the measures in it.</param>
    /// <param name="IsShare">Whether they are shares in [0, 1], drawn in percent.</param>
    private sealed record Kind(string Title, string Unit, string Names, bool IsShare = false);
}
