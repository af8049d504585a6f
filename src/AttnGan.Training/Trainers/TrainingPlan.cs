using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Distributed;
using AttnGan.Training.Runs;

namespace AttnGan.Training.Trainers;

/// <summary>The plan of a training, which <c>--dry-run</c> shows.</summary>
/// <param name="Kind"><see cref="TrainingKind.Damsm"/> or <see cref="TrainingKind.Gan"/>.</param>
/// <param name="Epochs">Number of epochs.</param>
/// <param name="StepsPerEpoch">Number of batches in an epoch.</param>
/// <param name="BatchSize">The batch size.</param>
/// <param name="Parameters">Number of trained parameters of each network.</param>
internal sealed record TrainingPlan(string Kind, int Epochs, int StepsPerEpoch, int BatchSize, IReadOnlyList<NetworkSize> Parameters)
{
    /// <summary>How many words begin with a pre-trained vector; null if the training does not begin with any.</summary>
    public WordCoverage? Words { get; init; }

    /// <summary>The plan of a DAMSM training that could start.</summary>
    public static TrainingPlan Of(DamsmTrainer trainer) => Create(TrainingKind.Damsm, trainer.Epochs, trainer.Batches, trainer.Sizes);

    /// <summary>The plan of a GAN training that could start.</summary>
    public static TrainingPlan Of(GanTrainer trainer) => Create(TrainingKind.Gan, trainer.Epochs, trainer.Batches, trainer.Sizes);

    /// <summary>The plan of a GAN training whose DAMSM is not trained yet: without it there is no trainer to ask.</summary>
    /// <exception cref="AttnGanException">The data cannot be trained on with this configuration.</exception>
    public static TrainingPlan OfGan(AttnGanConfig config, CaptionedImageDataset dataset, Vocabulary vocabulary) => Create(
        TrainingKind.Gan,
        config.Gan.Epochs,
        GanTrainer.CreateBatches(config, dataset, config.Data.CaptionEncoder(vocabulary), World.Alone),
        GanNetworks.SizesFor(config));

    private static TrainingPlan Create(string kind, int epochs, BatchLoader batches, IReadOnlyList<NetworkSize> parameters) =>
        new(kind, epochs, batches.BatchesPerEpoch, batches.BatchSize, parameters);
}
