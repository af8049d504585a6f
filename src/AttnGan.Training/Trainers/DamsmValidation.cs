using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Distributed;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Losses;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>Measures loss and retrieval of a DAMSM on validation images, and what its sentence features say.</summary>
internal sealed class DamsmValidation
{
    private readonly DamsmNetworks _networks;
    private readonly DamsmLoss _loss;
    private readonly Device _device;
    private readonly TrunkFeatureCache? _features;
    private readonly BatchLoader? _batches;
    private readonly SentenceStatistics _sentences;

    /// <param name="config">The run's configuration.</param>
    /// <param name="dataset">The dataset with the validation images.</param>
    /// <param name="captions">The caption encoder of the run.</param>
    /// <param name="networks">The networks of the training; they stay the caller's.</param>
    /// <param name="features">Keeps features of the trunk; null to compute them. It stays the caller's.</param>
    /// <param name="device">The device of the networks.</param>
    public DamsmValidation(
        AttnGanConfig config,
        CaptionedImageDataset dataset,
        CaptionEncoder captions,
        DamsmNetworks networks,
        TrunkFeatureCache? features,
        Device device)
    {
        _features = features;
        _networks = networks;
        _loss = new DamsmLoss(config.Damsm);
        _device = device;
        BatchLoaderOptions options = DamsmTrainer.LoaderOptions(config).ForValidation() with
        {
            DropLast = config.Compat.DropLastValidationBatch,
        };
        int min = options.DropLast ? Math.Max(2, options.BatchSize) : 2;
        IReadOnlyList<CaptionedImage> measurable = TrainingUse.Measurable(dataset.Validation, captions);
        IReadOnlyList<CaptionedImage> images = Subset.Choose(measurable, config.Logging.EvaluationImages);
        _batches = images.Count < min || !TrainingUse.HasNegatives(images) ? null : new BatchLoader(
            images, captions, options, features is null ? null : features.NeedsPixels);
        _sentences = new SentenceStatistics(images, captions);
        QualityBasis = images.Count == dataset.Validation.Count ? null : $"{images.Count} images";
    }

    /// <inheritdoc cref="ITrainer.QualityBasis"/>
    public string? QualityBasis { get; }

    /// <summary>Measures the encoders in evaluation mode and leaves them in training mode. Ranks share the batches.</summary>
    /// <returns>
    /// <see cref="ValidationResult.None"/> if there are too few validation images, and on other ranks than the first.
    /// </returns>
    public ValidationResult Measure(World world, CancellationToken cancellation)
    {
        if (_batches is null)
        {
            return ValidationResult.None;
        }

        using var pause = CollectionPause.Begin();
        _networks.SetEvaluationMode();
        try
        {
            return Measure(_batches.Epoch(0, cancellation: world.OnOneRank(cancellation)), new RankBatches(world, cancellation));
        }
        finally
        {
            _networks.SetTrainingMode();
        }
    }

    private ValidationResult Measure(IEnumerable<CaptionedBatch> batches, RankBatches ranks)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        List<Tensor> codes = [];
        List<Tensor> sentences = [];
        List<Tensor> classes = [];
        double loss = 0;
        ranks.Run(batches, (batch, _) => Encode(batch), (batch, results) =>
        {
            codes.Add(results[0].to(_device).MoveToOuterDisposeScope());
            sentences.Add(results[1].to(_device).MoveToOuterDisposeScope());
            classes.Add(results[2].to(_device).MoveToOuterDisposeScope());
            loss += results[3].ReadScalar() * batch.Size;
        });
        if (codes.Count == 0)
        {
            return ValidationResult.None;
        }

        RetrievalResult retrieval = Retrieval.Measure(cat(codes), cat(sentences), cat(classes));
        IEnumerable<Measure> recalls =
            from recall in retrieval.ImageToText.Informative().Zip(retrieval.TextToImage.Informative())
            where recall.First.K != 5
            from measure in new Measure[]
            {
                new($"image_to_text_r{recall.First.K}", recall.First.Share), new($"text_to_image_r{recall.First.K}", recall.Second.Share),
            }
            select measure;
        return ValidationResult.Of(
            quality: (retrieval.ImageToText.At1 + retrieval.TextToImage.At1) / 2,
            [
                new("validation_loss", loss / classes.Sum(group => group.shape[0])),
                .. recalls,
                .. _sentences.Measure(_networks.TextEncoder, _device),
            ]);
    }

    /// <summary>Returns the codes, sentence features and classes of a batch, and its loss.</summary>
    private Tensor[] Encode(CaptionedBatch batch)
    {
        var tensors = new BatchTensors(batch, _device);
        ImageFeatures image = _networks.Encode(tensors, batch, _features);
        TextFeatures text = _networks.TextEncoder.forward(tensors.Captions, tensors.Lengths);
        DamsmTerms terms = _loss.Compute(image, text, tensors.Classes);
        return [image.Code, text.Sentence, tensors.Classes, terms.Words + terms.Sentence];
    }
}
