using System.Collections.Concurrent;
using System.Runtime;
using System.Runtime.ExceptionServices;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Formats;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

public sealed class TrainingLoopTests
{
    [Fact]
    public void A_diverging_DAMSM_stops_with_step_loss_and_remedy()
    {
        using var tiny = new TinyRun();
        AttnGanConfig config = Saving(TinyRun.Config with { Damsm = TinyRun.Config.Damsm with { LearningRate = 1e30, GradientClip = 0 } });

        DivergedException stop = Assert.Throws<DivergedException>(() => tiny.Train("run", "damsm", resume: false, config));

        Assert.Contains("damsm training diverged: at step ", stop.Message, StringComparison.Ordinal);
        Assert.Contains("is NaN, expected a finite number", stop.Message, StringComparison.Ordinal);
        Assert.Contains("`--resume --set damsm.learning_rate=", stop.Message, StringComparison.Ordinal);
        AssertOnlyFiniteCheckpoints(tiny, "damsm");
    }

    [Fact]
    public void A_diverging_GAN_stops_with_step_loss_and_remedy()
    {
        using var tiny = new TinyRun();
        AttnGanConfig config = Saving(TinyRun.Config with
        {
            Gan = TinyRun.Config.Gan with { DiscriminatorLearningRate = 1e38, GeneratorLearningRate = 1e38 },
        });

        DivergedException stop = Assert.Throws<DivergedException>(() => tiny.Train("run", "gan", resume: false, config));

        Assert.Contains("gan training diverged: at step ", stop.Message, StringComparison.Ordinal);
        Assert.Contains("`--resume --set gan.gradient_clip=10`", stop.Message, StringComparison.Ordinal);
        AssertOnlyFiniteCheckpoints(tiny, "gan");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Divergence_is_reported_with_loss_step_and_last_checkpoint(double value)
    {
        using var tiny = new TinyRun();
        using var trainer = new ScriptedTrainer(tiny) { LossOf = step => step == 4 ? value : 1 };

        DivergedException stop = Assert.Throws<DivergedException>(() => Run(tiny, trainer, Saving(TinyRun.Config, every: 2)));

        Assert.Contains($"at step 4 `second` is {value}", stop.Message, StringComparison.Ordinal);
        Assert.Contains("damsm-00000004.safetensors", stop.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_not_saved()
    {
        using var tiny = new TinyRun();
        using var trainer = new ScriptedTrainer(tiny) { WeightOf = step => step == 4 ? float.NaN : 1 };

        DivergedException stop = Assert.Throws<DivergedException>(() => Run(tiny, trainer, Saving(TinyRun.Config)));

        Assert.Contains("at step 5 `weight` is NaN", stop.Message, StringComparison.Ordinal);
        Assert.Contains("damsm-00000004.safetensors", stop.Message, StringComparison.Ordinal);
        AssertOnlyFiniteCheckpoints(tiny, "damsm");
    }

    [Fact]
    public void A_validation_metric_that_is_not_finite_stops_the_training()
    {
        using var tiny = new TinyRun();
        using var trainer = new ScriptedTrainer(tiny) { MetricOf = epoch => epoch == 1 ? double.NaN : 0.5 };

        DivergedException stop = Assert.Throws<DivergedException>(() => Run(tiny, trainer, TinyRun.Config));

        Assert.Contains("at step 6 `metric` is NaN", stop.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_saves_a_checkpoint_of_the_current_step()
    {
        using var tiny = new TinyRun();

        Assert.False(tiny.TrainUntil(2, "run", "gan"));

        string file = Assert.Single(Directory.GetFiles(tiny.CheckpointsOf("run", "gan")));
        var checkpoint = Checkpoint.Open(file, "gan");
        Assert.Equal((2, 0, 2), (checkpoint.Step, checkpoint.Epoch, checkpoint.Batch));
    }

    [Fact]
    public void A_run_canceled_before_the_first_step_can_be_resumed()
    {
        using var tiny = new TinyRun();

        Assert.False(tiny.Train("run", "damsm", resume: false, cancellation: new CancellationToken(canceled: true)));
        Assert.True(tiny.Train("run", "damsm", resume: true));
        Assert.True(tiny.Train("other", "damsm", resume: false));

        Assert.Equal(tiny.FinalState("other", "damsm"), tiny.FinalState("run", "damsm"));
    }

    [Fact]
    public void Checkpoints_are_saved_at_the_interval_and_the_best_one_is_kept()
    {
        using var tiny = new TinyRun();
        using var trainer = new ScriptedTrainer(tiny) { MetricOf = epoch => epoch == 0 ? 0.9 : 0.1 };

        Assert.True(Run(tiny, trainer, Saving(TinyRun.Config, every: 4)));

        Assert.Equal(
            ["best.safetensors", "damsm-00000004.safetensors", "damsm-00000006.safetensors"],
            Directory.GetFiles(tiny.CheckpointsOf("run", "damsm")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(3, Checkpoint.Open(Path.Combine(tiny.CheckpointsOf("run", "damsm"), "best.safetensors"), "damsm").Step);
    }

    [Fact]
    public void The_best_checkpoint_can_be_from_within_an_epoch()
    {
        using var tiny = new TinyRun();
        long steps = 0;
        using var trainer = new ScriptedTrainer(tiny) { OnStep = step => steps = step + 1, MetricOf = _ => steps == 2 ? 0.9 : 0.1 };

        Assert.True(Run(tiny, trainer, TinyRun.Config with { Logging = TinyRun.Config.Logging with { EvaluateEvery = 1 } }));

        Assert.Equal(2, Checkpoint.Open(Path.Combine(tiny.CheckpointsOf("run", "damsm"), "best.safetensors"), "damsm").Step);
    }

    [Theory]
    [InlineData("100 images", 3)]
    [InlineData("200 images", 6)]
    public void Qualities_are_compared_on_the_same_basis_only(string second, long best)
    {
        using var tiny = new TinyRun();
        using (var canceled = new CancellationTokenSource())
        {
            using var first = new ScriptedTrainer(tiny)
            {
                QualityBasis = "100 images",
                MetricOf = _ => 0.9,
                OnStep = step => CancelAt(3, step, canceled),
            };
            Assert.False(Run(tiny, first, TinyRun.Config, canceled.Token));
        }

        using var trainer = new ScriptedTrainer(tiny) { QualityBasis = second, MetricOf = _ => 0.8 };
        Assert.True(Continue(tiny, trainer));

        Assert.Equal(best, Checkpoint.Open(new RunPart(tiny.Folder("run"), "damsm").BestCheckpoint, "damsm").Step);
    }

    [Fact]
    public void A_worse_epoch_after_resuming_does_not_replace_the_best()
    {
        using var tiny = new TinyRun();
        using (var canceled = new CancellationTokenSource())
        {
            using var first = new ScriptedTrainer(tiny) { MetricOf = _ => 0.9, OnStep = step => CancelAt(3, step, canceled) };
            Assert.False(Run(tiny, first, TinyRun.Config, canceled.Token));
        }

        using var second = new ScriptedTrainer(tiny) { MetricOf = _ => 0.8 };
        Assert.True(Continue(tiny, second));

        Assert.Equal(3, Checkpoint.Open(new RunPart(tiny.Folder("run"), "damsm").BestCheckpoint, "damsm").Step);
    }

    [Fact]
    public void Log_lines_contain_means_since_the_previous_line()
    {
        using var tiny = new TinyRun();
        using var trainer = new ScriptedTrainer(tiny) { LossOf = step => step };

        Run(tiny, trainer, TinyRun.Config with { Logging = TinyRun.Config.Logging with { LogEvery = 3 } });

        string[] lines = [.. tiny.Log("run", "damsm").Where(line => line.Contains("\"train\"", StringComparison.Ordinal))];
        Assert.Equal(2, lines.Length);
        Assert.EndsWith("\"second\":1", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("\"second\":4", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("damsm")]
    [InlineData("gan")]
    public void Steps_and_evaluations_pause_garbage_collection(string kind)
    {
        using var tiny = new TinyRun();
        using ITrainer trainer = kind == "damsm" ? tiny.Damsm() : tiny.Gan();
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();

        // Not null: with AMX registers in use, the runtime's signal stack is too small, and a null dereference ends the program.
        CaptionedBatch batch = TinyRun.FirstBatch(trainer);
        float[][] tooFew = [.. batch.Images.Select(_ => new float[1])];
        var broken = new CaptionedBatch(batch.Items, batch.Captions, batch.Classes, batch.Sides, tooFew);

        Assert.Equal([GCLatencyMode.NoGCRegion], ModesOfThrows(() => trainer.Step(broken, 0)));
        Assert.Equal([GCLatencyMode.NoGCRegion], ModesOfThrows(() => trainer.Evaluate(canceled.Token)));
        Assert.NotEqual(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
    }

    /// <summary>Returns the latency modes at the time when the exceptions of an action are thrown.</summary>
    private static GCLatencyMode[] ModesOfThrows(Action action)
    {
        var modes = new ConcurrentBag<GCLatencyMode>();
        void Record(object? sender, FirstChanceExceptionEventArgs thrown) => modes.Add(GCSettings.LatencyMode);
        AppDomain.CurrentDomain.FirstChanceException += Record;
        try
        {
            Assert.ThrowsAny<Exception>(action);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Record;
        }

        return [.. modes.Distinct()];
    }

    private static void CancelAt(long at, long step, CancellationTokenSource source)
    {
        if (step == at)
        {
            source.Cancel();
        }
    }

    private static AttnGanConfig Saving(AttnGanConfig config, int every = 1) =>
        config with { Logging = config.Logging with { CheckpointEvery = every } };

    private static bool Run(TinyRun tiny, ITrainer trainer, AttnGanConfig config, CancellationToken? cancellation = null)
    {
        var part = new RunPart(tiny.Folder("run"), "damsm");
        part.Begin(resume: false);
        return new TrainingLoop(trainer, part, config, tiny.Vocabulary.Words, new Progress<TrainingProgress>())
            .Run(cancellation ?? TestContext.Current.CancellationToken);
    }

    private static bool Continue(TinyRun tiny, ITrainer trainer)
    {
        var part = new RunPart(tiny.Folder("run"), "damsm");
        var loop = new TrainingLoop(trainer, part, TinyRun.Config, tiny.Vocabulary.Words, new Progress<TrainingProgress>());
        loop.Restore(Checkpoint.Open(new CheckpointStore(part.Checkpoints, "damsm", 3).Latest()!, "damsm"));
        return loop.Run(TestContext.Current.CancellationToken);
    }

    private static void AssertOnlyFiniteCheckpoints(TinyRun tiny, string kind)
    {
        foreach (string file in Directory.GetFiles(tiny.CheckpointsOf("run", kind), "*.safetensors"))
        {
            using DisposeScope scope = NewDisposeScope();
            using TensorDictionary tensors = Checkpoint.Open(file, kind).LoadTensors();
            Assert.All(tensors, entry => Assert.True(
                !entry.Value.is_floating_point() || entry.Value.isfinite().all().item<bool>(), $"{entry.Key} in {file}"));
        }
    }

    /// <summary>A trainer of one weight, with two epochs of three steps, whose losses and metrics the test sets.</summary>
    private sealed class ScriptedTrainer(TinyRun tiny) : ITrainer
    {
        private readonly DamsmTrainer _loader = tiny.Damsm();
        private readonly Tensor _weight = ones(1).DetachFromDisposeScope();
        private int _epoch;

        public Func<long, double> LossOf { get; init; } = _ => 1;

        public Func<long, float> WeightOf { get; init; } = _ => 1;

        public Func<int, double> MetricOf { get; init; } = _ => 0.5;

        public Action<long> OnStep { get; init; } = _ => { };

        public BatchLoader Batches => _loader.Batches;

        public int Epochs => 2;

        public IReadOnlyList<Measure> Step(CaptionedBatch batch, long step)
        {
            _weight.fill_(WeightOf(step));
            OnStep(step);
            return [new("first", 0), new("second", LossOf(step))];
        }

        public string? QualityBasis { get; init; }

        public ValidationResult Evaluate(CancellationToken cancellation) => new([new("metric", MetricOf(_epoch))], MetricOf(_epoch));

        public void EndEpoch(int epoch) => _epoch = epoch + 1;

        public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor> { ["weight"] = _weight };

        public void Restore(IReadOnlyDictionary<string, Tensor> tensors, string source, int epoch)
        {
            _weight.copy_(tensors["weight"]);
            _epoch = epoch;
        }

        public IReadOnlyList<string> WriteSamples(string directory, long step) => [];

        public void Dispose()
        {
            _loader.Dispose();
            _weight.Dispose();
        }
    }
}
