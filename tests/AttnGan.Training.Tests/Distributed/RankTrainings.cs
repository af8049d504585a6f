using System.Text.Json;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Distributed;
using AttnGan.Training.Losses;
using AttnGan.Training.Tests.Trainers;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Distributed;

/// <summary>Short trainings on the ranks of a launcher, or in one process. The first rank writes their losses into a file.</summary>
internal static class RankTrainings
{
    /// <summary>The argument that turns the test program into a rank.</summary>
    public const string Argument = "--rank";

    // Of the tiny networks of tests, so that their gradients are several messages, some of which begin during the backward pass.
    private const long MessageBytes = 1 << 12;

    private const string Validation = "validation";

    private static readonly AttnGanConfig s_config = TinyRun.Config with
    {
        Damsm = TinyRun.Config.Damsm with { BatchSize = 8 },
        Gan = TinyRun.Config.Gan with { BatchSize = 8 },
    };

    /// <summary>Two batches of validation images, one for each of two ranks.</summary>
    private static readonly AttnGanConfig s_validation = s_config with
    {
        Damsm = s_config.Damsm with { BatchSize = 4 },
        Gan = s_config.Gan with { BatchSize = 4 },
    };

    /// <summary>Everything at once, as in <c>configs/shapes.yml</c>.</summary>
    private static readonly AttnGanConfig s_everything = s_config with
    {
        Damsm = s_config.Damsm with { FoilCaptions = true },
        Discriminator = s_config.Discriminator with { Projection = true, SpectralNorm = true },
        Gan = s_config.Gan with
        {
            Loss = AdversarialLossKind.Hinge,
            R1Weight = 1,
            R1Interval = 2,
            GradientClip = 1,
            GrowEpochs = [1],
            TextEncoderLearningRate = 1e-3,
            FeatureMatchingWeight = 10,
            ReconstructionWeight = 10,
            ForegroundWeight = 4,
            DamsmMatchingWeight = 10,
            NoiseInferenceWeight = 1,
            FoilCaptions = true,
            DamsmViews = true,
            WhitenCondition = true,
            Augment = [Augmentation.Color, Augmentation.Translation, Augmentation.Cutout],
        },
    };

    /// <summary>Returns the configuration of a GAN training: an option of <see cref="TrainingOptions"/>, or everything.</summary>
    private static AttnGanConfig Gan(string option) => option switch
    {
        "everything" => s_everything,
        Validation => s_validation,
        "gradients in 16 bits" => s_config with { Gan = s_config.Gan with { GradientPrecision = Precision.Bfloat16 } },
        _ => TrainingOptions.Gan[option](s_config),
    };

    /// <summary>Returns the configuration of a DAMSM training.</summary>
    private static AttnGanConfig Damsm(string option) => option switch
    {
        "foil captions" => s_config with { Damsm = s_config.Damsm with { FoilCaptions = true } },
        Validation => s_validation,
        "gradient clipping" => s_config with { Damsm = s_config.Damsm with { GradientClip = 0.25 } },
        _ => s_config,
    };

    /// <param name="arguments">
    /// The file of the losses, the element type, the number of steps, and the trainings: <c>damsm: as published</c> and so on;
    /// <c>gan: validation</c> is followed by a validation, and the "losses" of <c>messages: penalty</c> are numbers of messages.
    /// </param>
    public static int Run(string[] arguments)
    {
        if (arguments is not [var file, var type, var steps, .. var trainings])
        {
            return 2;
        }

        using var world = World.Join(Launcher.Detect());
        world.MessageBytes = MessageBytes;
        set_default_dtype(Enum.Parse<ScalarType>(type));
        using var tiny = new TinyRun(images: 32);
        Dictionary<string, double[][]> losses = trainings.ToDictionary(
            training => training,
            training => Losses(tiny, training.Split(": "), int.Parse(steps, System.Globalization.CultureInfo.InvariantCulture), world));
        if (world.IsFirst)
        {
            File.WriteAllText(file, JsonSerializer.Serialize(losses));
        }

        return 0;
    }

    private static double[][] Losses(TinyRun tiny, string[] training, int steps, World world)
    {
        if (training[0] == "messages")
        {
            return [CountMessages(world, withPenalty: training[1] == "penalty")];
        }

        using ITrainer trainer = training[0] == "gan"
            ? new GanTrainer(Gan(training[1]), tiny.Dataset, tiny.Vocabulary, tiny.DamsmCheckpoint(), CPU, world: world)
            : new DamsmTrainer(Damsm(training[1]), tiny.Dataset, tiny.Vocabulary, CPU, world: world);
        List<double[]> losses = [];
        for (int epoch = 0; losses.Count < steps; epoch++)
        {
            foreach (CaptionedBatch batch in trainer.Batches.Epoch(epoch).Take(steps - losses.Count))
            {
                losses.Add([.. trainer.Step(batch, losses.Count).Select(loss => loss.Value)]);
            }

            trainer.EndEpoch(epoch);
        }

        losses.Add([WeightSum(trainer, world)]);
        if (training[1] == Validation)
        {
            losses.Add([.. trainer.Evaluate(CancellationToken.None).Measures.Select(measure => measure.Value)]);
        }

        return [.. losses];
    }

    /// <summary>
    /// Returns the number of messages of a discriminator's gradients, and of those that began before the end of the backward pass.
    /// </summary>
    private static double[] CountMessages(World world, bool withPenalty)
    {
        using var discriminator = new Discriminator(64, s_config.Discriminator, embedding: 8);
        discriminator.Join(world);
        discriminator.Gradients = new GradientAverage(world, discriminator.parameters());
        using DisposeScope scope = NewDisposeScope();
        (Tensor images, Tensor sentence) = (randn(4, 3, 64, 64), randn(4, 8));
        Tensor loss = new AdversarialLoss(AdversarialLossKind.Bce, world).ForDiscriminator(discriminator, images, -images, sentence);
        if (withPenalty)
        {
            loss = loss + AdversarialLoss.GradientPenalty(discriminator, images, sentence);
        }

        discriminator.Gradients.Backward(loss);
        discriminator.Gradients.Finish();
        return [discriminator.Gradients.Messages, discriminator.Gradients.EarlyMessages];
    }

    /// <summary>Returns a sum over the state, after checking that all ranks have the same.</summary>
    private static double WeightSum(ITrainer trainer, World world)
    {
        using DisposeScope scope = NewDisposeScope();
        double[] sums = [.. trainer.State().Values.Select(tensor => tensor.to(ScalarType.Float64).abs().sum().item<double>())];
        return world.Broadcast(sums).SequenceEqual(sums)
            ? sums.Sum()
            : throw new InvalidOperationException($"The state of rank {world.Rank} differs from that of rank 0.");
    }
}
