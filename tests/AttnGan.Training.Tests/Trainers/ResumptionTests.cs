using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Formats;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;

namespace AttnGan.Training.Tests.Trainers;

public sealed class ResumptionTests
{
    private static readonly AttnGanConfig Everything = TinyRun.Config with
    {
        Generator = TinyRun.Config.Generator with { Stages = 1, BaseSize = 32 },
        Discriminator = TinyRun.Config.Discriminator with { SpectralNorm = true, Projection = true },
        Damsm = TinyRun.Config.Damsm with { FoilCaptions = true },
        Gan = TinyRun.Config.Gan with
        {
            Loss = AdversarialLossKind.Hinge,
            R1Weight = 1,
            R1Interval = 2,
            GradientClip = 1,
            LearningRateDecay = 0.5,
            TextEncoderLearningRate = 1e-3,
            FeatureMatchingWeight = 1,
            NoiseInferenceWeight = 1,
            FoilCaptions = true,
            Augment = [Augmentation.Color, Augmentation.Translation, Augmentation.Cutout],
        },
    };

    /// <summary>An epoch has three steps: step 2 is within an epoch, step 3 ends one.</summary>
    [Theory]
    [InlineData("damsm", 2)]
    [InlineData("damsm", 3)]
    [InlineData("damsm", 4)]
    [InlineData("gan", 2)]
    [InlineData("gan", 3)]
    [InlineData("gan", 4)]
    public void A_resumed_run_equals_an_uninterrupted_one_bit_for_bit(string kind, int interruption)
    {
        using var tiny = new TinyRun();
        AssertEqualAfterInterruption(tiny, kind, interruption, TinyRun.Config);
    }

    /// <summary>Evaluations at steps 2, 3, 4 and 6: 3 and 6 end an epoch, and the interruption cancels those at 2 and 4.</summary>
    [Theory]
    [InlineData("damsm", 2)]
    [InlineData("damsm", 3)]
    [InlineData("damsm", 4)]
    [InlineData("gan", 2)]
    [InlineData("gan", 3)]
    [InlineData("gan", 4)]
    public void A_resumed_run_with_evaluations_within_epochs_equals_an_uninterrupted_one(string kind, int interruption)
    {
        using var tiny = new TinyRun();

        AssertEqualAfterInterruption(tiny, kind, interruption, Evaluating(2));

        Assert.Equal([2, 3, 4, 6], EvaluatedSteps(tiny, "parts", kind));
        Assert.Equal(Best("whole"), Best("parts"));

        byte[] Best(string run) => File.ReadAllBytes(new RunPart(tiny.Folder(run), kind).BestCheckpoint);
    }

    [Theory]
    [InlineData("damsm")]
    [InlineData("gan")]
    public void Evaluations_do_not_change_the_training(string kind)
    {
        using var tiny = new TinyRun();
        Assert.True(tiny.Train("often", kind, resume: false, Evaluating(1)));
        Assert.True(tiny.Train("seldom", kind, resume: false, TinyRun.Config));

        Assert.Equal([1, 2, 3, 4, 5, 6], EvaluatedSteps(tiny, "often", kind));
        Assert.Equal([3, 6], EvaluatedSteps(tiny, "seldom", kind));
        Assert.Equal(tiny.FinalState("seldom", kind), tiny.FinalState("often", kind));
    }

    [Theory]
    [InlineData("damsm")]
    [InlineData("gan")]
    public void A_resumed_run_with_all_options_equals_an_uninterrupted_one(string kind)
    {
        using var tiny = new TinyRun();
        AssertEqualAfterInterruption(tiny, kind, 3, Everything);
    }

    /// <summary>The second stage joins at step 3.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_resumed_run_that_grows_equals_an_uninterrupted_one(int interruption)
    {
        using var tiny = new TinyRun();
        AssertEqualAfterInterruption(
            tiny, "gan", interruption, TinyRun.Config with { Gan = TinyRun.Config.Gan with { GrowEpochs = [1] } });
    }

    /// <summary>Discriminators and the second stage join at step 3.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_resumed_run_that_pretrains_equals_an_uninterrupted_one(int interruption)
    {
        using var tiny = new TinyRun(styles: ["flat", "shaded"]);
        AttnGanConfig config = TinyRun.Config with
        {
            Generator = TinyRun.Config.Generator with { Styles = ["flat", "shaded"] },
            Gan = TinyRun.Config.Gan with { GrowEpochs = [1], PretrainEpochs = 1 },
        };
        AssertEqualAfterInterruption(tiny, "gan", interruption, config);
    }

    [Fact]
    public void A_resumed_run_with_all_compatibility_switches_equals_an_uninterrupted_one()
    {
        using var tiny = new TinyRun();
        AssertEqualAfterInterruption(tiny, "damsm", 4, TinyRun.Config with { Compat = CompatibilityConfig.Official });
        AssertEqualAfterInterruption(tiny, "gan", 4, TinyRun.Config with { Compat = CompatibilityConfig.Official });
    }

    /// <summary>A killed process leaves an incomplete temporary file, half a line, and earlier checkpoints.</summary>
    [Theory]
    [InlineData("damsm")]
    [InlineData("gan")]
    public void A_killed_run_resumes_from_its_last_checkpoint(string kind)
    {
        using var tiny = new TinyRun();
        AttnGanConfig config = TinyRun.Config with { Logging = TinyRun.Config.Logging with { CheckpointEvery = 3, EvaluateEvery = 2 } };
        Assert.True(tiny.Train("whole", kind, resume: false, config, progress =>
        {
            if (progress is StepDone { Step: 5 })
            {
                CopyFolder(tiny.Folder("whole"), tiny.Folder("killed"));
            }
        }));
        string checkpoints = tiny.CheckpointsOf("killed", kind);
        File.WriteAllBytes(Path.Combine(checkpoints, $".{kind}-00000006.safetensors.tmp"), new byte[1000]);
        File.AppendAllText(tiny.LogOf("killed", kind), "{\"kind\":\"train\",\"ste");

        Assert.True(tiny.Train("killed", kind, resume: true, config));

        Assert.Equal(tiny.FinalState("whole", kind), tiny.FinalState("killed", kind));
        Assert.Equal(tiny.Log("whole", kind), tiny.Log("killed", kind));
    }

    /// <summary>Twelve training images: three batches of four, two of six, four of three.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(3)]
    public void Another_batch_size_restarts_the_epoch(int batchSize)
    {
        using var tiny = new TinyRun();
        Assert.False(tiny.TrainUntil(5, "run", "damsm"));
        List<TrainingProgress> reports = [];

        AttnGanConfig config = TinyRun.Config with { Damsm = TinyRun.Config.Damsm with { BatchSize = batchSize } };
        Assert.True(tiny.Train("run", "damsm", resume: true, config, reports.Add));

        Assert.Equal(new EpochRestarted("damsm", Epoch: 1, Batches: 2), reports[0]);
        StepDone[] steps = [.. reports.OfType<StepDone>()];
        int batches = 12 / batchSize;
        Assert.Equal(
            Enumerable.Range(6, batches).Select(step => ((long)step, 5L + batches, 1)),
            steps.Select(step => (step.Step, step.Steps, step.Epoch)));
    }

    [Fact]
    public void Other_images_restart_the_epoch_even_with_the_same_number_of_batches()
    {
        using var tiny = new TinyRun();
        string train = Path.Combine(tiny.Data, "train.txt");
        File.WriteAllLines(train, tiny.Dataset.Train.Select(image => image.Name));
        Assert.False(tiny.TrainUntil(2, "run", "damsm"));
        string first = tiny.Dataset.Train[0].Name;
        string metadata = Path.Combine(tiny.Data, "metadata.jsonl");
        string line = File.ReadLines(metadata).Single(line => line.Contains(first, StringComparison.Ordinal));
        File.AppendAllText(metadata, line.Replace(first, "16.png", StringComparison.Ordinal) + "\n");
        File.Copy(Path.Combine(tiny.Data, first), Path.Combine(tiny.Data, "16.png"));
        File.AppendAllText(train, "16.png\n");
        List<TrainingProgress> reports = [];

        Assert.True(tiny.Train("run", "damsm", resume: true, onProgress: reports.Add));

        Assert.Equal(new EpochRestarted("damsm", Epoch: 0, Batches: 2), reports[0]);
        Assert.Equal(2 + 6, reports.OfType<StepDone>().Last().Step);
    }

    [Fact]
    public void A_checkpoint_without_batch_information_resumes_within_the_epoch()
    {
        using var tiny = new TinyRun();
        Assert.False(tiny.TrainUntil(2, "run", "damsm"));
        var store = new CheckpointStore(tiny.CheckpointsOf("run", "damsm"), "damsm", 3);
        Checkpoint saved = store.Open(store.Latest()!);
        var state = new CheckpointState
        {
            Step = saved.Step,
            Epoch = saved.Epoch,
            Batch = saved.Batch,
            Config = saved.Config,
            Vocabulary = saved.Vocabulary,
        };
        using (TensorDictionary tensors = saved.LoadTensors())
        {
            store.Save(state, tensors);
        }

        List<TrainingProgress> reports = [];
        Assert.True(tiny.Train("run", "damsm", resume: true, onProgress: reports.Add));

        Assert.Empty(reports.OfType<EpochRestarted>());
        Assert.Equal(6, reports.OfType<StepDone>().Last().Step);
    }

    private static void AssertEqualAfterInterruption(TinyRun tiny, string kind, int interruption, AttnGanConfig config)
    {
        Assert.True(tiny.Train("whole", kind, resume: false, config));
        Assert.False(tiny.TrainUntil(interruption, "parts", kind, config: config));
        Assert.Equal(interruption / config.Logging.LogEvery, CountLossLines(tiny.Log("parts", kind)));
        Assert.True(tiny.Train("parts", kind, resume: true, config));

        SortedDictionary<string, byte[]> expected = tiny.FinalState("whole", kind);
        SortedDictionary<string, byte[]> actual = tiny.FinalState("parts", kind);
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, entry => Assert.True(entry.Value.AsSpan().SequenceEqual(actual[entry.Key]), entry.Key));
        Assert.Equal(6 / config.Logging.LogEvery, CountLossLines(tiny.Log("whole", kind)));
        Assert.Equal(tiny.Log("whole", kind), tiny.Log("parts", kind));
    }

    private static AttnGanConfig Evaluating(int every) =>
        TinyRun.Config with { Logging = TinyRun.Config.Logging with { EvaluateEvery = every } };

    private static IEnumerable<long> EvaluatedSteps(TinyRun tiny, string run, string kind) =>
        LogEntry.ReadAll(tiny.LogOf(run, kind)).Where(entry => entry.Kind == TrainingLog.Validation).Select(entry => entry.Step);

    private static int CountLossLines(string[] log) => log.Count(line => line.StartsWith("\"kind\":\"train\"", StringComparison.Ordinal));

    private static void CopyFolder(string source, string target)
    {
        foreach (string file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) == ".lock")
            {
                continue;
            }

            string copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            using FileStream from = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using FileStream to = File.Create(copy);
            from.CopyTo(to);
        }
    }
}
