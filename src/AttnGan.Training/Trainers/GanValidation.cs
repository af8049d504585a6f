using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Data.Shapes;
using AttnGan.Training.Distributed;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Generator;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// Measures the averaged generator on validation images, with the DAMSM that it is trained with and, if the run has one, an independent
/// DAMSM.
/// </summary>
internal sealed class GanValidation : IDisposable
{
    private readonly AttnGanConfig _config;
    private readonly Device _device;
    private readonly AttentionalGenerator _generator;
    private readonly GeneratorValidation _validation;

    private GanValidation(
        AttnGanConfig config,
        IReadOnlyList<CaptionedImage> images,
        CaptionEncoder captions,
        GanNetworks networks,
        DamsmEncoders? independent,
        QualityKind quality,
        Device device)
    {
        _config = config;
        _device = device;
        _generator = networks.AveragedGenerator;
        QualityBasis = $"{images.Count} images, " + quality switch
        {
            QualityKind.Shapes => "accuracy of shapes",
            QualityKind.Recognition => "recognition by ResNet-18",
            _ => independent is null ? "the DAMSM" : $"independent DAMSM {independent.Checksum()}",
        };
        BatchLoaderOptions batches = BatchLoaderOptions
            .For(config.Data, config.Gan.BatchSize, [config.Generator.ImageSize], config.Seed)
            .ForValidation();
        _validation = new GeneratorValidation(
            new BatchLoader(images, captions, batches with { CacheMegabytes = 0 }), // images are read only once
            networks.AveragedGeneratorText,
            new DamsmEncoders(networks.TextEncoder, networks.ImageEncoder, captions, device),
            independent,
            quality == QualityKind.Recognition ? new RecognitionScorer(new ResNet18Network(device)) : null,
            quality == QualityKind.Shapes ? new ShapeScorer() : null,
            config.Seed);
    }

    /// <inheritdoc cref="ITrainer.QualityBasis"/>
    public string QualityBasis { get; }

    /// <summary>Prepares validation.</summary>
    /// <param name="config">The run's configuration.</param>
    /// <param name="dataset">The dataset with the validation images.</param>
    /// <param name="captions">The caption encoder of the run.</param>
    /// <param name="networks">The networks of the training; they stay the caller's.</param>
    /// <param name="independent">A checkpoint of another DAMSM training; null for none.</param>
    /// <param name="device">The device of the networks.</param>
    /// <returns>Null if there are fewer than two validation images with a known word, or if all are of one class.</returns>
    /// <exception cref="AttnGanException">The independent DAMSM cannot be used.</exception>
    public static GanValidation? Create(
        AttnGanConfig config,
        CaptionedImageDataset dataset,
        CaptionEncoder captions,
        GanNetworks networks,
        Checkpoint? independent,
        Device device)
    {
        if (ImagesOf(config, dataset, captions) is not { } images)
        {
            return null;
        }

        QualityKind quality = ChooseQuality(config, images);
        DamsmEncoders? encoders = independent is null ? null : IndependentDamsm.Open(independent, images, captions, device);
        if (encoders?.ReadsAs(networks.TextEncoder) == true)
        {
            encoders.Dispose();
            throw new AttnGanException(
                $"The independent DAMSM `{independent!.Path}` is the DAMSM that the GAN is trained with, which would inflate the scores. " +
                "Give one of another training (`attngan train damsm` with another seed), or leave it out.");
        }

        return new GanValidation(config, images, captions, networks, encoders, quality, device);
    }

    /// <summary>Checks what <see cref="Create"/> requires, before there are networks.</summary>
    /// <exception cref="AttnGanException">The quality cannot be measured, or the independent DAMSM cannot be used.</exception>
    public static void Check(
        AttnGanConfig config, CaptionedImageDataset dataset, CaptionEncoder captions, Checkpoint? independent, Device device)
    {
        IReadOnlyList<CaptionedImage>? images = ImagesOf(config, dataset, captions);
        if (images is not null)
        {
            ChooseQuality(config, images);
        }

        if (independent is not null)
        {
            IndependentDamsm.Open(independent, images ?? [], captions, device).Dispose();
        }
    }

    /// <summary>
    /// Generates an image from every caption, with the same noise each time, and measures them. Ranks share the captions.
    /// </summary>
    /// <returns>The result; <see cref="ValidationResult.None"/> on other ranks than the first.</returns>
    public ValidationResult Measure(World world, CancellationToken cancellation)
    {
        using var pause = CollectionPause.Begin();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        return _validation.Measure(Generate, _device, world, cancellation);

        Tensor Generate(TextFeatures text, int batch)
        {
            Seeds.Begin(_config.Seed, SeedPurpose.Samples, batch);
            return _generator.forward(GeneratorInput.WithNoise(text, _config.Generator)).Images[^1];
        }
    }

    /// <summary>Discards the encoded captions and images, after other weights have been loaded into the encoders.</summary>
    public void Forget() => _validation.Forget();

    public void Dispose() => _validation.Dispose();

    /// <summary>Returns the validation images that can be measured with; null if there are too few.</summary>
    private static IReadOnlyList<CaptionedImage>? ImagesOf(AttnGanConfig config, CaptionedImageDataset dataset, CaptionEncoder captions)
    {
        IReadOnlyList<CaptionedImage> measurable = TrainingUse.Measurable(dataset.Validation, captions);
        IReadOnlyList<CaptionedImage> images = Subset.Choose(measurable, config.Logging.EvaluationImages);
        return images.Count < 2 || !TrainingUse.HasNegatives(images) ? null : images;
    }

    /// <summary>Returns what selects the best checkpoint, which is never <see cref="QualityKind.Auto"/>.</summary>
    /// <exception cref="AttnGanException">What the configuration asks for cannot be measured.</exception>
    private static QualityKind ChooseQuality(AttnGanConfig config, IReadOnlyList<CaptionedImage> images)
    {
        bool recognizes = ThingIndex.IsPossible(images);
        bool checksShapes = config.Generator.ImageSize >= ShapeDataset.MinSize && ShapeScorer.IsPossible(images);
        return config.Logging.Quality switch
        {
            QualityKind.Auto => checksShapes ? QualityKind.Shapes
                : recognizes && ResNet18Network.IsAvailable && !config.TrainsWithResNet ? QualityKind.Recognition
                : QualityKind.RPrecision,
            QualityKind.Recognition when !recognizes => throw new AttnGanException(
                "`logging.quality` is recognition, but the validation images name fewer than 2 things. Add `thing` or `class` to the " +
                "dataset's metadata.jsonl, or set `logging.quality` to auto."),
            QualityKind.Shapes when !checksShapes => throw new AttnGanException(
                $"`logging.quality` is shapes, but validation captions describe no scenes of shapes (`attngan dataset make shapes`), or " +
                $"images have fewer than {ShapeDataset.MinSize} pixels. Set `logging.quality` to auto."),
            QualityKind quality => quality,
        };
    }
}
