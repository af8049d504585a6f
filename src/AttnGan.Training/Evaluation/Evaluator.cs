using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Formats;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>
/// EvaluationNetworks the images of a model or of a reference: draws them a few at a time, lets every network look at them, and keeps what the
/// figures need. The same options give the same figures.
/// </summary>
internal sealed class Evaluator
{
    /// <summary>Images of a published evaluation.</summary>
    public const int PublishedCount = 30_000;

    private const int BatchSize = 16;
    private const int DiversityCaptions = 32;
    private const int DiversityImages = 4;

    private readonly EvaluationOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly IProgress<(int Done, int Total)> _progress;
    private readonly HashSet<EvaluationMetric> _asked;
    private readonly List<SkippedMetric> _skipped = [];
    private readonly List<string> _warnings = [];
    private int _done;
    private int _total;

    private Evaluator(EvaluationOptions options, IProgress<(int Done, int Total)> progress, CancellationToken cancellation)
    {
        _options = options;
        _progress = progress;
        _cancellation = cancellation;
        _asked = [.. options.Metrics ?? Enum.GetValues<EvaluationMetric>()];
    }

    /// <summary>Evaluates and writes the report's images. Not within a dispose scope.</summary>
    /// <param name="options">What and how.</param>
    /// <param name="device">Where judging networks compute.</param>
    /// <param name="progress">Images looked at, of all.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="AttnGanException">Something is missing or cannot be read, or a metric that was named cannot be measured.</exception>
    public static EvaluationResult Run(
        EvaluationOptions options, Device device, IProgress<(int Done, int Total)> progress, CancellationToken cancellation)
    {
        using IDisposable gradientsOff = no_grad();
        var model = EvaluatedModel.Open(options.Model);
        using var judges = EvaluationNetworks.Open(options, model, device);
        return new Evaluator(options, progress, cancellation).Run(model, judges);
    }

    private EvaluationResult Run(EvaluatedModel model, EvaluationNetworks judges)
    {
        _warnings.AddRange(judges.Warnings());
        AttnGanConfig config = model.Config ?? judges.Readers.FirstOrDefault()?.Config ?? new AttnGanConfig();
        if (_options.CropScale is { } cropScale)
        {
            config = config with { Data = config.Data with { CropScale = cropScale } };
        }

        var data = EvaluationData.Open(_options.Data, _options.Split, config);
        using ISubject subject = CreateSubject(model, data);
        IReadOnlyList<EvaluationPair> all = ReadablePairs(model, judges, data, subject);
        int count = Count(all);
        var pool = new CandidatePool(all.Take(Math.Max(count, PublishedCount)).Select(pair => (pair.Caption, pair.Class)));
        IReadOnlyList<EvaluationPair> pairs = [.. Enumerable.Range(0, count).Select(i => all[i % all.Count])];
        if (_options.Subject == SubjectKind.WrongCaptions)
        {
            pairs = EvaluationData.Mismatch(pairs, pool, _options.Seed);
        }

        string[][] captionsOfClasses =
        [
            .. all.GroupBy(pair => pair.Class).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => group.Select(pair => pair.Caption).Distinct(StringComparer.Ordinal).ToArray()),
        ];
        using IFeatureNetwork? features = judges.Features(captionsOfClasses, _cancellation);
        CheckMetrics(subject, pool, pairs, features, judges.Damsm is not null || judges.Independent is not null);
        EvaluatedData described = data.Describe(_cancellation);

        bool drawsMore = _asked.Contains(EvaluationMetric.Diversity);
        string[] diverse = drawsMore ? [.. pairs.Select(pair => pair.Caption).Distinct(StringComparer.Ordinal).Take(DiversityCaptions)] : [];
        _total = count + (diverse.Length * DiversityImages);
        using FeatureStatistics? real = _asked.Contains(EvaluationMetric.Fid) ? OfRealImages(data, described, features!, model.ImageSize) : null;
        List<DamsmScores> damsms = [];
        using FeatureScores? scores = features is not null && (real is not null || _asked.Contains(EvaluationMetric.InceptionScore))
            ? new FeatureScores(features, _asked.Contains(EvaluationMetric.InceptionScore))
            : null;
        try
        {
            damsms.AddRange(new[] { judges.Damsm, judges.Independent }.OfType<DamsmScorer>()
                .Select(judge => new DamsmScores(judge, pool, pairs, _options.Seed, _cancellation)));
            var images = new ImageScores();
            var kept = new ReportSamples();
            Look(subject, pairs, damsms, scores, images, kept);
            List<ScoredMetric> metrics = Finish(
                real, scores, damsms, images, Diversities(subject, pairs, diverse, features), _options.Subject == SubjectKind.Model &&
                features?.Network.Checksum == judges.Damsm?.Network.Checksum);
            EvaluationReport report = Describe(model, subject, described, count, judges, features) with
            {
                Metrics = [.. metrics.Select(metric => metric.Value)],
                Skipped = _skipped,
                Categories = Categories(pairs, metrics),
            };
            var metadata = new ImageMetadata { Model = subject.Draws ? report.Subject.Name : null, Truncation = report.Subject.Truncation };
            Func<EvaluationPair, RgbImage>? realImage = subject is RealImages ? null : pair => data.Load(pair.Image, model.ImageSize);
            return new EvaluationResult(kept.Write(report, _options.Output, realImage, metadata), _warnings);
        }
        finally
        {
            damsms.ForEach(damsm => damsm.Dispose());
        }
    }

    private ISubject CreateSubject(EvaluatedModel model, EvaluationData data) => _options.Subject switch
    {
        SubjectKind.Real or SubjectKind.WrongCaptions => new RealImages(data, model.ImageSize),
        SubjectKind.Noise => new NoiseImages(model.ImageSize),
        SubjectKind.Untrained => Draw(model.Untrained(_options.Seed)),
        _ => Draw(model),
    };

    private GeneratedImages Draw(EvaluatedModel model) => new(
        model.CreatePipeline(new PipelineOptions { Threads = _options.Threads }), _options.Truncation, model.Attends);

    private IReadOnlyList<EvaluationPair> ReadablePairs(EvaluatedModel model, EvaluationNetworks judges, EvaluationData data, ISubject subject)
    {
        IReadOnlyList<EvaluationPair> pairs = data.Pairs(
            _options.Seed, caption => judges.Readers.All(judge => judge.Knows(caption)) && (!subject.Draws || model.Knows(caption)));
        int captions = data.Images.Sum(image => image.Captions.Count);
        if (pairs.Count < captions)
        {
            _warnings.Add($"{captions - pairs.Count} of {captions} captions have no word that the model or a DAMSM knows; they are passed over.");
        }

        return pairs;
    }

    private int Count(IReadOnlyList<EvaluationPair> all)
    {
        int count = _options.Count ?? Math.Min(all.Count, PublishedCount);
        if (all.Count == 0 || count < 2)
        {
            throw new AttnGanException(
                $"An evaluation needs 2 images at least; there would be {(all.Count == 0 ? 0 : count)}. Give a larger `--count`, or a split with more " +
                "captions that model and DAMSM can read.");
        }

        return _options.Seed <= long.MaxValue - Math.Max(count, DiversityImages) ? count : throw new AttnGanException(
            $"The seed {_options.Seed} leaves no room for {count} images; use a smaller one.");
    }

    /// <summary>Before anything is drawn: what cannot be measured is an error where it was asked for by name, and told where it was not.</summary>
    private void CheckMetrics(ISubject subject, CandidatePool pool, IReadOnlyList<EvaluationPair> pairs, IFeatureNetwork? features, bool hasDamsm)
    {
        EvaluationMetric[] byDamsm = [EvaluationMetric.RPrecision, EvaluationMetric.Recall, EvaluationMetric.CaptionSimilarity];
        foreach (EvaluationMetric metric in byDamsm)
        {
            Require(metric, hasDamsm, "the model brings no DAMSM; give one with `--damsm`");
        }

        foreach (EvaluationMetric metric in (EvaluationMetric[])[EvaluationMetric.Fid, EvaluationMetric.InceptionScore])
        {
            Require(metric, features is not null, "nothing reads features; give `--features`, `--damsm` or `--independent`");
        }

        Require(
            EvaluationMetric.ColorAccuracy,
            pairs.Any(pair => ImageScores.AskedFor(pair) is not null),
            "no caption names one color alone");
        int fewest = pairs.Select(pair => pair.Class).Distinct().Min(pool.CountForeign);
        Require(
            EvaluationMetric.RPrecision,
            fewest >= RPrecision.WrongCandidates,
            $"an image is held against {RPrecision.WrongCandidates} captions of other classes; some have only {fewest} in the split");
        Require(
            EvaluationMetric.InceptionScore,
            pairs.Count >= InceptionScore.Splits,
            $"it has {InceptionScore.Splits} splits, and there are {pairs.Count} images");
        Require(
            EvaluationMetric.InceptionScore,
            features is not { HasClasses: false },
            $"the DAMSM in Inception's place tells 2 to {DamsmFeatures.MaxClasses} classes apart, and the split has another number; give " +
            "an Inception-v3 with `--features`");
        Require(EvaluationMetric.AttentionGrounding, subject.Attends, "these images are not drawn with attention to words");
        Require(EvaluationMetric.Diversity, subject.Draws, "these images are not drawn, so there is one for each caption");
    }

    private void Require(EvaluationMetric metric, bool isPossible, string reason)
    {
        if (isPossible || !_asked.Contains(metric))
        {
            return;
        }

        string name = EvaluationMetrics.NameOf(metric);
        if (_options.Metrics is not null)
        {
            throw new AttnGanException($"`{name}` cannot be measured: {reason}. Leave it out of `--metrics`.");
        }

        Skip(metric, reason);
    }

    private void Skip(EvaluationMetric metric, string reason)
    {
        _asked.Remove(metric);
        _skipped.Add(new SkippedMetric(EvaluationMetrics.NameOf(metric), reason));
    }

    private FeatureStatistics OfRealImages(EvaluationData data, EvaluatedData described, IFeatureNetwork network, int size)
    {
        var cache = new RealStatistics(_options.Cache, described, network.Network, data.Preparation(size));
        if (cache.Find() is { } found)
        {
            return found;
        }

        _total += data.Images.Count;
        var statistics = new FeatureStatistics(network.Dimensions);
        try
        {
            foreach (CaptionedImage[] batch in data.Images.Chunk(BatchSize))
            {
                RgbImage[] images = [.. batch.Select(image => data.Load(image, size))];
                Compute(images, tensors => statistics.Add(FeatureScores.Read(network, tensors).Features));
            }
        }
        catch
        {
            statistics.Dispose();
            throw;
        }

        if (cache.Keep(statistics) is { } warning)
        {
            _warnings.Add(warning);
        }

        return statistics;
    }

    /// <summary>Every image, seen by everyone.</summary>
    private void Look(
        ISubject subject, IReadOnlyList<EvaluationPair> pairs, List<DamsmScores> damsms, FeatureScores? features, ImageScores scores, ReportSamples kept)
    {
        bool attention = _asked.Contains(EvaluationMetric.AttentionGrounding);
        for (int start = 0; start < pairs.Count; start += BatchSize)
        {
            (EvaluationPair Pair, long Seed)[] requests =
                [.. pairs.Skip(start).Take(BatchSize).Select((pair, i) => (pair, _options.Seed + start + i))];
            SubjectImage[] images = [.. subject.Images(requests, attention, _cancellation)];
            Compute([.. images.Select(image => image.Image)], tensors =>
            {
                features?.Add(tensors);
                damsms.ForEach(damsm => damsm.Add(tensors));
            });
            for (int i = 0; i < images.Length; i++)
            {
                (EvaluationPair pair, long seed) = requests[i];
                scores.Add(pair, images[i]);
                double score = damsms is [var first, ..] ? first.Cosines[start + i] : double.NaN;
                kept.Add(pair, subject.Draws ? seed : null, score, images[i].Image);
            }
        }
    }

    /// <summary>Several images of each of a few captions, in pixels and in features.</summary>
    private (double Pixels, double? Features)[] Diversities(
        ISubject subject, IReadOnlyList<EvaluationPair> pairs, string[] captions, IFeatureNetwork? features) => [.. captions.Select(caption =>
        {
            EvaluationPair pair = pairs.First(pair => pair.Caption == caption);
            (EvaluationPair, long)[] requests = [.. Enumerable.Range(0, DiversityImages).Select(i => (pair, _options.Seed + i))];
            RgbImage[] images = [.. subject.Images(requests, attention: false, _cancellation).Select(image => image.Image)];
            double? ofFeatures = null;
            Compute(images, tensors => ofFeatures =
                features is null ? null : Diversity.OfFeatures(FeatureScores.Read(features, tensors).Features));
            return (Diversity.OfPixels(images), ofFeatures);
        })];

    /// <summary>Lets networks look at images, and tells the progress.</summary>
    private void Compute(RgbImage[] images, Action<Tensor> look)
    {
        _cancellation.ThrowIfCancellationRequested();
        using (CollectionPause.Begin())
        {
            using DisposeScope scope = NewDisposeScope();
            look(ImageTensor.Of(images));
        }

        _done += images.Length;
        _progress.Report((_done, _total));
    }

    private List<ScoredMetric> Finish(
        FeatureStatistics? real,
        FeatureScores? features,
        IReadOnlyList<DamsmScores> damsms,
        ImageScores images,
        (double Pixels, double? Features)[] diversities,
        bool taught)
    {
        List<ScoredMetric> metrics = [];
        if (real is not null)
        {
            metrics.Add(features!.Distance(real, taught));
        }

        if (_asked.Contains(EvaluationMetric.InceptionScore))
        {
            metrics.Add(features!.Score());
        }

        metrics.AddRange(damsms.SelectMany(damsm => damsm.Finish(_asked)));
        if (_asked.Contains(EvaluationMetric.ColorAccuracy))
        {
            metrics.Add(images.Colors());
        }

        if (_asked.Contains(EvaluationMetric.AttentionGrounding))
        {
            ScoredMetric[] attention = [.. images.Attention()];
            metrics.AddRange(attention);
            if (attention.Length == 0)
            {
                Skip(EvaluationMetric.AttentionGrounding, "no image has enough, and not too much, of a color that its caption names");
            }
        }

        if (diversities is [(_, var first), ..])
        {
            string note = $"pairs of {DiversityImages} images of each of {diversities.Length} captions";
            if (first is not null)
            {
                metrics.Add(Of(
                    "diversity_features", "Distance of features, one caption", diversities.Average(caption => caption.Features!.Value), IFeatureNetwork.Role,
                    $"{note}; one minus the cosine"));
            }

            metrics.Add(Of(
                "diversity_pixels", "Distance of pixels, one caption", diversities.Average(caption => caption.Pixels), null,
                $"{note}; root mean square, channels from 0 to 1"));
        }

        return metrics;

        ScoredMetric Of(string name, string title, double value, string? network, string note) => new(
            new MetricValue(name, title, value, null, HigherIsBetter: true, IsShare: false, network, diversities.Length * DiversityImages, note), null);
    }

    private static IReadOnlyList<CategoryScore> Categories(IReadOnlyList<EvaluationPair> pairs, List<ScoredMetric> metrics) =>
    [
        .. pairs.Index().Where(entry => entry.Item.Category is not null)
            .GroupBy(entry => entry.Item.Category!)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new CategoryScore(group.Key, group.Count(), Means([.. group.Select(entry => entry.Index)], metrics))),
    ];

    private static Dictionary<string, double> Means(int[] images, List<ScoredMetric> metrics)
    {
        var means = new Dictionary<string, double>();
        foreach (ScoredMetric metric in metrics.Where(metric => metric.OfImages is not null))
        {
            double[] values = [.. images.Select(image => metric.OfImages![image]).OfType<double>()];
            if (values.Length > 0)
            {
                means[metric.Value.Name] = values.Average();
            }
        }

        return means;
    }

    private EvaluationReport Describe(
        EvaluatedModel model, ISubject subject, EvaluatedData data, int count, EvaluationNetworks judges, IFeatureNetwork? features) => new()
        {
            Version = AttnGanVersion.Number,
            Created = DateTimeOffset.UtcNow,
            Subject = new EvaluatedSubject(
                _options.Subject,
                _options.Subject switch
                {
                    SubjectKind.Real => "real images",
                    SubjectKind.WrongCaptions => "real images, wrong captions",
                    SubjectKind.Noise => "random pixels",
                    SubjectKind.Untrained => "untrained generator",
                    _ => model.Card.Name ?? Path.GetFileName(model.Path),
                },
                _options.Subject == SubjectKind.Model ? FileChecksum.Of(model.Path) : null,
                model.ImageSize,
                subject.Draws ? _options.Truncation : null,
                _options.Subject == SubjectKind.Model ? model.Card.Steps : null),
            Data = data,
            Count = count,
            Seed = _options.Seed,
            Networks = [.. new[] { features?.Network, judges.Damsm?.Network, judges.Independent?.Network }.OfType<EvaluationNetwork>()],
            Metrics = [],
        };
}

/// <param name="Report">What was found.</param>
/// <param name="Warnings">What a reader should know beside it.</param>
internal sealed record EvaluationResult(EvaluationReport Report, IReadOnlyList<string> Warnings);
