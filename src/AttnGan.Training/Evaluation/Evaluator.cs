using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;
using AttnGan.Training.Formats;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>
/// Evaluates the images of a model or of a baseline. Iterates over the images once, in batches; every network encodes a batch once, and
/// all metrics accumulate it. The same options give the same values.
/// </summary>
internal sealed class Evaluator
{
    /// <summary>Number of images in published evaluations.</summary>
    public const int PublishedCount = 30_000;

    private const int BatchSize = 16;

    private readonly EvaluationOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly IProgress<(int Done, int Total)> _progress;
    private readonly MetricSelection _selection;
    private readonly List<string> _warnings = [];
    private int _done;
    private int _total;

    private Evaluator(EvaluationOptions options, IProgress<(int Done, int Total)> progress, CancellationToken cancellation)
    {
        _options = options;
        _progress = progress;
        _cancellation = cancellation;
        _selection = new MetricSelection(options.Metrics);
    }

    /// <summary>Evaluates, and writes the images of the report. Must not be called within a dispose scope.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="device">The device of the evaluation networks.</param>
    /// <param name="progress">Images processed, of all.</param>
    /// <param name="cancellation">Checked between batches.</param>
    /// <exception cref="AttnGanException">
    /// Thrown when something is missing or cannot be read, or a metric that was requested by name cannot be computed.
    /// </exception>
    public static EvaluationResult Run(
        EvaluationOptions options, Device device, IProgress<(int Done, int Total)> progress, CancellationToken cancellation)
    {
        using IDisposable gradientsOff = no_grad();
        var model = EvaluatedModel.Open(options.Model);
        using var networks = EvaluationNetworks.Open(options.Damsm ?? model.Damsm, options.Independent, options.Features, device);
        return new Evaluator(options, progress, cancellation).Run(model, networks);
    }

    private EvaluationResult Run(EvaluatedModel model, EvaluationNetworks networks)
    {
        _warnings.AddRange(networks.Warnings());
        EvaluationData data = OpenData(model, networks);
        using ISubject subject = CreateSubject(model, data);
        IReadOnlyList<EvaluationPair> all = ReadablePairs(model, networks, data, subject);
        int count = Count(all);
        var captions = new CandidatePool(all.Take(Math.Max(count, PublishedCount)).Select(pair => (pair.Caption, pair.Class)));
        IReadOnlyList<EvaluationPair> pairs = [.. Enumerable.Range(0, count).Select(i => all[i % all.Count])];
        if (_options.Subject == SubjectKind.WrongCaptions)
        {
            pairs = EvaluationData.Mismatch(pairs, captions, _options.Seed);
        }

        using IFeatureNetwork? features = networks.CreateFeatureNetwork(CaptionsOfClasses(all), _cancellation);
        var context = new MetricContext
        {
            Pairs = pairs,
            Captions = captions,
            Seed = _options.Seed,
            IsReal = _options.Subject == SubjectKind.Real,
            Features = features,
            IsTrainedWithFeatures = _options.Subject == SubjectKind.Model && features?.Network.Checksum == networks.Damsm?.Network.Checksum,
        };
        _selection.SkipImpossible(context, subject, networks.Scorers.Any());
        var dataIdentity = new EvaluatedData(
            data.Name, data.Split, data.Images.Count, data.ComputeChecksum(_cancellation), data.CropScale);

        _total = count;
        using FeatureStatistics? real = _selection.Requires(MetricInputs.RealFeatures)
            ? ComputeRealFeatures(data, dataIdentity.Checksum, features!, model.ImageSize)
            : null;
        List<EncodedPairs> damsms = [];
        List<(MetricDefinition Definition, IMetric Metric)> metrics = [];
        try
        {
            damsms.AddRange(networks.Scorers.Select(scorer => new EncodedPairs(scorer, captions, pairs, _cancellation)));
            metrics.AddRange(CreateMetrics(context with { RealFeatures = real }, damsms));
            var samples = new ReportSamples();
            ProcessImages(subject, context, damsms, [.. metrics.Select(entry => entry.Metric)], samples);
            ProcessExtraImages(subject, features, [.. metrics.Select(entry => entry.Metric)]);
            List<MetricResult> results = ComputeResults(metrics);
            EvaluationReport report = Describe(model, subject, dataIdentity, count, networks, features) with
            {
                Metrics = [.. results.Select(result => result.Value)],
                Skipped = _selection.Skipped,
                Categories = CategoryScores.Of(pairs, results),
            };
            var metadata = new ImageMetadata
            {
                Model = subject.Generates ? report.Subject.Name : null,
                Truncation = report.Subject.Truncation,
            };
            Func<EvaluationPair, RgbImage>? realImage = subject is RealImages ? null : pair => data.Load(pair.Image, model.ImageSize);
            return new EvaluationResult(samples.Write(report, _options.Output, realImage, metadata), _warnings);
        }
        finally
        {
            metrics.ForEach(entry => entry.Metric.Dispose());
            damsms.ForEach(damsm => damsm.Dispose());
        }
    }

    private EvaluationData OpenData(EvaluatedModel model, EvaluationNetworks networks)
    {
        AttnGanConfig config = model.Config ?? networks.CaptionReaders.FirstOrDefault()?.Config ?? new AttnGanConfig();
        if (_options.CropScale is { } cropScale)
        {
            config = config with { Data = config.Data with { CropScale = cropScale } };
        }

        return EvaluationData.Open(_options.Data, _options.Split, config);
    }

    private ISubject CreateSubject(EvaluatedModel model, EvaluationData data) => _options.Subject switch
    {
        SubjectKind.Real or SubjectKind.WrongCaptions => new RealImages(data, model.ImageSize),
        SubjectKind.Noise => new NoiseImages(model.ImageSize),
        SubjectKind.Untrained => CreateGenerator(model.CreateUntrained(_options.Seed)),
        _ => CreateGenerator(model),
    };

    private GeneratedImages CreateGenerator(EvaluatedModel model) => new(
        model.CreatePipeline(new PipelineOptions { Threads = _options.Threads }), _options.Truncation, model.Attends);

    private IReadOnlyList<EvaluationPair> ReadablePairs(
        EvaluatedModel model, EvaluationNetworks networks, EvaluationData data, ISubject subject)
    {
        IReadOnlyList<EvaluationPair> pairs = data.Pairs(
            _options.Seed,
            caption => networks.CaptionReaders.All(reader => reader.Knows(caption)) && (!subject.Generates || model.Knows(caption)));
        int captions = data.Images.Sum(image => image.Captions.Count);
        if (pairs.Count < captions)
        {
            _warnings.Add(
                $"{captions - pairs.Count} of {captions} captions have no word that the model or a DAMSM knows; they are skipped.");
        }

        return pairs;
    }

    private int Count(IReadOnlyList<EvaluationPair> all)
    {
        int count = all.Count == 0 ? 0 : _options.Count ?? Math.Min(all.Count, PublishedCount);
        if (count < 2)
        {
            throw new AttnGanException(
                $"An evaluation needs at least 2 images, and there would be {count}. Give a larger `--count`, or a split with more " +
                "captions whose words model and DAMSM know.");
        }

        return _options.Seed <= long.MaxValue - count ? count : throw new AttnGanException(
            $"The seed {_options.Seed} leaves no room for {count} images; use a smaller one.");
    }

    private static string[][] CaptionsOfClasses(IReadOnlyList<EvaluationPair> pairs) =>
    [
        .. pairs.GroupBy(pair => pair.Class).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Select(pair => pair.Caption).Distinct(StringComparer.Ordinal).ToArray()),
    ];

    /// <summary>Starts the metrics in the order of the registry; those of the independent DAMSM follow those of the first.</summary>
    private IEnumerable<(MetricDefinition Definition, IMetric Metric)> CreateMetrics(
        MetricContext context, IReadOnlyList<EncodedPairs> damsms)
    {
        MetricDefinition[] definitions = [.. _selection.Metrics];
        int end = Array.FindLastIndex(definitions, definition => definition.Requires(MetricInputs.Damsm)) + 1;
        MetricContext first = context with { Damsm = damsms is [var damsm, ..] ? damsm : null };
        return
        [
            .. definitions[..end].Select(definition => (definition, definition.Create(first))),
            .. from independent in damsms.Skip(1)
               from definition in definitions
               where definition.Requires(MetricInputs.Damsm)
               select (definition, definition.Create(context with { Damsm = independent })),
            .. definitions[end..].Select(definition => (definition, definition.Create(first))),
        ];
    }

    private FeatureStatistics ComputeRealFeatures(EvaluationData data, string checksum, IFeatureNetwork network, int size)
    {
        var cache = new StatisticsCache(_options.Cache, checksum, network.Network, data.DescribePreprocessing(size));
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
                ProcessBatch(images, tensor => statistics.Add(Read(network, tensor).Features));
            }
        }
        catch
        {
            statistics.Dispose();
            throw;
        }

        if (cache.Store(statistics) is { } warning)
        {
            _warnings.Add(warning);
        }

        return statistics;
    }

    private void ProcessImages(
        ISubject subject, MetricContext context, List<EncodedPairs> damsms, List<IMetric> metrics, ReportSamples samples)
    {
        bool attention = _selection.Requires(MetricInputs.Attention);
        IFeatureNetwork? features = _selection.Requires(MetricInputs.Features) ? context.Features : null;
        foreach (ImageRequest[] requests in context.Pairs.Select((pair, i) => new ImageRequest(pair, _options.Seed + i)).Chunk(BatchSize))
        {
            SubjectImage[] images = [.. subject.Images(requests, attention, _cancellation)];
            ProcessBatch([.. images.Select(image => image.Image)], tensor =>
            {
                damsms.ForEach(damsm => damsm.Add(tensor));
                ImageBatch batch = CreateBatch(requests, images, features, tensor);
                metrics.ForEach(metric => metric.Add(batch));
            });
            for (int i = 0; i < images.Length; i++)
            {
                double score = damsms is [var first, ..] ? first.Cosines[first.Cosines.Count - images.Length + i] : double.NaN;
                samples.Add(requests[i].Pair, subject.Generates ? requests[i].Seed : null, score, images[i].Image);
            }
        }
    }

    private void ProcessExtraImages(ISubject subject, IFeatureNetwork? features, List<IMetric> metrics)
    {
        _total += metrics.Sum(metric => metric.ExtraBatches.Sum(requests => requests.Count));
        foreach (IMetric metric in metrics)
        {
            foreach (IReadOnlyList<ImageRequest> requests in metric.ExtraBatches)
            {
                SubjectImage[] images = [.. subject.Images(requests, attention: false, _cancellation)];
                ProcessBatch(
                    [.. images.Select(image => image.Image)], tensor => metric.AddExtra(CreateBatch(requests, images, features, tensor)));
            }
        }
    }

    private static ImageBatch CreateBatch(
        IReadOnlyList<ImageRequest> requests, IReadOnlyList<SubjectImage> images, IFeatureNetwork? features, Tensor tensor) =>
        new([.. requests.Select(request => request.Pair)], images, features is null ? null : Read(features, tensor));

    /// <summary>Runs networks on a batch, and reports progress.</summary>
    private void ProcessBatch(RgbImage[] images, Action<Tensor> process)
    {
        _cancellation.ThrowIfCancellationRequested();
        using (CollectionPause.Begin())
        {
            using DisposeScope scope = NewDisposeScope();
            process(ImageTensor.Of(images));
        }

        _done += images.Length;
        _progress.Report((_done, _total));
    }

    private static FeatureReading Read(IFeatureNetwork network, Tensor images)
    {
        FeatureReading reading = network.Read(images);
        return reading.Features.isfinite().all().item<bool>() ? reading : throw new AttnGanException(
            $"{network.Network.Name} computes features that are not finite. Its weights are damaged or its training diverged; give " +
            "another network with `--features`.");
    }

    private List<MetricResult> ComputeResults(IEnumerable<(MetricDefinition Definition, IMetric Metric)> metrics)
    {
        List<MetricResult> all = [];
        foreach ((MetricDefinition definition, IMetric metric) in metrics)
        {
            using var pause = CollectionPause.Begin();
            MetricResult[] results = [.. metric.Compute()];
            all.AddRange(results);
            if (results.Length == 0)
            {
                _selection.SkipEmpty(definition);
            }
        }

        return all;
    }

    private EvaluationReport Describe(
        EvaluatedModel model,
        ISubject subject,
        EvaluatedData data,
        int count,
        EvaluationNetworks networks,
        IFeatureNetwork? features)
    {
        EvaluationNetwork?[] identities = [features?.Network, networks.Damsm?.Network, networks.Independent?.Network];
        return new EvaluationReport
        {
            Version = AttnGanVersion.Number,
            Created = DateTimeOffset.UtcNow,
            Subject = Describe(model, subject),
            Data = data,
            Count = count,
            Seed = _options.Seed,
            Networks = [.. identities.OfType<EvaluationNetwork>()],
            Metrics = [],
        };
    }

    private EvaluatedSubject Describe(EvaluatedModel model, ISubject subject)
    {
        bool isModel = _options.Subject == SubjectKind.Model;
        string name = _options.Subject switch
        {
            SubjectKind.Real => "real images",
            SubjectKind.WrongCaptions => "real images, wrong captions",
            SubjectKind.Noise => "random pixels",
            SubjectKind.Untrained => "untrained generator",
            _ => model.Card.Name ?? Path.GetFileName(model.Path),
        };
        return new EvaluatedSubject(
            _options.Subject,
            name,
            isModel ? FileChecksum.Of(model.Path) : null,
            model.ImageSize,
            subject.Generates ? _options.Truncation : null,
            isModel ? model.Card.Steps : null);
    }
}
