using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Encoders;
using AttnGan.Training.Generator;
using AttnGan.Training.Losses;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// Trains generator and discriminators against each other, guided by a trained DAMSM: the second half of a training (paper, section 3.1
/// and equation 3).
/// </summary>
internal sealed class GanTrainer : ITrainer
{
    private readonly AttnGanConfig _config;
    private readonly Device _device;
    private readonly GanNetworks _networks;
    private readonly AdversarialLoss _adversarial;
    private readonly DifferentiableAugmentation _augmentation;
    private readonly DamsmLoss _damsm;
    private readonly GanValidation? _validation;
    private readonly TrainingSamples _samples;

    /// <param name="config">The run's configuration.</param>
    /// <param name="dataset">Images and captions.</param>
    /// <param name="vocabulary">The vocabulary that the DAMSM was trained with.</param>
    /// <param name="damsm">A checkpoint of DAMSM training.</param>
    /// <param name="device">The device to train on.</param>
    /// <param name="independent">A checkpoint of another DAMSM training, for validation only; null for none.</param>
    public GanTrainer(
        AttnGanConfig config, CaptionedImageDataset dataset, Vocabulary vocabulary, Checkpoint damsm, Device device,
        Checkpoint? independent = null)
    {
        _config = config;
        _device = device;
        CaptionEncoder captions = config.Data.CaptionEncoder(vocabulary);
        Batches = CreateBatches(config, dataset, captions);
        _networks = new GanNetworks(config, vocabulary.Count, damsm, device);
        if (config.Gan.WhitenCondition)
        {
            _networks.WhitenCondition(dataset.Train, captions);
        }

        _adversarial = new AdversarialLoss(config.Gan.Loss);
        _augmentation = new DifferentiableAugmentation(config.Gan.Augment);
        _damsm = new DamsmLoss(config.Damsm);
        _validation = GanValidation.Create(config, dataset, captions, _networks, independent, device);
        var generator = new SampleGenerator(_networks.TextEncoder, _networks.AveragedGenerator, device);
        _samples = new TrainingSamples(generator, dataset, captions, config.Logging.Samples);
        BeginEpoch(0);
    }

    public BatchLoader Batches { get; }

    public int Epochs => _config.Gan.Epochs;

    public string? QualityBasis => _validation?.QualityBasis;

    /// <summary>Number of trained parameters of each network.</summary>
    public IReadOnlyList<NetworkSize> Sizes => _networks.Sizes;

    /// <summary>The batches that GAN training of a configuration runs over.</summary>
    public static BatchLoader CreateBatches(AttnGanConfig config, CaptionedImageDataset dataset, CaptionEncoder captions) => new(
        dataset.Train,
        captions,
        BatchLoaderOptions.For(config.Data, config.Gan.BatchSize, config.Generator.ImageSizes, config.Seed));

    /// <summary>Updates each discriminator, then the generator, then its moving average.</summary>
    public IReadOnlyList<Measure> Step(CaptionedBatch batch, long step)
    {
        using var pause = CollectionPause.Begin();
        using DisposeScope scope = NewDisposeScope();
        Seeds.Begin(_config.Seed, SeedPurpose.GanStep, step);
        var real = new BatchTensors(batch, _device);
        TextFeatures text = Encode(real);
        GeneratorOutput fake = _networks.Generator.forward(GeneratorInput.WithNoise(text, _config.Generator));

        var losses = new LossReadings();
        for (int i = 0; i < _networks.Stages.Count; i++)
        {
            UpdateDiscriminator(_networks.Stages[i], real.Images[i], fake.Images[i].detach(), text.Sentence, step, losses);
        }

        UpdateGenerator(fake, real, text, losses);
        _networks.MovingAverage.Update();
        return losses.Read();
    }

    public ValidationResult Evaluate(CancellationToken cancellation) => _validation?.Measure(cancellation) ?? ValidationResult.None;

    public void EndEpoch(int epoch) => BeginEpoch(epoch + 1);

    public IReadOnlyDictionary<string, Tensor> State() => _networks.State();

    public void Restore(IReadOnlyDictionary<string, Tensor> tensors, string source, int epoch)
    {
        _networks.Restore(tensors, source);
        _validation?.Forget();
        BeginEpoch(epoch);
    }

    /// <inheritdoc cref="GanNetworks.Grow"/>
    public void Grow(Checkpoint smaller) => _networks.Grow(smaller);

    public void WriteSamples(string directory, long step) => _samples.Write(directory, step);

    public void Dispose()
    {
        _validation?.Dispose();
        _networks.Dispose();
    }

    /// <summary>
    /// Minimizes L_D of one stage (paper, equation 5), with an R1 penalty every few steps if the configuration asks for it.
    /// </summary>
    private void UpdateDiscriminator(GanStage stage, Tensor real, Tensor fake, Tensor sentence, long step, LossReadings losses)
    {
        using DisposeScope scope = NewDisposeScope();
        GanConfig gan = _config.Gan;
        stage.Discriminator.SetTrainable(true);
        stage.Optimizer.ZeroGradients();
        Tensor loss = _adversarial.ForDiscriminator(
            stage.Discriminator, _augmentation.Apply(real), _augmentation.Apply(fake), sentence);
        losses.Add($"d{stage.ImageSize}", loss.MoveToOuterDisposeScope());
        Tensor total = loss;
        if (gan.R1Weight > 0 && step % gan.R1Interval == 0)
        {
            Tensor penalty = AdversarialLoss.R1Penalty(stage.Discriminator, real, sentence);
            losses.Add($"r1_{stage.ImageSize}", penalty.MoveToOuterDisposeScope());
            total = loss + penalty * (gan.R1Weight / 2 * gan.R1Interval);
        }

        total.backward();
        Clip(stage.Discriminator);
        stage.Optimizer.Step();

        // The generator's update needs no gradients of the discriminator's weights.
        stage.Discriminator.SetTrainable(false);
    }

    /// <summary>Minimizes L_G of all stages, the KL term and lambda L_DAMSM (paper, equations 3 and 4).</summary>
    private void UpdateGenerator(GeneratorOutput fake, BatchTensors real, TextFeatures text, LossReadings losses)
    {
        GanConfig gan = _config.Gan;
        IReadOnlyList<GanStage> stages = _networks.Stages;
        _networks.GeneratorOptimizer.ZeroGradients();
        Tensor kl = KlLoss.Compute(fake.Mu, fake.LogVariance);
        Tensor total = kl * gan.KlWeight;
        for (int i = 0; i < stages.Count; i++)
        {
            Tensor loss = _adversarial.ForGenerator(stages[i].Discriminator, _augmentation.Apply(fake.Images[i]), text.Sentence);
            total = total + loss;
            losses.Add($"g{stages[i].ImageSize}", loss);
        }

        if (gan.FeatureMatchingWeight > 0)
        {
            for (int i = 0; i < stages.Count; i++)
            {
                Tensor loss = FeatureMatchingLoss.Compute(stages[i].Discriminator, fake.Images[i], real.Images[i]);
                total = total + loss * gan.FeatureMatchingWeight;
                losses.Add($"match{stages[i].ImageSize}", loss);
            }
        }

        if (gan.DamsmWeight > 0)
        {
            Tensor images = gan.DamsmViews ? RandomView.Of(fake.Images[^1]) : fake.Images[^1];
            DamsmTerms terms = _damsm.Compute(_networks.ImageEncoder.forward(images), text, real.Classes);
            (Tensor words, Tensor sentence) = (terms.Words, terms.Sentence);
            total = total + (words + sentence) * gan.DamsmWeight;
            losses.Add("words", words);
            losses.Add("sentence", sentence);
        }

        total.backward();
        Clip(_networks.Generator);
        _networks.GeneratorOptimizer.Step();
        losses.Add("kl", kl);
        losses.Add("g_total", total);
    }

    private TextFeatures Encode(BatchTensors batch)
    {
        using IDisposable noGradient = no_grad();
        return _networks.TextEncoder.forward(batch.Captions, batch.Lengths);
    }

    private void Clip(nn.Module network)
    {
        if (_config.Gan.GradientClip > 0)
        {
            nn.utils.clip_grad_norm_(network.parameters(), _config.Gan.GradientClip);
        }
    }

    /// <summary>Sets the learning rates of an epoch, from 0, and training mode.</summary>
    private void BeginEpoch(int epoch)
    {
        double decay = Math.Pow(_config.Gan.LearningRateDecay, epoch);
        _networks.GeneratorOptimizer.LearningRate = _config.Gan.GeneratorLearningRate * decay;
        _networks.Generator.train();
        foreach (GanStage stage in _networks.Stages)
        {
            stage.Optimizer.LearningRate = _config.Gan.DiscriminatorLearningRate * decay;
            stage.Discriminator.train();
        }
    }
}
