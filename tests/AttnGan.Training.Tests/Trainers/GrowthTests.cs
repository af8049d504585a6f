using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Formats;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

public sealed class GrowthTests
{
    private static readonly AttnGanConfig s_small = TinyRun.Config with { Gan = TinyRun.Config.Gan with { Epochs = 1 } };
    private static readonly AttnGanConfig s_large = s_small with { Generator = s_small.Generator with { Stages = 3 } };

    [Fact]
    public void A_larger_GAN_starts_with_the_weights_of_a_smaller_one()
    {
        using var tiny = new TinyRun();
        Checkpoint smaller = Train(tiny, "small", s_small, null);
        using var trainer = new GanTrainer(s_large, tiny.Dataset, tiny.Vocabulary, smaller, CPU);
        SortedDictionary<string, byte[]> fresh = TinyRun.Bytes(trainer.State());
        trainer.Grow(smaller);

        SortedDictionary<string, byte[]> learned = tiny.FinalState("small", "gan");
        SortedDictionary<string, byte[]> grown = TinyRun.Bytes(trainer.State());
        Assert.All(learned, entry => Assert.Equal(entry.Value, grown[entry.Key]));
        Assert.NotEqual(fresh["generator.h_net2.att.conv_context.weight"], grown["generator.h_net2.att.conv_context.weight"]);
        string[] added = [.. grown.Keys.Except(learned.Keys)];
        Assert.Contains("generator.h_net3.att.conv_context.weight", added);
        Assert.Contains(added, name => name.StartsWith("discriminator64.", StringComparison.Ordinal));
        Assert.All(added, name => Assert.Equal(fresh[name], grown[name]));
    }

    [Fact]
    public void A_GAN_with_styles_grows_with_the_same_styles_only()
    {
        using var tiny = new TinyRun(styles: ["flat", "shaded"]);
        Checkpoint smaller = Train(tiny, "small", With(s_small, "flat", "shaded"), null);
        using var trainer = new GanTrainer(With(s_large, "flat", "shaded"), tiny.Dataset, tiny.Vocabulary, smaller, CPU);
        using var other = new GanTrainer(With(s_large, "shaded", "flat"), tiny.Dataset, tiny.Vocabulary, smaller, CPU);

        trainer.Grow(smaller);
        string message = Assert.Throws<CheckpointException>(() => other.Grow(smaller)).Message;

        Assert.Contains("the same value for all other settings of `generator`", message, StringComparison.Ordinal);

        static AttnGanConfig With(AttnGanConfig config, params string[] styles) =>
            config with { Generator = config.Generator with { Styles = styles } };
    }

    [Fact]
    public void A_grown_GAN_trains_and_resumes_as_its_own_run()
    {
        using var tiny = new TinyRun();
        Checkpoint smaller = Train(tiny, "small", s_small, null);

        Train(tiny, "large", s_large, new GanStart(smaller.Path, Grow: true));

        Assert.Equal(3, Checkpoint.Open(RunDirectory.NewestCheckpoint(tiny.Folder("large"), "gan")!, "gan").Config.Generator.Stages);
        AttnGanConfig longer = s_large with { Gan = s_large.Gan with { Epochs = 2 } };
        Assert.True(tiny.Train("large", "gan", resume: true, longer));
    }

    /// <summary>A run that was killed before its first checkpoint has a log, but no checkpoint to resume from.</summary>
    [Fact]
    public void A_grown_run_without_a_checkpoint_grows_again()
    {
        using var tiny = new TinyRun();
        Checkpoint smaller = Train(tiny, "small", s_small, null);
        var start = new GanStart(smaller.Path, Grow: true);
        Train(tiny, "whole", s_large, start);
        Train(tiny, "killed", s_large, start);
        Directory.Delete(tiny.CheckpointsOf("killed", "gan"), recursive: true);

        using (var session = new TrainingSession(tiny.Data, s_large, tiny.Folder("killed"), CPU))
        {
            Assert.True(session.TrainGan(start, new ResumeFrom(null), new Silence(), TestContext.Current.CancellationToken));
        }

        Assert.Equal(tiny.FinalState("whole", "gan"), tiny.FinalState("killed", "gan"));
    }

    [Fact]
    public void A_GAN_with_the_same_number_of_stages_is_refused()
    {
        using var tiny = new TinyRun();
        Checkpoint smaller = Train(tiny, "small", s_small, null);

        CheckpointException refusal = Assert.Throws<CheckpointException>(
            () => Train(tiny, "same", s_small, new GanStart(smaller.Path, Grow: true)));

        Assert.Contains("it has 2 stages, this one has 2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_GAN_of_another_width_is_refused()
    {
        using var tiny = new TinyRun();
        Checkpoint smaller = Train(tiny, "small", s_small, null);
        AttnGanConfig wider = s_large with { Generator = s_large.Generator with { Width = 8 } };

        CheckpointException refusal = Assert.Throws<CheckpointException>(
            () => Train(tiny, "wider", wider, new GanStart(smaller.Path, Grow: true)));

        Assert.Contains("the same value for all other settings of `generator`", refusal.Message, StringComparison.Ordinal);
    }

    private static Checkpoint Train(TinyRun tiny, string run, AttnGanConfig config, GanStart? start)
    {
        using var session = new TrainingSession(tiny.Data, config, tiny.Folder(run), CPU);
        start ??= new GanStart(tiny.DamsmCheckpoint().Path);
        Assert.True(session.TrainGan(start, null, new Silence(), TestContext.Current.CancellationToken));
        return Checkpoint.Open(RunDirectory.NewestCheckpoint(tiny.Folder(run), "gan")!, "gan");
    }

    private sealed class Silence : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
        }
    }
}
