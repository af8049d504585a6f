using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Distributed;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;
using AttnGan.Training.Formats;
using AttnGan.Training.Torch;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>
/// Evaluates the images of a model or of a baseline. Iterates over the images once, in batches; every network encodes a batch once, and
/// all metrics accumulate it. The same options give the same values. Ranks share the batches; the first one accumulates them, and alone
/// has values.
/// </summary>
internal sealed class Evaluator
{
    /// <summary>Number of images in published evaluations.</summary>
    public const int PublishedCount = 30_000;

    private const int BatchSize = 16;

    private readonly EvaluationOptions _options;
    private readonly EvaluatedModel? _model;   // null if a folder is evaluated
    private readonly ImageFolder? _folder;     // null if a model is evaluated
    private readonly int _size;                // side of evaluated and real images
    private readonly World _world;
    private readonly RankBatches _batches;
    private readonly CancellationToken _cancellation;
    private readonly IProgress<(int Done, int Total)> _progress;
    private readonly MetricSelection _selection;
    private readonly List<string> _warnings = [];
    private int _done;
    private int _total;

    private Evaluator(
        EvaluationOptions options,
        EvaluatedModel? model,
        ImageFolder? folder,
        World world,
        IProgress<(int Done, int Total)> progress,
        CancellationToken cancellation)
    {
        _options = options;
        _world = world;
        _batches = new RankBatches(world, cancellation);
        _model = model;
        _folder = folder;
        _size = folder?.Size ?? model!.ImageSize;
        _progress = progress;
        _cancellation = cancellation;
        _selection = new MetricSelection(options.Metrics);
    }

    /// <summary>Evaluates, and writes the images of the report. Must not be called within a dispose scope.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="device">The device of the evaluation networks.</param>
    /// <param name="world">The ranks that share the work.</param>
    /// <param name="progress">Images processed, of all.</param>
    /// <param name="cancellation">Checked between batches.</param>
    /// <returns>The report; null on other ranks than the first.</returns>
    /// <exception cref="AttnGanException">
    /// Thrown when something is missing or cannot be read, or a metric that was requested by name cannot be computed.
    /// </exception>
    public static EvaluationResult? Run(
        EvaluationOptions options,
        Device device,
        World world,
        IProgress<(int Done, int Total)> progress,
        CancellationToken cancellation)
    {
        using IDisposable gradientsOff = no_grad();
        ImageFolder? folder = options.Images is { } images ? ImageFolder.Open(images) : null;
        EvaluatedModel? model = folder is null ? EvaluatedModel.Open(options.Model) : null;
        using var networks = EvaluationNetworks.Open(
            options.Damsm ?? model?.Damsm, options.Independent, options.Features ?? DefaultFeatures(options.Metrics), device);
        return new Evaluator(options, model, folder, world, progress, cancellation).Run(networks);
    }

    private EvaluationResult? Run(EvaluationNetworks networks)
    {
        _warnings.AddRange(networks.Warnings());
        EvaluationData data = OpenData(networks);
        using ISubject subject = CreateSubject(data);
        IReadOnlyList<EvaluationPair> all = ReadablePairs(networks, data, subject);
        IReadOnlyList<EvaluationPair> evaluated = _folder is null ? all : FolderPairs(_folder, networks, data);
        int count = Count(evaluated);
        IReadOnlyList<EvaluationPair> pairs = [.. Enumerable.Range(0, count).Select(i => evaluated[i % evaluated.Count])];
        var captions = new CandidatePool(
            all.Take(Math.Max(count, PublishedCount)).Concat(_folder is null ? [] : pairs).Select(pair => (pair.Caption, pair.Class)));
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
            Features = features,
            IsTrainedWithFeatures = _options.Subject == SubjectKind.Model && IsTrainedWith(features, networks),
            IsReal = subject.IsReal,
            RealCount = data.Images.Count,
            ReferenceName = Path.GetFileName(_options.ReferenceStatistics),
            LoadMask = image => data.LoadMask(image, _size),
        };
        _selection.SkipImpossible(context, subject, networks.Scorers.Any());
        using FeatureStatistics? reference = OpenReference(features);
        var dataIdentity = new EvaluatedData(
            data.Name,
            data.Split,
            data.Images.Count,
            _world.IsFirst ? data.ComputeChecksum(_cancellation) : "",
            data.CropScale,
            _options.ReferenceStatistics is { } path ? FileChecksum.Of(path) : null);

        _total = count;
        var cache = new StatisticsCache(
            _world.IsFirst ? _options.Cache : null, dataIdentity.Checksum, features?.Network, data.DescribePreprocessing(_size));
        using FeatureSets? sets = _selection.Requires(MetricInputs.FeatureSets)
            ? ReadRealFeatures(data, cache, features!, _size)
            : null;
        using FeatureStatistics? real = _selection.Requires(MetricInputs.RealFeatures)
            ? reference ?? (sets is null ? ComputeRealStatistics(data, cache, features!, _size) : FeatureStatistics.Of(sets.Real))
            : null;
        List<EncodedPairs> damsms = [];
        List<(MetricDefinition Definition, IMetric Metric)> metrics = [];
        try
        {
            damsms.AddRange(networks.Scorers.Select(scorer => new EncodedPairs(scorer, captions, pairs, _cancellation)));
            metrics.AddRange(CreateMetrics(context with { RealFeatures = real, FeatureSets = sets }, damsms));
            var samples = new ReportSamples();
            ProcessImages(subject, context with { FeatureSets = sets }, damsms, [.. metrics.Select(entry => entry.Metric)], samples);
            ProcessExtraImages(subject, features, [.. metrics.Select(entry => entry.Metric)]);
            if (!_world.IsFirst)
            {
                return null;
            }

            List<MetricResult> results = ComputeResults(metrics);
            EvaluationReport report = Describe(subject, dataIdentity, count, networks, IsUsed(features, results) ? features : null) with
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
            Func<EvaluationPair, RgbImage>? realImage = subject is RealImages ? null : pair => data.Load(pair.Image, _size);
            return new EvaluationResult(samples.Write(report, _options.Output, realImage, metadata), _warnings);
        }
        finally
        {
            metrics.ForEach(entry => entry.Metric.Dispose());
            damsms.ForEach(damsm => damsm.Dispose());
        }
    }

    /// <summary>Returns the bundled network, if it is there and a metric uses it; null for a DAMSM.</summary>
    private static string? DefaultFeatures(IReadOnlyList<MetricDefinition>? metrics) =>
        ResNet18Network.IsAvailable &&
        metrics?.Any(metric => metric.Requires(MetricInputs.Features) || metric.Requires(MetricInputs.Generator)) != false
            ? ResNet18Network.Name
            : null;

    private EvaluationData OpenData(EvaluationNetworks networks)
    {
        AttnGanConfig config = _model?.Config ?? networks.CaptionReaders.FirstOrDefault()?.Config ?? new AttnGanConfig();
        DataConfig data = config.Data with
        {
            CropScale = _options.CropScale ?? config.Data.CropScale,
            CaptionKey = _options.CaptionKey ?? config.Data.CaptionKey,
        };
        return EvaluationData.Open(_options.Data, _options.Split, config with { Data = data });
    }

    private ISubject CreateSubject(EvaluationData data) => _options.Subject switch
    {
        SubjectKind.Folder => new FolderImages(_size),
        SubjectKind.Real or SubjectKind.WrongCaptions => new RealImages(data, _size),
        SubjectKind.Blurred => new BlurredImages(data, _size),
        SubjectKind.Repeated => new RepeatedImage(data.Load(data.Images[0], _size)),
        SubjectKind.Noise => new NoiseImages(_size),
        SubjectKind.Untrained => CreateGenerator(_model!.CreateUntrained(_options.Seed)),
        _ => CreateGenerator(_model!),
    };

    private GeneratedImages CreateGenerator(EvaluatedModel model) => new(
        model.CreatePipeline(new PipelineOptions { Threads = _options.Threads }), _options.Truncation, model.Attends);

    private IReadOnlyList<EvaluationPair> ReadablePairs(EvaluationNetworks networks, EvaluationData data, ISubject subject)
    {
        IReadOnlyList<EvaluationPair> pairs = data.Pairs(
            _options.Seed,
            caption => networks.CaptionReaders.All(reader => reader.Knows(caption)) && (!subject.Generates || _model!.Knows(caption)));
        int captions = data.Images.Sum(image => image.Captions.Count);
        if (pairs.Count < captions)
        {
            _warnings.Add(
                $"{captions - pairs.Count} of {captions} captions have no word that the model or a DAMSM knows; they are skipped.");
        }

        return pairs;
    }

    /// <summary>Returns a pair for each image of a folder whose caption the DAMSMs can read.</summary>
    private EvaluationPair[] FolderPairs(ImageFolder folder, EvaluationNetworks networks, EvaluationData data)
    {
        IReadOnlyList<EvaluationPair> pairs = folder.Pairs(data);
        EvaluationPair[] readable = [.. pairs.Where(pair => networks.CaptionReaders.All(reader => reader.Knows(pair.Caption)))];
        if (readable.Length < pairs.Count)
        {
            _warnings.Add($"{pairs.Count - readable.Length} of {pairs.Count} images have captions without a word that a DAMSM knows; " +
                "they are skipped.");
        }

        return _options.Count is not { } count || count <= readable.Length ? readable : throw new AttnGanException(
            $"`--count {count}` is more than the {readable.Length} images of `{folder.Name}` that can be evaluated.");
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

    /// <summary>Reads the statistics that the Fréchet distance is measured from; null for those of the split.</summary>
    private FeatureStatistics? OpenReference(IFeatureNetwork? features)
    {
        if (_options.ReferenceStatistics is not { } path)
        {
            return null;
        }

        if (!_selection.Requires(MetricInputs.RealFeatures))
        {
            throw new AttnGanException("`--reference-stats` applies to `fid`, which is not measured; leave one of them out.");
        }

        if (features is not InceptionNetwork)
        {
            _warnings.Add(
                $"`{path}` is compared with features of {features!.Network.Name}. Statistics of pytorch-fid are of Inception features: " +
                "unless these come from the same network, the distance means nothing.");
        }

        return ReferenceStatistics.Load(path, features!.Network.Name, features.Dimensions);
    }

    /// <summary>Computes the features of each real image, or reads them from the cache.</summary>
    private FeatureSets ReadRealFeatures(EvaluationData data, StatisticsCache cache, IFeatureNetwork network, int size)
    {
        Tensor? found = cache.FindFeatures(data.Images.Count, network.Dimensions);
        Tensor features = found ?? zeros(data.Images.Count, network.Dimensions).DetachFromDisposeScope();
        var sets = new FeatureSets(data.Images, features);
        if (_world.Any(found is not null))
        {
            return sets;
        }

        try
        {
            int start = 0;
            ProcessRealImages(data, network, size, read =>
            {
                int end = start + (int)read.shape[0];
                features[start..end].copy_(read);
                start = end;
            });
        }
        catch
        {
            sets.Dispose();
            throw;
        }

        Warn(cache.Store(features));
        return sets;
    }

    /// <summary>Computes the statistics of the features of all real images, or reads them from the cache.</summary>
    private FeatureStatistics ComputeRealStatistics(EvaluationData data, StatisticsCache cache, IFeatureNetwork network, int size)
    {
        FeatureStatistics? found = cache.Find();
        FeatureStatistics statistics = found ?? new FeatureStatistics(network.Dimensions);
        if (_world.Any(found is not null))
        {
            return statistics;
        }

        try
        {
            ProcessRealImages(data, network, size, statistics.Add);
        }
        catch
        {
            statistics.Dispose();
            throw;
        }

        Warn(cache.Store(statistics));
        return statistics;
    }

    private void ProcessRealImages(EvaluationData data, IFeatureNetwork network, int size, Action<Tensor> process)
    {
        _total += data.Images.Count;
        _batches.Run(
            data.Images.Chunk(BatchSize),
            (batch, _) =>
            {
                RgbImage[] images = [.. batch.Select(image => data.Load(image, size))];
                using var pause = CollectionPause.Begin();
                return new EvaluatedBatch([], Read(network, ImageTensor.Of(images)), []);
            },
            (batch, result) =>
            {
                process(result.Features!.Features);
                Advance(batch.Length);
            });
    }

    private void Warn(string? warning)
    {
        if (warning is not null)
        {
            _warnings.Add(warning);
        }
    }

    private void ProcessImages(
        ISubject subject, MetricContext context, List<EncodedPairs> damsms, List<IMetric> metrics, ReportSamples samples)
    {
        bool attention = _selection.Requires(MetricInputs.Attention);
        IFeatureNetwork? features = _selection.Requires(MetricInputs.Features) ? context.Features : null;
        _batches.Run(
            context.Pairs.Select((pair, i) => new ImageRequest(pair, _options.Seed + i)).Chunk(BatchSize),
            (requests, number) => Compute(subject, requests, attention, features, damsms, number * BatchSize),
            (requests, batch) =>
            {
                foreach ((EncodedPairs damsm, ImageEncoding encoding) in damsms.Zip(batch.Encodings))
                {
                    damsm.Add(encoding);
                }

                if (batch.Features is { } reading)
                {
                    context.FeatureSets?.Add(reading.Features);
                }

                ImageBatch images = CreateBatch(requests, batch);
                metrics.ForEach(metric => metric.Add(images));
                for (int i = 0; i < requests.Length; i++)
                {
                    double score = damsms is [var first, ..] ? first.Cosines[first.Cosines.Count - requests.Length + i] : double.NaN;
                    samples.Add(requests[i].Pair, subject.Generates ? requests[i].Seed : null, score, batch.Images[i].Image);
                }

                Advance(requests.Length);
            });
    }

    private void ProcessExtraImages(ISubject subject, IFeatureNetwork? features, List<IMetric> metrics)
    {
        _total += metrics.Sum(metric => metric.ExtraBatches.Sum(requests => requests.Count));
        _batches.Run(
            metrics.SelectMany(metric => metric.ExtraBatches, (metric, requests) => (metric, requests)),
            (extra, _) => Compute(subject, extra.requests, attention: false, features, damsms: [], first: 0),
            (extra, batch) =>
            {
                extra.metric.AddExtra(CreateBatch(extra.requests, batch));
                Advance(extra.requests.Count);
            });
    }

    /// <summary>Generates or loads a batch of images, and runs networks on it.</summary>
    private EvaluatedBatch Compute(
        ISubject subject,
        IReadOnlyList<ImageRequest> requests,
        bool attention,
        IFeatureNetwork? features,
        IReadOnlyList<EncodedPairs> damsms,
        int first)
    {
        SubjectImage[] images = [.. subject.Images(requests, attention, _cancellation)];
        using var pause = CollectionPause.Begin();
        Tensor tensor = ImageTensor.Of([.. images.Select(image => image.Image)]);
        return new EvaluatedBatch(
            images,
            features is null ? null : Read(features, tensor),
            [.. damsms.Select(damsm => damsm.Encode(tensor, first))]);
    }

    private static ImageBatch CreateBatch(IReadOnlyList<ImageRequest> requests, EvaluatedBatch batch) =>
        new([.. requests.Select(request => request.Pair)], batch.Images, batch.Features);

    private void Advance(int images)
    {
        _done += images;
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

    private static bool IsUsed(IFeatureNetwork? features, List<MetricResult> results) =>
        results.Exists(result => result.Value.Network == features?.Network.Role);

    private EvaluationReport Describe(
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
            Subject = Describe(subject),
            Data = data,
            Count = count,
            Seed = _options.Seed,
            Networks = [.. identities.OfType<EvaluationNetwork>()],
            Metrics = [],
        };
    }

    private bool IsTrainedWith(IFeatureNetwork? features, EvaluationNetworks networks) =>
        features is ResNet18Network
            ? (_model?.Config ?? networks.Damsm?.Config)?.TrainsWithResNet == true
            : features?.Network.Checksum == networks.Damsm?.Network.Checksum;

    private EvaluatedSubject Describe(ISubject subject)
    {
        EvaluatedModel? model = _options.Subject == SubjectKind.Model ? _model : null;
        string name = _options.Subject switch
        {
            SubjectKind.Real => "real images",
            SubjectKind.WrongCaptions => "real images, wrong captions",
            SubjectKind.Blurred => "real images, blurred",
            SubjectKind.Repeated => "one real image",
            SubjectKind.Noise => "random pixels",
            SubjectKind.Untrained => "untrained generator",
            SubjectKind.Folder => _folder!.Name,
            _ => _model!.Card.Name ?? Path.GetFileName(_model.Path),
        };
        return new EvaluatedSubject(
            _options.Subject,
            name,
            _folder?.ComputeChecksum(_cancellation) ?? (model is null ? null : FileChecksum.Of(model.Path)),
            _size,
            subject.Generates ? _options.Truncation : null,
            model?.Card.Steps);
    }
}
