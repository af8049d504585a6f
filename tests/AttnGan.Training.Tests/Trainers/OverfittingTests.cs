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

/// <summary>A training that works learns one batch by heart.</summary>
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
    public void Eight_images_and_their_captions_find_each_other()
    {
        using var tiny = new TinyRun(images: 8, validation: false);
        using DamsmTrainer trainer = tiny.Damsm(Config);

        Assert.InRange(Learn(trainer, 0.1), 0, 0.1);
    }

    [Fact]
    public void A_generator_draws_the_colors_that_it_is_asked_for()
    {
        using var tiny = new TinyRun(images: 8, validation: false);
        using DamsmTrainer damsm = tiny.Damsm(Config);
        Learn(damsm, 0.1);
        Checkpoint experts = tiny.Experts(damsm, Config);
        using var trainer = new GanTrainer(Config, tiny.Dataset, tiny.Vocabulary, experts, CPU);
        CaptionedBatch batch = TinyRun.FirstBatch(trainer);

        // By chance one in eight is right. Twice as many steps as it takes.
        int right = 0;
        for (int step = 0; step < 800 && right < 6; step++)
        {
            trainer.Step(batch, step);
            if (step % 50 == 49)
            {
                right = CountRight(trainer, tiny, batch.Captions);
            }
        }

        Assert.InRange(right, 6, 8);
    }

    /// <summary>How many images have the color of their caption, drawn from the saved state with noise of its own.</summary>
    private static int CountRight(GanTrainer trainer, TinyRun tiny, IReadOnlyList<EncodedCaption> captions)
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
        var maker = new SampleGenerator(text, generator, CPU);
        int right = 0;
        foreach (GeneratedImage image in maker.Generate([.. captions.Select((caption, i) => (caption, 100L + i))]))
        {
            right += image.Caption.Words.Contains(NearestColor(image.Image)) ? 1 : 0;
        }

        return right;
    }

    /// <summary>The color whose distance from the mean of the image's center is the least.</summary>
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

    /// <returns>The loss after as many steps as it takes, but at most 300.</returns>
    private static double Learn(DamsmTrainer trainer, double enough)
    {
        CaptionedBatch batch = TinyRun.FirstBatch(trainer);
        double loss = double.PositiveInfinity;
        for (int step = 0; step < 300 && loss > enough; step++)
        {
            loss = trainer.Step(batch, step)[^1].Value;
        }

        return loss;
    }
}
