using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Generator;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>What a training would do.</summary>
/// <param name="Kind"><c>damsm</c> or <c>gan</c>.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="StepsPerEpoch">Batches of each pass.</param>
/// <param name="BatchSize">Images a step.</param>
/// <param name="Parameters">Numbers that each network learns.</param>
internal sealed record TrainingPlan(
    string Kind, int Epochs, int StepsPerEpoch, int BatchSize, IReadOnlyList<NetworkSize> Parameters)
{
    public static TrainingPlan Of(DamsmTrainer trainer) =>
        new("damsm", trainer.Epochs, trainer.Batches.BatchesPerEpoch, trainer.Batches.BatchSize, trainer.Sizes);

    public static TrainingPlan Of(GanTrainer trainer) =>
        new("gan", trainer.Epochs, trainer.Batches.BatchesPerEpoch, trainer.Batches.BatchSize, trainer.Sizes);

    /// <summary>Of a GAN whose DAMSM is yet to be trained, so that there is no trainer to ask.</summary>
    /// <exception cref="AttnGanException">Whatever would keep the training from its first step.</exception>
    public static TrainingPlan OfGan(AttnGanConfig config, CaptionedImageDataset dataset, Vocabulary vocabulary)
    {
        IReadOnlyList<int> sizes = config.Generator.ImageSizes;
        CaptionEncoder captions = config.Data.CaptionEncoder(vocabulary);
        var batches = new BatchLoader(dataset.Train, captions, BatchLoaderOptions.For(config.Data, config.Gan.BatchSize, sizes, config.Seed));
        int embedding = config.TextEncoder.Embedding;
        using var generator = new AttentionalGenerator(config.Generator, embedding, config.Compat);
        List<NetworkSize> parameters = [NetworkSize.Of("generator", generator)];
        foreach (int size in sizes)
        {
            using var discriminator = new Discriminator(size, config.Discriminator, embedding);
            parameters.Add(NetworkSize.Of($"discriminator {size}", discriminator));
        }

        return new TrainingPlan("gan", config.Gan.Epochs, batches.BatchesPerEpoch, config.Gan.BatchSize, parameters);
    }
}

/// <summary>How many numbers a network learns.</summary>
internal sealed record NetworkSize(string Network, long Parameters)
{
    public static NetworkSize Of(string name, nn.Module network) =>
        new(name, network.parameters().Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel()));
}
