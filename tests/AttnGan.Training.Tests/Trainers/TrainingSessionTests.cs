using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Formats;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;
using TorchSharp;

namespace AttnGan.Training.Tests.Trainers;

public sealed class TrainingSessionTests
{
    private static readonly AttnGanConfig s_brief = TinyRun.Config with
    {
        Damsm = TinyRun.Config.Damsm with { Epochs = 1 },
        Gan = TinyRun.Config.Gan with { Epochs = 1 },
    };

    [Fact]
    public void A_new_run_adopts_the_vocabulary_of_the_given_DAMSM()
    {
        using var large = new TinyRun(images: 32);
        using var small = new TinyRun(images: 12);
        Assert.NotEqual(large.Vocabulary.Words, small.Vocabulary.Words);
        Checkpoint damsm = large.DamsmCheckpoint();

        using var session = new TrainingSession(small.Data, s_brief, small.Folder("run"), torch.CPU);
        Assert.True(session.TrainGan(new GanStart(damsm.Path), null, new Silence(), TestContext.Current.CancellationToken));

        Assert.Equal(large.Vocabulary.Words, session.Vocabulary.Words);
        var trained = Checkpoint.Open(RunDirectory.NewestCheckpoint(small.Folder("run"), "gan")!);
        Assert.Equal(large.Vocabulary.Words, trained.Vocabulary);
    }

    [Fact]
    public void A_started_GAN_keeps_its_DAMSM()
    {
        using var tiny = new TinyRun();
        Assert.False(tiny.TrainUntil(2, "run", "gan", config: s_brief));

        using var session = new TrainingSession(tiny.Data, s_brief, tiny.Folder("run"), torch.CPU);
        AttnGanException refusal = Assert.Throws<AttnGanException>(
            () => session.TrainGan(
                new GanStart(tiny.DamsmCheckpoint().Path), new ResumeFrom(null), new Silence(), TestContext.Current.CancellationToken));

        Assert.Contains("keeps the DAMSM that it started with", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_with_another_vocabulary_is_not_resumed()
    {
        using var tiny = new TinyRun();
        using var other = new TinyRun(images: 12);
        Assert.True(tiny.Train("run", "damsm", resume: false, s_brief));
        Assert.True(other.Train("run", "damsm", resume: false, s_brief));
        string foreign = RunDirectory.NewestCheckpoint(other.Folder("run"), "damsm")!;

        using var session = new TrainingSession(tiny.Data, s_brief, tiny.Folder("run"), torch.CPU);
        AttnGanException refusal = Assert.Throws<AttnGanException>(
            () => session.TrainDamsm(new ResumeFrom(foreign), new Silence(), TestContext.Current.CancellationToken));

        Assert.Contains("another vocabulary", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(foreign, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_best_DAMSM_is_reported_with_an_alternative()
    {
        using var tiny = new TinyRun();
        Assert.True(tiny.Train("run", "damsm", resume: false, s_brief));
        string best = Path.Combine(tiny.CheckpointsOf("run", "damsm"), "best.safetensors");
        byte[] bytes = File.ReadAllBytes(best);
        bytes[^1] ^= 1;
        File.WriteAllBytes(best, bytes);

        using var session = new TrainingSession(tiny.Data, s_brief, tiny.Folder("run"), torch.CPU);
        CheckpointException refusal = Assert.Throws<CheckpointException>(
            () => session.TrainGan(null, null, new Silence(), TestContext.Current.CancellationToken));

        Assert.Contains("best.safetensors", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("damsm-0000", refusal.Message, StringComparison.Ordinal);
    }

    private sealed class Silence : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
        }
    }
}
