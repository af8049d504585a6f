using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Distributed;
using AttnGan.Training.Encoders;
using AttnGan.Training.Formats;
using AttnGan.Training.Losses;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// Trains text and image encoder so that images and captions find each other by their features: the first half of a training (paper,
/// section 3.2).
/// </summary>
internal sealed class DamsmTrainer : ITrainer
{
    private readonly AttnGanConfig _config;
    private readonly Vocabulary _vocabulary;
    private readonly Device _device;
    private readonly World _world;
    private readonly DamsmNetworks _networks;
    private readonly TrunkFeatureCache? _features;
    private readonly DamsmLoss _loss;
    private readonly FoilCaptions? _foils;
    private readonly DamsmValidation _validation;

    /// <param name="config">The run's configuration.</param>
    /// <param name="dataset">Images and captions.</param>
    /// <param name="vocabulary">The vocabulary of the run.</param>
    /// <param name="device">The device to train on.</param>
    /// <param name="featureFile">The file for features of the trunk (<c>damsm.cache_features</c>); null to keep them in memory.</param>
    /// <param name="world">The ranks that train; null for one process.</param>
    public DamsmTrainer(
        AttnGanConfig config,
        CaptionedImageDataset dataset,
        Vocabulary vocabulary,
        Device device,
        string? featureFile = null,
        World? world = null)
    {
        _config = config;
        _vocabulary = vocabulary;
        _device = device;
        _world = world ?? World.Alone;
        CaptionEncoder captions = config.Data.CaptionEncoder(vocabulary);
        _networks = new DamsmNetworks(config, vocabulary.Count, device, _world);
        try
        {
            _features = TrunkFeatureCache.Create(config, _networks.ImageEncoder, featureFile, device);
            BatchLoaderOptions options = LoaderOptions(config) with { Rank = _world.Rank, Ranks = _world.Size };
            Batches = new BatchLoader(dataset.Train, captions, options, _features is null ? null : _features.NeedsPixels);
            _loss = new DamsmLoss(config.Damsm, _world);
            _foils = config.Damsm.FoilCaptions ? FoilCaptions.Of(dataset.Train, captions) : null;
            _validation = new DamsmValidation(config, dataset, captions, _networks, _features, device);
        }
        catch
        {
            Dispose();
            throw;
        }

        BeginEpoch(0);
    }

    public BatchLoader Batches { get; }

    public int Epochs => _config.Damsm.Epochs;

    public string? QualityBasis => _validation.QualityBasis;

    /// <summary>Number of trained parameters of each network.</summary>
    public IReadOnlyList<NetworkSize> Sizes => _networks.Sizes;

    /// <summary>
    /// Sets the word embeddings to the word vectors of the configuration (<c>text_encoder.pretrained</c>). Not for a training that resumes:
    /// its checkpoint has the embeddings.
    /// </summary>
    /// <returns>The words that have a vector; null if the configuration names no file.</returns>
    /// <exception cref="AttnGanException">The file cannot be read, or its vectors do not fit.</exception>
    public WordCoverage? LoadWords()
    {
        if (_config.TextEncoder.Pretrained is not { } path)
        {
            return null;
        }

        var vectors = WordVectors.Read(path, word => _vocabulary.TryGetId(word, out _));
        if (vectors.Width != _config.TextEncoder.WordEmbedding)
        {
            throw new AttnGanException(
                $"The word vectors `{path}` have {vectors.Width} numbers each, but `text_encoder.word_embedding` is " +
                $"{_config.TextEncoder.WordEmbedding}. Set it to {vectors.Width}, or use a file with vectors of that width.");
        }

        IReadOnlyList<string> missing = _networks.TextEncoder.LoadWords(vectors, _vocabulary);
        int words = _vocabulary.Count - 1;
        return missing.Count < words ? new WordCoverage(path, words, missing) : throw new AttnGanException(
            $"`{path}` has a vector for none of the {words} words of the vocabulary. Use a file of the captions' language, in lower case.");
    }

    /// <summary>Updates both encoders (paper, equations 7 to 13).</summary>
    public IReadOnlyList<Measure> Step(CaptionedBatch batch, long step)
    {
        using var pause = CollectionPause.Begin();
        using DisposeScope scope = NewDisposeScope();
        Seeds.Begin(_config.Seed, SeedPurpose.DamsmStep, step);
        var tensors = new BatchTensors(batch, _device);
        _networks.TextOptimizer.ZeroGradients();
        _networks.ImageOptimizer.ZeroGradients();
        ImageFeatures image = _networks.Encode(tensors, batch, _features);
        TextFeatures text = _networks.TextEncoder.forward(tensors.Captions, tensors.Lengths);
        FoilTensors? foils = _foils is null ? null : new FoilTensors(_foils, batch, _config.Seed, step, _device);
        DamsmTerms terms = _loss.Compute(image, text, tensors.Classes, foils?.Encode(_networks.TextEncoder));
        Tensor loss = terms.Words + terms.Sentence;
        _networks.Gradients.Backward(loss);
        _networks.Gradients.Finish();
        if (_config.Damsm.GradientClip > 0)
        {
            nn.utils.clip_grad_norm_(_networks.TextEncoder.Rnn.parameters(), _config.Damsm.GradientClip);
        }

        _networks.TextOptimizer.Step();
        _networks.ImageOptimizer.Step();
        var losses = new LossReadings();
        losses.Add("words0", terms.Words0);
        losses.Add("words1", terms.Words1);
        losses.Add("sentence0", terms.Sentence0);
        losses.Add("sentence1", terms.Sentence1);
        losses.Add("loss", loss);
        return losses.Read(_world);
    }

    public ValidationResult Evaluate(CancellationToken cancellation) => _validation.Measure(_world, cancellation);

    public void EndEpoch(int epoch)
    {
        BeginEpoch(epoch + 1);
        if (_config.Compat.DamsmOptimizerPerEpoch)
        {
            _networks.TextOptimizer.Reset();
            _networks.ImageOptimizer.Reset();
        }
    }

    public IReadOnlyDictionary<string, Tensor> State() => _networks.State();

    public void Restore(IReadOnlyDictionary<string, Tensor> tensors, string source, int epoch)
    {
        _networks.Restore(tensors, source);
        BeginEpoch(epoch);
    }

    /// <summary>Writes nothing: the DAMSM generates no images.</summary>
    public IReadOnlyList<string> WriteSamples(string directory, long step) => [];

    public void Dispose()
    {
        _features?.Dispose();
        _networks.Dispose();
    }

    /// <summary>The options of the training batches.</summary>
    internal static BatchLoaderOptions LoaderOptions(AttnGanConfig config) =>
        BatchLoaderOptions.For(config.Data, config.Damsm.BatchSize, [config.ImageEncoder.ImageSize], config.Seed) with
        {
            Views = config.Damsm.CacheFeatures == FeatureCacheKind.None ? 0 : config.Damsm.CacheViews,
        };

    /// <summary>Sets the learning rate of an epoch, from 0, and training mode.</summary>
    private void BeginEpoch(int epoch)
    {
        DamsmConfig damsm = _config.Damsm;
        double decay = Math.Max(damsm.LearningRateFloor, Math.Pow(damsm.LearningRateDecay, epoch));
        _networks.TextOptimizer.LearningRate = _networks.ImageOptimizer.LearningRate = damsm.LearningRate * decay;
        _networks.SetTrainingMode();
    }
}
