using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Distributed;
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
    private readonly World _world;
    private readonly GanNetworks _networks;
    private readonly AdversarialLoss _adversarial;
    private readonly FeatureMatchingLoss _matching;
    private readonly ImageDistances _distances;
    private readonly DifferentiableAugmentation _augmentation;
    private readonly DamsmLoss _damsm;
    private readonly FoilCaptions? _foils;
    private readonly GanValidation? _validation;
    private readonly TrainingSamples _samples;
    private bool _isPretraining;

    /// <param name="config">The run's configuration.</param>
    /// <param name="dataset">Images and captions.</param>
    /// <param name="vocabulary">The vocabulary that the DAMSM was trained with.</param>
    /// <param name="damsm">A checkpoint of DAMSM training.</param>
    /// <param name="device">The device to train on.</param>
    /// <param name="independent">A checkpoint of another DAMSM training, for validation only; null for none.</param>
    /// <param name="world">The ranks that train; null for one process.</param>
    public GanTrainer(
        AttnGanConfig config, CaptionedImageDataset dataset, Vocabulary vocabulary, Checkpoint damsm, Device device,
        Checkpoint? independent = null, World? world = null)
    {
        _config = config;
        _device = device;
        _world = world ?? World.Alone;
        CaptionEncoder captions = config.Data.CaptionEncoder(vocabulary);
        Batches = CreateBatches(config, dataset, captions, _world);
        _networks = new GanNetworks(config, vocabulary.Count, damsm, device, _world);
        if (config.Gan.WhitenCondition)
        {
            _networks.WhitenCondition(dataset.Train, captions);
        }

        _adversarial = new AdversarialLoss(config.Gan.Loss, _world);
        _matching = new FeatureMatchingLoss(config.Gan.FeatureMatchingDistance, _world);
        _augmentation = new DifferentiableAugmentation(config.Gan.Augment, _world);
        _distances = new ImageDistances(config, _networks, device, _world);
        _damsm = new DamsmLoss(config.Damsm, _world);
        _foils = config.Gan.FoilCaptions || config.Damsm.FoilCaptions ? FoilCaptions.Of(dataset.Train, captions) : null;
        _validation = GanValidation.Create(config, dataset, captions, _networks, independent, device);
        var generator = new SampleGenerator(_networks.AveragedGeneratorText, _networks.AveragedGenerator, device);
        _samples = new TrainingSamples(generator, dataset, captions, config.Logging.Samples);
        BeginEpoch(0);
    }

    public BatchLoader Batches { get; }

    public int Epochs => _config.Gan.Epochs;

    public string? QualityBasis => _validation?.QualityBasis;

    /// <summary>Number of trained parameters of each network.</summary>
    public IReadOnlyList<NetworkSize> Sizes => _networks.Sizes;

    /// <summary>The batches that GAN training of a configuration runs over.</summary>
    /// <exception cref="AttnGanException">The data cannot be trained on with this configuration.</exception>
    public static BatchLoader CreateBatches(
        AttnGanConfig config, CaptionedImageDataset dataset, CaptionEncoder captions, World world)
    {
        ImageStyles.Check(dataset.Train, config.Generator.Styles);
        var options = BatchLoaderOptions.For(config.Data, config.Gan.BatchSize, config.Generator.ImageSizes, config.Seed);
        return new BatchLoader(dataset.Train, captions, options with { Rank = world.Rank, Ranks = world.Size });
    }

    /// <summary>Updates each discriminator, then the generator with its text encoder, then their moving averages.</summary>
    public IReadOnlyList<Measure> Step(CaptionedBatch batch, long step)
    {
        using var pause = CollectionPause.Begin();
        using DisposeScope scope = NewDisposeScope();
        Seeds.Begin(_config.Seed, SeedPurpose.GanStep, step);
        var real = new BatchTensors(batch, _device);
        TextFeatures condition = _networks.GeneratorText is { } encoder ? encoder.forward(real.Captions, real.Lengths) : Encode(real);
        var input = GeneratorInput.WithNoise(condition, _config.Generator, StylesOf(batch), _world);
        InferredNoise? inferred = InferNoise(real, condition.Sentence.detach());
        if (inferred is not null)
        {
            input = input.WithFirstNoise(inferred.Noise);
        }
        else if (_config.Gan.NoiseCandidates > 1)
        {
            input = NearestNoise(input, real);
        }

        GeneratorOutput fake = _networks.Generator.forward(input);
        var losses = new LossReadings();
        if (_isPretraining)
        {
            PretrainGenerator(fake, real, inferred, losses);
            _networks.UpdateAverages();
            return losses.Read(_world);
        }

        // The adversarial loss must not train the text encoder: features that suit the discriminator need not say more of the caption.
        Tensor sentence = condition.Sentence.detach();
        FoilTensors? foils = _foils is null ? null : new FoilTensors(_foils, batch, _config.Seed, step, _device);
        Tensor? wrong = foils is not null && _config.Gan.FoilCaptions ? WrongSentences(foils, sentence) : null;

        for (int i = 0; i < fake.Images.Count; i++)
        {
            BeginDiscriminator(_networks.Stages[i], real.Images[i], fake.Images[i].detach(), sentence, wrong, step, losses);
        }

        foreach (GanStage stage in _networks.Stages.Take(fake.Images.Count))
        {
            FinishDiscriminator(stage);
        }

        TextFeatures text = _networks.GeneratorText is null ? condition : Encode(real);
        UpdateGenerator(input, fake, real, text, foils, sentence, inferred, losses);
        _networks.UpdateAverages();
        return losses.Read(_world);
    }

    public ValidationResult Evaluate(CancellationToken cancellation)
    {
        ValidationResult result = _validation?.Measure(_world, cancellation) ?? ValidationResult.None;

        // Smaller images do not compete for the best checkpoint.
        return _networks.IsGrowing ? result with { Quality = null } : result;
    }

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

    public IReadOnlyList<string> WriteSamples(string directory, long step) => _samples.Write(directory, step);

    public void Dispose()
    {
        _validation?.Dispose();
        _distances.Dispose();
        _networks.Dispose();
    }

    /// <summary>
    /// Computes the gradients of L_D of one stage (paper, equation 5), with gradient penalties every few steps if the configuration asks
    /// for them. Ranks average them while they go on with the next stage.
    /// </summary>
    private void BeginDiscriminator(
        GanStage stage, Tensor real, Tensor fake, Tensor sentence, Tensor? wrong, long step, LossReadings losses)
    {
        using DisposeScope scope = NewDisposeScope();
        GanConfig gan = _config.Gan;
        stage.Discriminator.SetTrainable(true);
        stage.Optimizer.ZeroGradients();
        Tensor loss = _adversarial.ForDiscriminator(
            stage.Discriminator, _augmentation.Apply(real), _augmentation.Apply(fake), sentence, wrong);
        losses.Add($"d{stage.ImageSize}", loss.MoveToOuterDisposeScope());
        Tensor total = loss;
        if (gan.R1Weight > 0 && step % gan.R1Interval == 0)
        {
            total = total + Penalty("r1", real, gan.R1Weight);
        }

        if (gan.R2Weight > 0 && step % gan.R1Interval == 0)
        {
            total = total + Penalty("r2", fake, gan.R2Weight);
        }

        stage.Gradients.Backward(total);

        Tensor Penalty(string name, Tensor images, double weight)
        {
            Tensor penalty = AdversarialLoss.GradientPenalty(stage.Discriminator, images, sentence);
            losses.Add($"{name}_{stage.ImageSize}", penalty.MoveToOuterDisposeScope());
            return penalty * (weight / 2 * gan.R1Interval);
        }
    }

    /// <summary>Updates one discriminator, once the ranks have averaged its gradients.</summary>
    private void FinishDiscriminator(GanStage stage)
    {
        stage.Gradients.Finish();
        Clip(stage.Discriminator);
        stage.Optimizer.Step();

        // The generator's update needs no gradients of the discriminator's weights.
        stage.Discriminator.SetTrainable(false);
    }

    /// <summary>Minimizes L_G of all stages, the KL term and lambda L_DAMSM (paper, equations 3 and 4).</summary>
    /// <param name="input">The generator's input.</param>
    /// <param name="fake">Generated images.</param>
    /// <param name="real">Real images of the same captions.</param>
    /// <param name="text">The DAMSM's features of the captions.</param>
    /// <param name="foils">Captions that are wrong by one word; null for none.</param>
    /// <param name="sentence">E: (B, D), the condition of the discriminators.</param>
    /// <param name="inferred">The noise of the first images, which was inferred from the real ones; null if all noise is random.</param>
    /// <param name="losses">Receives the losses.</param>
    private void UpdateGenerator(
        GeneratorInput input,
        GeneratorOutput fake,
        BatchTensors real,
        TextFeatures text,
        FoilTensors? foils,
        Tensor sentence,
        InferredNoise? inferred,
        LossReadings losses)
    {
        GanConfig gan = _config.Gan;
        IReadOnlyList<GanStage> stages = [.. _networks.Stages.Take(fake.Images.Count)];
        Tensor kl = KlLoss.Compute(fake.Mu, fake.LogVariance);
        Tensor total = kl * gan.KlWeight;
        for (int i = 0; i < stages.Count; i++)
        {
            Tensor? compared = gan.Loss == AdversarialLossKind.Relativistic ? _augmentation.Apply(real.Images[i]) : null;
            Tensor loss = _adversarial.ForGenerator(stages[i].Discriminator, _augmentation.Apply(fake.Images[i]), sentence, compared);
            total = total + loss;
            losses.Add($"g{stages[i].ImageSize}", loss);
        }

        if (_distances.Compute(fake, real, Matched(fake, inferred), isPretraining: false, losses) is { } distances)
        {
            total = total + distances;
        }

        if (gan.FeatureMatchingWeight > 0)
        {
            long all = Matched(fake, inferred);
            int matched = (int)_world.Share(all);
            for (int i = 0; i < stages.Count; i++)
            {
                Tensor loss = _matching.Compute(
                    stages[i].Discriminator, fake.Images[i][..matched], real.Images[i][..matched], _world.Weight(all));
                total = total + loss * gan.FeatureMatchingWeight;
                losses.Add($"match{stages[i].ImageSize}", loss);
            }
        }

        if (inferred is not null)
        {
            total = total + NoisePenalty(fake, inferred, losses);
        }

        if (gan.ModeSeekingWeight > 0)
        {
            Tensor loss = ModeSeeking(input, fake);
            total = total + loss * gan.ModeSeekingWeight;
            losses.Add("mode_seeking", loss);
        }

        if (gan.DamsmWeight > 0 && _networks.DamsmCanSee(fake.Images.Count - 1))
        {
            Tensor images = gan.DamsmViews ? RandomView.Of(fake.Images[^1], _world) : fake.Images[^1];
            FoilFeatures? wrong = _config.Damsm.FoilCaptions ? foils?.EncodeFixed(_networks.TextEncoder) : null;
            DamsmTerms terms = _damsm.Compute(_networks.ImageEncoder.forward(images), text, real.Classes, wrong);
            (Tensor wordsLoss, Tensor sentenceLoss) = (terms.Words, terms.Sentence);
            total = total + (wordsLoss + sentenceLoss) * gan.DamsmWeight;
            losses.Add("words", wordsLoss);
            losses.Add("sentence", sentenceLoss);
        }

        losses.Add("kl", kl);
        losses.Add("g_total", total);
        StepGenerator(total);
    }

    /// <summary>Minimizes the distances to the real images, and the KL term.</summary>
    private void PretrainGenerator(GeneratorOutput fake, BatchTensors real, InferredNoise? inferred, LossReadings losses)
    {
        Tensor kl = KlLoss.Compute(fake.Mu, fake.LogVariance);
        Tensor total = kl * _config.Gan.KlWeight + _distances.Compute(fake, real, Matched(fake, inferred), isPretraining: true, losses)!;
        if (inferred is not null)
        {
            total = total + NoisePenalty(fake, inferred, losses);
        }

        losses.Add("kl", kl);
        StepGenerator(total);
    }

    /// <summary>Number of images of the global batch that resemble the real ones: those of random noise, which follow, need not.</summary>
    private long Matched(GeneratorOutput fake, InferredNoise? inferred)
    {
        long batch = fake.Images[0].shape[0] * _world.Size;
        return inferred is null ? batch : InferredOf(batch);
    }

    /// <summary>Returns the weighted KL divergence of inferred noise, summed over stages.</summary>
    private Tensor NoisePenalty(GeneratorOutput fake, InferredNoise inferred, LossReadings losses)
    {
        double weight = _world.Weight(Matched(fake, inferred));
        Tensor kl = _world.Mean(KlLoss.Compute(inferred.Mu, inferred.LogVariance) * (_config.Generator.Noise * weight));
        losses.Add("noise_kl", kl);
        return kl * (_config.Gan.NoiseInferenceWeight * fake.Images.Count);
    }

    /// <summary>Updates the generator and the networks that are trained with it.</summary>
    private void StepGenerator(Tensor loss)
    {
        _networks.GeneratorOptimizer.ZeroGradients();
        _networks.GeneratorTextOptimizer?.ZeroGradients();
        _networks.NoiseOptimizer?.ZeroGradients();
        _networks.GeneratorGradients.Backward(loss);
        _networks.GeneratorGradients.Finish();
        Clip(_networks.Generator);
        _networks.GeneratorOptimizer.Step();
        _networks.GeneratorTextOptimizer?.Step();
        _networks.NoiseOptimizer?.Step();
    }

    /// <summary>
    /// Returns an input whose noise is, for each image, the one of several whose first image is nearest to the real one (Li and Malik,
    /// "Implicit Maximum Likelihood Estimation", 2018). What a caption leaves open is then told by the noise.
    /// </summary>
    private GeneratorInput NearestNoise(GeneratorInput input, BatchTensors real)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        int stages = _networks.ActiveStages;
        _networks.ActiveStages = 1; // the layout is decided at the first size, which costs little
        Tensor? nearest = null;
        Tensor? best = null;
        for (int i = 0; i < _config.Gan.NoiseCandidates; i++)
        {
            GeneratorInput candidate = i == 0 ? input : input.WithFirstNoise(RandomNoise(input));
            Tensor image = _networks.Generator.forward(candidate).Images[0];
            Tensor distance = (image - real.Images[0]).abs().mean([1, 2, 3], keepdim: false).unsqueeze(1); // (B, 1)
            nearest = best is null ? candidate.Noise : where(distance < best, candidate.Noise, nearest!);
            best = best is null ? distance : minimum(distance, best);
        }

        _networks.ActiveStages = stages;
        return input with { Noise = nearest!.MoveToOuterDisposeScope() };
    }

    /// <summary>Generates the captions of a batch again with other noise, and returns the mode-seeking loss.</summary>
    private Tensor ModeSeeking(GeneratorInput input, GeneratorOutput fake)
    {
        GeneratorInput other = input.WithFirstNoise(RandomNoise(input));
        int width = _config.Generator.Noise;
        return ModeSeekingLoss.Compute(
            fake.Images[^1], _networks.Generator.forward(other).Images[^1], input.Noise[.., ..width], other.Noise[.., ..width]);
    }

    /// <summary>Returns other noise for this rank's rows: (B, Z).</summary>
    private Tensor RandomNoise(GeneratorInput input) =>
        _world.Take(randn(input.Noise.shape[0] * _world.Size, _config.Generator.Noise, device: _device));

    /// <summary>Infers the noise of the first images of a batch from the real ones; null if all noise is random.</summary>
    private InferredNoise? InferNoise(BatchTensors real, Tensor sentence)
    {
        if (_networks.NoiseEncoder is not { } encoder)
        {
            return null;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor images = real.Images[^1];
        long all = InferredOf(images.shape[0] * _world.Size);
        Tensor epsilon = _world.Take(randn(all, _config.Generator.Noise, device: _device));
        int share = (int)_world.Share(all);
        InferredNoise inferred = encoder.forward(images[..share], sentence[..share], epsilon);
        return new InferredNoise(
            inferred.Noise.MoveToOuterDisposeScope(),
            inferred.Mu.MoveToOuterDisposeScope(),
            inferred.LogVariance.MoveToOuterDisposeScope());
    }

    /// <summary>Returns the style of each image, as an index; null if the generator has no styles.</summary>
    private int[]? StylesOf(CaptionedBatch batch) =>
        _config.Generator.Styles.Count == 0 ? null : [.. batch.Items.Select(image => ImageStyles.IndexOf(image, _config.Generator.Styles))];

    /// <summary>
    /// Returns the number of images of a global batch whose noise is inferred: all in pretraining, where the others have no loss, and
    /// half afterwards.
    /// </summary>
    private long InferredOf(long batch) => _isPretraining ? batch : batch / 2;

    /// <summary>Computes the DAMSM's features of the captions.</summary>
    private TextFeatures Encode(BatchTensors batch)
    {
        using IDisposable noGradient = no_grad();
        return _networks.TextEncoder.forward(batch.Captions, batch.Lengths);
    }

    /// <summary>
    /// Computes the sentence features (B, D) of wrong captions, as the generator reads them: the foils, or the caption of the next image
    /// for captions that have none.
    /// </summary>
    private Tensor WrongSentences(FoilTensors foils, Tensor sentence)
    {
        using DisposeScope scope = NewDisposeScope();
        FoilFeatures wrong = foils.EncodeFixed(_networks.GeneratorText ?? _networks.TextEncoder);
        Tensor next = _world.Take(_world.Gather(sentence).roll(-1, 0));
        return where(wrong.IsFoil.unsqueeze(1), wrong.Text.Sentence, next).MoveToOuterDisposeScope();
    }

    private void Clip(nn.Module network)
    {
        if (_config.Gan.GradientClip > 0)
        {
            nn.utils.clip_grad_norm_(network.parameters(), _config.Gan.GradientClip);
        }
    }

    /// <summary>Sets the learning rates and stages of an epoch, from 0, and training mode.</summary>
    private void BeginEpoch(int epoch)
    {
        _networks.ActiveStages = _config.Gan.TrainedStages(epoch, _config.Generator);
        _isPretraining = epoch < _config.Gan.PretrainEpochs;
        double decay = Math.Pow(_config.Gan.LearningRateDecay, epoch);
        _networks.GeneratorOptimizer.LearningRate = _config.Gan.GeneratorLearningRate * decay;
        _networks.Generator.train();
        if (_networks.GeneratorTextOptimizer is { } textOptimizer)
        {
            textOptimizer.LearningRate = _config.Gan.TextEncoderLearningRate * decay;
            _networks.GeneratorText!.train();
        }

        if (_networks.NoiseOptimizer is { } noiseOptimizer)
        {
            noiseOptimizer.LearningRate = _config.Gan.GeneratorLearningRate * decay;
        }

        foreach (GanStage stage in _networks.Stages)
        {
            stage.Optimizer.LearningRate = _config.Gan.DiscriminatorLearningRate * decay;
            stage.Discriminator.train();
        }
    }
}
