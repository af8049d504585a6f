using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Encoders;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using AttnGan.Training.Trainers;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

/// <summary>A correct training overfits one batch.</summary>
public sealed class OverfittingTests
{
    private static readonly AttnGanConfig Config = TinyRun.Config with
    {
        Seed = 1,
        TextEncoder = TinyRun.Config.TextEncoder with { Dropout = 0 },
        Damsm = TinyRun.Config.Damsm with { BatchSize = 8, LearningRate = 5e-3 },
        Generator = TinyRun.Config.Generator with { Width = 16 },
        Discriminator = new() { Width = 16, SpectralNorm = true },
        Gan = new()
        {
            BatchSize = 8,
            Loss = AdversarialLossKind.Hinge,
            DamsmWeight = 1,
            GeneratorLearningRate = 4e-3,
            DiscriminatorLearningRate = 4e-3,
            MovingAverage = 0.97,
        },
    };

    [Fact]
    public void The_DAMSM_matches_eight_images_with_their_captions()
    {
        using var tiny = new TinyRun(images: 8, validation: false);
        using DamsmTrainer trainer = tiny.Damsm(Config);

        Assert.InRange(Learn(trainer, 0.1), 0, 0.1);
    }

    [Fact]
    public void The_generator_learns_the_colors_of_eight_captions()
    {
        using var tiny = new TinyRun(images: 8, validation: false);
        using DamsmTrainer damsm = tiny.Damsm(Config);
        Learn(damsm, 0.1);
        Checkpoint encoders = tiny.DamsmCheckpoint(damsm, Config);
        using var trainer = new GanTrainer(Config, tiny.Dataset, tiny.Vocabulary, encoders, CPU);
        CaptionedBatch batch = TinyRun.FirstBatch(trainer);

        // One of eight is correct by chance. The limit is twice the number of steps that it takes.
        int correct = 0;
        for (int step = 0; step < 800 && correct < 6; step++)
        {
            trainer.Step(batch, step);
            if (step % 50 == 49)
            {
                correct = CountCorrect(trainer, tiny, batch.Captions);
            }
        }

        Assert.InRange(correct, 6, 8);
    }

    /// <summary>Counts the images that have the color of their caption, generated from the saved state with other noise.</summary>
    private static int CountCorrect(GanTrainer trainer, TinyRun tiny, IReadOnlyList<EncodedCaption> captions)
    {
        using var text = new TextEncoder(Config.TextEncoder, tiny.Vocabulary.Count);
        using AttentionalGenerator generator = Initialization.Apply(
            new AttentionalGenerator(Config.Generator, Config.TextEncoder.Embedding, Config.Compat));
        using (NewDisposeScope())
        {
            IReadOnlyDictionary<string, Tensor> state = trainer.State();
            ModuleState.Load(text, state, "trainer", "text_encoder.");
            ModuleState.Load(generator, state, "trainer", "averaged_generator.");
        }

        text.eval();
        generator.eval();
        var samples = new SampleGenerator(text, generator, CPU);
        int correct = 0;
        foreach (GeneratedImage image in samples.Generate([.. captions.Select((caption, i) => (caption, 100L + i))]))
        {
            correct += image.Caption.Words.Contains(NearestColor(image.Image)) ? 1 : 0;
        }

        return correct;
    }

    /// <summary>Returns the color that is closest to the mean color of the image center.</summary>
    private static string NearestColor(RgbImage image)
    {
        double[] mean = new double[3];
        for (int y = 12; y < 20; y++)
        {
            for (int x = 12; x < 20; x++)
            {
                for (int c = 0; c < 3; c++)
                {
                    mean[c] += image.Pixels[(y * image.Width + x) * 3 + c] / 64.0;
                }
            }
        }

        return TinyRun.Colors.MinBy(entry =>
            Math.Pow(entry.Color.R - mean[0], 2) + Math.Pow(entry.Color.G - mean[1], 2) + Math.Pow(entry.Color.B - mean[2], 2)).Name;
    }

    /// <summary>Trains until the loss is low enough, for at most 300 steps.</summary>
    /// <returns>The last loss.</returns>
    private static double Learn(DamsmTrainer trainer, double target)
    {
        CaptionedBatch batch = TinyRun.FirstBatch(trainer);
        double loss = double.PositiveInfinity;
        for (int step = 0; step < 300 && loss > target; step++)
        {
            loss = trainer.Step(batch, step)[^1].Value;
        }

        return loss;
    }
}
