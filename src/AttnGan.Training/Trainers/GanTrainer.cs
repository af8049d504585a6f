using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Formats;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using AttnGan.Training.Losses;
using AttnGan.Training.Optimizers;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// Trains generator and discriminators against each other, with a trained DAMSM as the expert on captions: the second half of a
/// training (paper, section 3.1 and equation 3).
/// </summary>
internal sealed class GanTrainer : ITrainer
{
    private const int SampleCellSize = 128;
    private const int MaxWhiteningSamples = 20_000;

    private readonly AttnGanConfig _config;
    private readonly Device _device;
    private readonly CaptionEncoder _captions;
    private readonly TextEncoder _textEncoder;
    private readonly ImageEncoder _imageEncoder;
    private readonly AttentionalGenerator _generator;
    private readonly AttentionalGenerator _averaged;
    private readonly MovingAverage _movingAverage;
    private readonly NamedAdam _generatorOptimizer;
    private readonly IReadOnlyList<Stage> _stages;
    private readonly AdversarialLoss _adversarial;
    private readonly DifferentiableAugmentation _augmentation;
    private readonly DamsmLoss _damsm;
    private readonly GeneratorValidation? _evaluation;
    private readonly IReadOnlyList<EncodedCaption> _sampleCaptions;
    private readonly SampleGenerator _sampleMaker;

    /// <param name="config">The run's configuration.</param>
    /// <param name="dataset">Images and captions.</param>
    /// <param name="vocabulary">The vocabulary that the DAMSM was trained with.</param>
    /// <param name="damsm">A checkpoint of DAMSM training.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="judge">A checkpoint of another DAMSM training, to judge drawn images by as well; null for none.</param>
    public GanTrainer(
        AttnGanConfig config, CaptionedImageDataset dataset, Vocabulary vocabulary, Checkpoint damsm, Device device, Checkpoint? judge = null)
    {
        _config = config;
        _device = device;
        _captions = config.Data.CaptionEncoder(vocabulary);
        IReadOnlyList<int> sizes = config.Generator.ImageSizes;
        Batches = new BatchLoader(dataset.Train, _captions, BatchLoaderOptions.For(config.Data, config.Gan.BatchSize, sizes, config.Seed));
        _sampleCaptions = SampleCaptions(dataset, config.Logging.Samples);

        int embedding = config.TextEncoder.Embedding;
        _textEncoder = new TextEncoder(config.TextEncoder, vocabulary.Count);
        ScalarType? featureDType = config.Gan.Precision.FeatureDType();
        _imageEncoder = new ImageEncoder(config.ImageEncoder, embedding) { FeatureDType = featureDType };
        LoadEncoders(damsm);
        Seeds.Begin(config.Seed, Seeds.Purpose.GanWeights);
        _generator = Initialization.Apply(new AttentionalGenerator(config.Generator, embedding, config.Compat) { FeatureDType = featureDType });
        _averaged = new AttentionalGenerator(config.Generator, embedding, config.Compat);
        var discriminators = sizes
            .Select(size => Initialization.Apply(new Discriminator(size, config.Discriminator, embedding) { FeatureDType = featureDType }))
            .ToList();
        foreach (nn.Module network in discriminators.Cast<nn.Module>().Concat([_textEncoder, _imageEncoder, _generator, _averaged]))
        {
            network.to(device);
        }

        if (config.Gan.WhitenCondition)
        {
            WhitenCondition(dataset.Train);
        }

        _averaged.eval();
        _averaged.SetTrainable(false);
        _movingAverage = new MovingAverage(_generator, _averaged, config.Gan.MovingAverage, !config.Compat.MovingAverageWithoutBuffers);
        _movingAverage.Reset();
        _sampleMaker = new SampleGenerator(_textEncoder, _averaged, device);
        _generatorOptimizer = Adam(_generator, config.Gan.GeneratorLearningRate);
        _stages = [.. discriminators.Select(network => new Stage(network, Adam(network, config.Gan.DiscriminatorLearningRate)))];
        _adversarial = new AdversarialLoss(config.Gan.Loss);
        _augmentation = new DifferentiableAugmentation(config.Gan.Augment);
        _damsm = new DamsmLoss(config.Damsm);
        _evaluation = CreateEvaluation(dataset, judge);
        BeginEpoch(0);
    }

    public BatchLoader Batches { get; }

    public int Epochs => _config.Gan.Epochs;

    public string? QualityBasis { get; private set; }

    /// <summary>What learns.</summary>
    public IReadOnlyList<NetworkSize> Sizes =>
    [
        NetworkSize.Of("generator", _generator),
        .. _stages.Select(stage => NetworkSize.Of($"discriminator {stage.Discriminator.ImageSize}", stage.Discriminator)),
    ];

    public IReadOnlyList<Measure> Step(CaptionedBatch batch, long step)
    {
        using var pause = CollectionPause.Begin();
        using DisposeScope scope = NewDisposeScope();
        Seeds.Begin(_config.Seed, Seeds.Purpose.GanStep, step);
        var tensors = new BatchTensors(batch, _device);
        TextFeatures text = Encode(tensors);
        GeneratorOutput drawn = _generator.forward(new GeneratorInput(
            text,
            randn(batch.Size, _config.Generator.Noise, device: _device),
            randn(batch.Size, _config.Generator.Condition, device: _device)));

        var losses = new LossReadings();
        for (int i = 0; i < _stages.Count; i++)
        {
            TrainDiscriminator(_stages[i], tensors.Images[i], drawn.Images[i].detach(), text.Sentence, step, losses);
        }

        TrainGenerator(drawn, tensors, text, losses);
        _movingAverage.Update();
        return losses.Read();
    }

    public ValidationResult Evaluate(CancellationToken cancellation)
    {
        using var pause = CollectionPause.Begin();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Seeds.Begin(_config.Seed, Seeds.Purpose.Samples);
        return _evaluation?.Measure(Draw, _device, cancellation) ?? ValidationResult.None;
    }

    public void EndEpoch(int epoch) => BeginEpoch(epoch + 1);

    public IReadOnlyDictionary<string, Tensor> State()
    {
        IEnumerable<KeyValuePair<string, Tensor>> state = ModuleState.Collect(_generator, "generator.")
            .Concat(ModuleState.Collect(_averaged, "averaged_generator."))
            .Concat(ModuleState.Collect(_textEncoder, "text_encoder."))
            .Concat(ModuleState.Collect(_imageEncoder, "image_encoder."))
            .Concat(_generatorOptimizer.State("optimizer.generator."));
        foreach (Stage stage in _stages)
        {
            state = state
                .Concat(ModuleState.Collect(stage.Discriminator, stage.Prefix))
                .Concat(stage.Optimizer.State("optimizer." + stage.Prefix));
        }

        return state.ToDictionary();
    }

    public void Restore(IReadOnlyDictionary<string, Tensor> tensors, string source, int epoch)
    {
        ModuleState.Load(_generator, tensors, source, "generator.");
        ModuleState.Load(_averaged, tensors, source, "averaged_generator.");
        ModuleState.Load(_textEncoder, tensors, source, "text_encoder.");
        ModuleState.Load(_imageEncoder, tensors, source, "image_encoder.");
        _generatorOptimizer.Restore(tensors, "optimizer.generator.", source);
        foreach (Stage stage in _stages)
        {
            ModuleState.Load(stage.Discriminator, tensors, source, stage.Prefix);
            stage.Optimizer.Restore(tensors, "optimizer." + stage.Prefix, source);
        }

        _evaluation?.Forget();
        BeginEpoch(epoch);
    }

    /// <summary>
    /// Begins with what a training of fewer stages has learned, its optimizers included; further stages begin anew. A stage costs four
    /// times as much as the one before, so the first ones are learned quickest alone (progressive growing: Karras et al., 2018).
    /// </summary>
    /// <param name="smaller">A GAN checkpoint with the same encoders.</param>
    /// <exception cref="CheckpointException">It differs in more than the number of stages.</exception>
    public void Grow(Checkpoint smaller)
    {
        (GeneratorConfig small, GeneratorConfig large) = (smaller.Config.Generator, _config.Generator);
        if (small.Stages >= large.Stages || small with { Stages = large.Stages } != large)
        {
            throw new CheckpointException(
                $"`{smaller.Path}` is of a generator of {small.Stages} stages, and this one has {large.Stages}: expected fewer there, and all " +
                "other settings of `generator` the same. Give `--set generator.stages=N`, and no other configuration.");
        }

        using DisposeScope scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor> tensors = smaller.LoadTensors();
        ModuleState.Load(_generator, tensors, smaller.Path, "generator.", partly: true);
        ModuleState.Load(_averaged, tensors, smaller.Path, "averaged_generator.", partly: true);
        _generatorOptimizer.Restore(tensors, "optimizer.generator.", smaller.Path, partly: true);
        foreach (Stage stage in _stages.Where(stage => tensors.Keys.Any(name => name.StartsWith(stage.Prefix, StringComparison.Ordinal))))
        {
            ModuleState.Load(stage.Discriminator, tensors, smaller.Path, stage.Prefix);
            stage.Optimizer.Restore(tensors, "optimizer." + stage.Prefix, smaller.Path);
        }

        foreach (Tensor tensor in tensors.Values)
        {
            tensor.Dispose();
        }
    }

    public void WriteSamples(string directory, long step)
    {
        // The same captions and seeds each time: what changes is the generator.
        IReadOnlyList<GeneratedImage> images = _sampleMaker.Draw([.. _sampleCaptions.Select((caption, i) => (caption, (long)i))]);
        string name = Path.Combine(directory, $"{step:D8}");
        ImageGrid.Compose(
            [.. images.Select(image => image.Image)],
            ImageGrid.SquareColumns(images.Count),
            new GridOptions { MinCellSize = SampleCellSize, Captions = [.. images.Select(image => image.Caption.Text)] })
            .Save(name + "-grid.png");
        if (images[0].Attention.Count > 0)
        {
            AttentionFigure.Draw(images[0]).Save(name + "-attention.png");
        }
    }

    public void Dispose()
    {
        _evaluation?.Dispose();
        _generatorOptimizer.Dispose();
        foreach (Stage stage in _stages)
        {
            stage.Optimizer.Dispose();
            stage.Discriminator.Dispose();
        }

        _generator.Dispose();
        _averaged.Dispose();
        _textEncoder.Dispose();
        _imageEncoder.Dispose();
    }

    private void TrainDiscriminator(Stage stage, Tensor real, Tensor fake, Tensor sentence, long step, LossReadings losses)
    {
        using DisposeScope scope = NewDisposeScope();
        stage.Discriminator.SetTrainable(true);
        stage.Optimizer.ZeroGradients();
        Tensor loss = _adversarial.ForDiscriminator(
            stage.Discriminator, _augmentation.Apply(real), _augmentation.Apply(fake), sentence);
        GanConfig gan = _config.Gan;
        losses.Add($"d{stage.Discriminator.ImageSize}", loss.MoveToOuterDisposeScope());
        Tensor total = loss;
        if (gan.R1Weight > 0 && step % gan.R1Interval == 0)
        {
            Tensor penalty = AdversarialLoss.R1Penalty(stage.Discriminator, real, sentence);
            losses.Add($"r1_{stage.Discriminator.ImageSize}", penalty.MoveToOuterDisposeScope());
            total = loss + penalty * (gan.R1Weight / 2 * gan.R1Interval);
        }

        total.backward();
        Clip(stage.Discriminator);
        stage.Optimizer.Step();

        // The generator's step needs no gradients of the judge's own weights.
        stage.Discriminator.SetTrainable(false);
    }

    private void TrainGenerator(GeneratorOutput drawn, BatchTensors real, TextFeatures text, LossReadings losses)
    {
        _generatorOptimizer.ZeroGradients();
        Tensor kl = KlLoss.Compute(drawn.Mu, drawn.LogVariance);
        Tensor total = kl * _config.Gan.KlWeight;
        for (int i = 0; i < _stages.Count; i++)
        {
            Tensor loss = _adversarial.ForGenerator(_stages[i].Discriminator, _augmentation.Apply(drawn.Images[i]), text.Sentence);
            total = total + loss;
            losses.Add($"g{_stages[i].Discriminator.ImageSize}", loss);
        }

        if (_config.Gan.FeatureMatchingWeight > 0)
        {
            for (int i = 0; i < _stages.Count; i++)
            {
                Tensor loss = FeatureMatchingLoss.Compute(_stages[i].Discriminator, drawn.Images[i], real.Images[i]);
                total = total + loss * _config.Gan.FeatureMatchingWeight;
                losses.Add($"match{_stages[i].Discriminator.ImageSize}", loss);
            }
        }

        if (_config.Gan.DamsmWeight > 0)
        {
            Tensor seen = _config.Gan.DamsmViews ? RandomView.Of(drawn.Images[^1]) : drawn.Images[^1];
            DamsmTerms terms = _damsm.Compute(_imageEncoder.forward(seen), text, real.Classes);
            (Tensor words, Tensor sentence) = (terms.Words, terms.Sentence);
            total = total + (words + sentence) * _config.Gan.DamsmWeight;
            losses.Add("words", words);
            losses.Add("sentence", sentence);
        }

        total.backward();
        Clip(_generator);
        _generatorOptimizer.Step();
        losses.Add("kl", kl);
        losses.Add("g_total", total);
    }

    private Tensor Draw(TextFeatures text) => _averaged.forward(new GeneratorInput(
        text,
        randn(text.Sentence.shape[0], _config.Generator.Noise, device: _device),
        randn(text.Sentence.shape[0], _config.Generator.Condition, device: _device))).Images[^1];

    private GeneratorValidation? CreateEvaluation(CaptionedImageDataset dataset, Checkpoint? judge)
    {
        IReadOnlyList<CaptionedImage> measured = Subset.Choose(dataset.Validation, _config.Logging.EvaluationImages);
        if (measured.Count < 2)
        {
            return null;
        }

        DamsmEncoders? independent = judge is null ? null : IndependentDamsm.Open(judge, measured, _captions, _device);
        if (independent?.ReadsAs(_textEncoder) == true)
        {
            independent.Dispose();
            throw new AttnGanException(
                $"The judge `{judge!.Path}` is the DAMSM that the GAN is trained with, so it would judge its own pupil. Give one of " +
                "another training (`attngan train damsm` with another seed), or leave it out.");
        }

        QualityBasis = $"{measured.Count} images, {(judge is null ? "the DAMSM" : $"judge {independent!.Checksum()}")}";
        BatchLoaderOptions options = BatchLoaderOptions
            .For(_config.Data, _config.Gan.BatchSize, [_config.Generator.ImageSize], _config.Seed)
            .ForValidation();
        return new GeneratorValidation(
            new BatchLoader(measured, _captions, options with { CacheMegabytes = 0 }), // read once
            _textEncoder,
            new DamsmEncoders(_textEncoder, _imageEncoder, _captions, _device),
            independent,
            _config.Seed);
    }

    private TextFeatures Encode(BatchTensors tensors)
    {
        using IDisposable noGradient = no_grad();
        return tensors.Encode(_textEncoder);
    }

    private void BeginEpoch(int epoch)
    {
        double share = Math.Pow(_config.Gan.LearningRateDecay, epoch);
        _generatorOptimizer.LearningRate = _config.Gan.GeneratorLearningRate * share;
        _generator.train();
        foreach (Stage stage in _stages)
        {
            stage.Optimizer.LearningRate = _config.Gan.DiscriminatorLearningRate * share;
            stage.Discriminator.train();
        }
    }

    private void LoadEncoders(Checkpoint damsm)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor> tensors = damsm.LoadTensors();
        ModuleState.Load(_textEncoder, tensors, damsm.Path, "text_encoder.");
        ModuleState.Load(_imageEncoder, tensors, damsm.Path, "image_encoder.");
        foreach (Tensor tensor in tensors.Values)
        {
            tensor.Dispose();
        }

        foreach (nn.Module expert in (nn.Module[])[_textEncoder, _imageEncoder])
        {
            expert.eval();
            expert.SetTrainable(false);
        }
    }

    private NamedAdam Adam(nn.Module network, double learningRate) =>
        new(network, learningRate, _config.Gan.Beta1, _config.Gan.Beta2);

    private void Clip(nn.Module network)
    {
        if (_config.Gan.GradientClip > 0)
        {
            nn.utils.clip_grad_norm_(network.parameters(), _config.Gan.GradientClip);
        }
    }

    /// <summary>Captions of images spread over the whole list, so that neighbors (often of one kind) do not fill the grid.</summary>
    private IReadOnlyList<EncodedCaption> SampleCaptions(CaptionedImageDataset dataset, int count)
    {
        // The words of a single held-out image may all be unknown: no validation has refused it.
        IReadOnlyList<CaptionedImage> heldOut = [.. dataset.Validation.Where(image => image.FirstKnown(_captions) is not null)];
        IReadOnlyList<CaptionedImage> images = heldOut.Count > 0 ? heldOut : dataset.Train;
        return [.. Subset.Choose(images, count).Select(image => image.FirstKnown(_captions)!)];
    }

    /// <summary>By one caption of every image, or of as many as are more than enough for means and covariances.</summary>
    private void WhitenCondition(IReadOnlyList<CaptionedImage> training)
    {
        IReadOnlyList<CaptionedImage> images = Subset.Choose(training, MaxWhiteningSamples);
        using DisposeScope scope = NewDisposeScope();
        using var encoders = new DamsmEncoders(_textEncoder, _imageEncoder, _captions, _device);
        _generator.WhitenCondition(encoders.Sentences([.. images.Select((image, i) => image.Captions[i % image.Captions.Count])]));
    }

    private sealed record Stage(Discriminator Discriminator, NamedAdam Optimizer)
    {
        public string Prefix => $"discriminator{Discriminator.ImageSize}.";
    }
}
