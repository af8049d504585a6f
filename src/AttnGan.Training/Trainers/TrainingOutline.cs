using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Encoders;
using AttnGan.Training.Generator;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>What a training would do. Making one finds whatever would keep the training from its first step.</summary>
/// <param name="Kind"><c>damsm</c> or <c>gan</c>.</param>
/// <param name="Epochs">Passes over the training pictures.</param>
/// <param name="StepsPerEpoch">Batches of each pass.</param>
/// <param name="BatchSize">Pictures a step.</param>
/// <param name="Parameters">Numbers that each network learns.</param>
internal sealed record TrainingOutline(
    string Kind, int Epochs, int StepsPerEpoch, int BatchSize, IReadOnlyList<NetworkSize> Parameters)
{
    public static TrainingOutline OfDamsm(AttnGanConfig config, CaptionedImageDataset dataset, Vocabulary vocabulary)
    {
        using var trainer = new DamsmTrainer(config, dataset, vocabulary, CPU);
        using var text = new TextEncoder(config.TextEncoder, vocabulary.Count);
        using var image = new ImageEncoder(config.ImageEncoder, config.TextEncoder.Embedding);
        return new TrainingOutline(
            "damsm",
            trainer.Epochs,
            trainer.Batches.BatchesPerEpoch,
            config.Damsm.BatchSize,
            [SizeOf("text encoder", text), SizeOf("image encoder", image)]);
    }

    public static TrainingOutline OfGan(AttnGanConfig config, CaptionedImageDataset dataset, Vocabulary vocabulary)
    {
        IReadOnlyList<int> sizes = config.Generator.PictureSizes;
        var captions = config.Data.CaptionEncoder(vocabulary);
        var batches = new BatchLoader(dataset.Train, captions, BatchLoaderOptions.For(config.Data, config.Gan.BatchSize, sizes, config.Seed));
        int embedding = config.TextEncoder.Embedding;
        using var generator = new AttentionalGenerator(config.Generator, embedding, config.Compat);
        List<NetworkSize> parameters = [SizeOf("generator", generator)];
        foreach (int size in sizes)
        {
            using var discriminator = new Discriminator(size, config.Discriminator, embedding);
            parameters.Add(SizeOf($"discriminator {size}", discriminator));
        }

        return new TrainingOutline("gan", config.Gan.Epochs, batches.BatchesPerEpoch, config.Gan.BatchSize, parameters);
    }

    private static NetworkSize SizeOf(string name, nn.Module network) =>
        new(name, network.parameters().Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel()));
}

/// <summary>How many numbers a network learns.</summary>
internal sealed record NetworkSize(string Network, long Parameters);
