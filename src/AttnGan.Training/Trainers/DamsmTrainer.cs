using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Formats;
using AttnGan.Training.Losses;
using AttnGan.Training.Optimizers;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>Trains text and image encoder to find each other's features: the first half of a training.</summary>
internal sealed class DamsmTrainer : ITrainer
{
    private const string TextPrefix = "text_encoder.";
    private const string ImagePrefix = "image_encoder.";

    private readonly AttnGanConfig _config;
    private readonly Device _device;
    private readonly TextEncoder _textEncoder;
    private readonly ImageEncoder _imageEncoder;
    private readonly NamedAdam _textOptimizer;
    private readonly NamedAdam _imageOptimizer;
    private readonly DamsmLoss _loss;
    private readonly BatchLoader? _validation;

    public DamsmTrainer(AttnGanConfig config, CaptionedImageDataset dataset, Vocabulary vocabulary, Device device)
    {
        _config = config;
        _device = device;
        CaptionEncoder captions = config.Data.CaptionEncoder(vocabulary);
        var batches = BatchLoaderOptions.For(
            config.Data, config.Damsm.BatchSize, [config.ImageEncoder.ImageSize], config.Seed);
        Batches = new BatchLoader(dataset.Train, captions, batches);
        BatchLoaderOptions heldOut = batches.ForValidation() with { DropLast = config.Compat.DropLastValidationBatch };
        int fewest = heldOut.DropLast ? Math.Max(2, heldOut.BatchSize) : 2;
        IReadOnlyList<CaptionedImage> measured = Subset.Choose(dataset.Validation, config.Logging.EvaluationImages);
        _validation = measured.Count < fewest ? null : new BatchLoader(measured, captions, heldOut);
        QualityBasis = measured.Count == dataset.Validation.Count ? null : $"{measured.Count} images";

        Seeds.Begin(config.Seed, Seeds.Purpose.DamsmWeights);
        _textEncoder = new TextEncoder(config.TextEncoder, vocabulary.Count);
        _imageEncoder = new ImageEncoder(config.ImageEncoder, config.TextEncoder.Embedding) { FeatureDType = config.Damsm.Precision.FeatureDType() };
        LoadPretrainedTrunk();
        _textEncoder.to(device);
        _imageEncoder.to(device);
        _textOptimizer = Adam(_textEncoder);
        _imageOptimizer = Adam(_imageEncoder);
        _loss = new DamsmLoss(config.Damsm);
        BeginEpoch(0);
    }

    public BatchLoader Batches { get; }

    public int Epochs => _config.Damsm.Epochs;

    public string? QualityBasis { get; }

    /// <summary>What learns.</summary>
    public IReadOnlyList<NetworkSize> Sizes => [NetworkSize.Of("text encoder", _textEncoder), NetworkSize.Of("image encoder", _imageEncoder)];

    public IReadOnlyList<Measure> Step(CaptionedBatch batch, long step)
    {
        using var pause = CollectionPause.Begin();
        using DisposeScope scope = NewDisposeScope();
        Seeds.Begin(_config.Seed, Seeds.Purpose.DamsmStep, step);
        var tensors = new BatchTensors(batch, _device);
        _textOptimizer.ZeroGradients();
        _imageOptimizer.ZeroGradients();
        DamsmTerms terms = _loss.Compute(_imageEncoder.forward(tensors.Images[0]), tensors.Encode(_textEncoder), tensors.Classes);
        Tensor loss = terms.Words + terms.Sentence;
        loss.backward();
        if (_config.Damsm.GradientClip > 0)
        {
            nn.utils.clip_grad_norm_(_textEncoder.Rnn.parameters(), _config.Damsm.GradientClip);
        }

        _textOptimizer.Step();
        _imageOptimizer.Step();
        var losses = new LossReadings();
        losses.Add("words0", terms.Words0);
        losses.Add("words1", terms.Words1);
        losses.Add("sentence0", terms.Sentence0);
        losses.Add("sentence1", terms.Sentence1);
        losses.Add("loss", loss);
        return losses.Read();
    }

    public ValidationResult Evaluate(CancellationToken cancellation)
    {
        using var pause = CollectionPause.Begin();
        try
        {
            return Validate(cancellation);
        }
        finally
        {
            SetTrainingMode();
        }
    }

    public void EndEpoch(int epoch)
    {
        BeginEpoch(epoch + 1);
        if (_config.Compat.DamsmOptimizerPerEpoch)
        {
            _textOptimizer.Reset();
            _imageOptimizer.Reset();
        }
    }

    public IReadOnlyDictionary<string, Tensor> State() => ModuleState.Collect(_textEncoder, TextPrefix)
        .Concat(ModuleState.Collect(_imageEncoder, ImagePrefix))
        .Concat(_textOptimizer.State("optimizer." + TextPrefix))
        .Concat(_imageOptimizer.State("optimizer." + ImagePrefix))
        .ToDictionary();

    public void Restore(IReadOnlyDictionary<string, Tensor> tensors, string source, int epoch)
    {
        ModuleState.Load(_textEncoder, tensors, source, TextPrefix);
        ModuleState.Load(_imageEncoder, tensors, source, ImagePrefix);
        _textOptimizer.Restore(tensors, "optimizer." + TextPrefix, source);
        _imageOptimizer.Restore(tensors, "optimizer." + ImagePrefix, source);
        BeginEpoch(epoch);
    }

    public void WriteSamples(string directory, long step)
    {
        // The DAMSM draws no images; its figures are in the log.
    }

    public void Dispose()
    {
        _textOptimizer.Dispose();
        _imageOptimizer.Dispose();
        _textEncoder.Dispose();
        _imageEncoder.Dispose();
    }

    private NamedAdam Adam(nn.Module network) => new(network, _config.Damsm.LearningRate, beta1: 0.5, beta2: 0.999);

    private void BeginEpoch(int epoch)
    {
        DamsmConfig damsm = _config.Damsm;
        double share = Math.Max(damsm.LearningRateFloor, Math.Pow(damsm.LearningRateDecay, epoch));
        _textOptimizer.LearningRate = _imageOptimizer.LearningRate = damsm.LearningRate * share;
        SetTrainingMode();
    }

    private void SetTrainingMode()
    {
        _textEncoder.train();
        _imageEncoder.train();
        if (_config.Compat.DamsmOptimizerPerEpoch)
        {
            _imageEncoder.TrainFrozenStatistics();
        }
    }

    private ValidationResult Validate(CancellationToken cancellation)
    {
        if (_validation is null)
        {
            return ValidationResult.None;
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        _textEncoder.eval();
        _imageEncoder.eval();
        List<Tensor> codes = [];
        List<Tensor> sentences = [];
        List<Tensor> classes = [];
        double loss = 0;
        foreach (CaptionedBatch batch in _validation.Epoch(0, cancellation: cancellation))
        {
            using DisposeScope batchScope = NewDisposeScope();
            var tensors = new BatchTensors(batch, _device);
            ImageFeatures image = _imageEncoder.forward(tensors.Images[0]);
            TextFeatures text = tensors.Encode(_textEncoder);
            codes.Add(image.Code.MoveToOuterDisposeScope());
            sentences.Add(text.Sentence.MoveToOuterDisposeScope());
            classes.Add(tensors.Classes.MoveToOuterDisposeScope());
            DamsmTerms terms = _loss.Compute(image, text, tensors.Classes);
            loss += (terms.Words + terms.Sentence).ReadScalar() * batch.Size;
        }

        RetrievalResult retrieval = Retrieval.Measure(cat(codes), cat(sentences), cat(classes));
        return ValidationResult.Of(
            quality: (retrieval.ImageToText.At1 + retrieval.TextToImage.At1) / 2,
            new("validation_loss", loss / classes.Sum(group => group.shape[0])),
            new("image_to_text_r1", retrieval.ImageToText.At1),
            new("text_to_image_r1", retrieval.TextToImage.At1),
            new("image_to_text_r10", retrieval.ImageToText.At10),
            new("text_to_image_r10", retrieval.TextToImage.At10));
    }

    private void LoadPretrainedTrunk()
    {
        if (!_imageEncoder.HasFrozenTrunk)
        {
            return;
        }

        string path = _config.ImageEncoder.Weights ?? throw new AttnGanException(
            "The Inception trunk is not trained here and needs its pre-trained weights: set `image_encoder.weights` to torchvision's file " +
            "of Inception-v3 (inception_v3_google-0cc3c7bd.pth; docs/training.md tells where it is), or use `image_encoder.trunk: compact`.");
        IReadOnlyDictionary<string, Tensor> weights = WeightFile.Load(path);
        try
        {
            _imageEncoder.LoadTrunk(weights, path);
        }
        finally
        {
            foreach (Tensor tensor in weights.Values)
            {
                tensor.Dispose();
            }
        }
    }
}
