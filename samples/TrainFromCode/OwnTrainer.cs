using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Encoders;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using AttnGan.Training.Losses;
using AttnGan.Training.Torch;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

/// <summary>
/// A GAN training with its own loop: the networks and losses of the library, guided by the DAMSM of a run. Change any line of it.
/// </summary>
internal static class OwnTrainer
{
    public static void Train(string data, string run, int steps, string model)
    {
        Device device = ComputeDevice.Resolve();
        random.manual_seed(1);

        // The encoders are trained already and stay as they are.
        using var damsm = TrainedDamsm.Load(run, device);
        AttnGanConfig config = damsm.Config;
        int embedding = config.TextEncoder.Embedding;
        using AttentionalGenerator generator = Initialization.Apply(new AttentionalGenerator(config.Generator, embedding)).to(device);
        Discriminator[] discriminators =
        [
            .. config.Generator.ImageSizes.Select(
                size => Initialization.Apply(new Discriminator(size, config.Discriminator, embedding)).to(device)),
        ];
        using optim.Optimizer generatorAdam = optim.Adam(generator.parameters(), 2e-4, beta1: 0.5);
        optim.Optimizer[] adams = [.. discriminators.Select(network => optim.Adam(network.parameters(), 2e-4, beta1: 0.5))];
        var adversarial = new AdversarialLoss(AdversarialLossKind.Hinge);
        var matching = new DamsmLoss(config.Damsm);

        var dataset = CaptionedImageDataset.Open(data, config.Data);
        var options = BatchLoaderOptions.For(config.Data, config.Gan.BatchSize, config.Generator.ImageSizes, seed: 1);
        var loader = new BatchLoader(dataset.Train, config.Data.CaptionEncoder(damsm.Vocabulary), options);
        IEnumerable<CaptionedBatch> batches = Enumerable.Range(0, int.MaxValue).SelectMany(epoch => loader.Epoch(epoch));
        foreach ((int step, CaptionedBatch batch) in batches.Take(steps).Index())
        {
            using var pause = CollectionPause.Begin();
            using DisposeScope scope = NewDisposeScope();
            var real = new BatchTensors(batch, device);
            TextFeatures text = damsm.TextEncoder.forward(real.Captions, real.Lengths);
            GeneratorOutput fake = generator.forward(GeneratorInput.WithNoise(text, config.Generator));

            // Each discriminator learns to tell real images and their captions from all other pairs (paper, equation 5).
            for (int i = 0; i < discriminators.Length; i++)
            {
                Tensor loss = adversarial.ForDiscriminator(discriminators[i], real.Images[i], fake.Images[i].detach(), text.Sentence);
                Update(adams[i], loss);
                Console.Write($"d{discriminators[i].ImageSize} {loss.item<float>():F3}  ");
            }

            // The generator learns to pass for real at every size, and to be found by its caption (equations 3 and 4).
            Tensor total = KlLoss.Compute(fake.Mu, fake.LogVariance);
            for (int i = 0; i < discriminators.Length; i++)
            {
                total = total + adversarial.ForGenerator(discriminators[i], fake.Images[i], text.Sentence);
            }

            DamsmTerms terms = matching.Compute(damsm.ImageEncoder.forward(fake.Images[^1]), text, real.Classes);
            total = total + config.Gan.DamsmWeight * (terms.Words + terms.Sentence);
            Update(generatorAdam, total);
            Console.WriteLine($"g {total.item<float>():F3}  damsm {(terms.Words + terms.Sentence).item<float>():F3}  step {step + 1}");
        }

        var card = new ModelCard { Name = "own trainer", License = "CC0-1.0", Steps = steps };
        ModelTraining.Export(model, config, damsm.Vocabulary, damsm.TextEncoder, generator, card);
    }

    private static void Update(optim.Optimizer optimizer, Tensor loss)
    {
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
