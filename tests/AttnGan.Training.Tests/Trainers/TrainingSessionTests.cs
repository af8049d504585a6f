using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
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
    public void The_words_that_the_given_DAMSM_does_not_know_are_counted_before_the_first_step()
    {
        using var tiny = new TinyRun(images: 8);
        using var foreign = new TinyRun(images: 8, words: "one purple sofa");
        Checkpoint damsm = tiny.DamsmCheckpoint();

        using (var session = new TrainingSession(foreign.Data, s_brief, foreign.Folder("run"), torch.CPU))
        {
            session.Adopt(new GanStart(damsm.Path), null);
            IReadOnlyList<DatasetProblem> warnings = session.CheckUse(damsm: false, gan: true);

            Assert.Equal(tiny.Vocabulary.Words, session.Vocabulary.Words);
            Assert.Contains(warnings, warning => warning.Message ==
                "2 of the 3 words of the training captions, 67 % of their text, are not in the vocabulary of the DAMSM " +
                $"`{damsm.Path}` and are ignored: purple, sofa.");
        }

        using var unknown = new TinyRun(images: 8, words: "purple sofa");
        using var refused = new TrainingSession(unknown.Data, s_brief, unknown.Folder("run"), torch.CPU);
        refused.Adopt(new GanStart(damsm.Path), null);
        Assert.Contains(
            $"in the vocabulary, which is that of the DAMSM `{damsm.Path}`",
            Assert.Throws<DatasetException>(() => refused.CheckUse(damsm: false, gan: true)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Training_stops_saved_at_a_damaged_image_and_continues_without_it()
    {
        using var tiny = new TinyRun(images: 16, validation: false);
        string image = tiny.Dataset.Train[5].Path;
        byte[] bytes = File.ReadAllBytes(image);
        File.WriteAllBytes(image, bytes[..(bytes.Length * 2 / 3)]);
        AttnGanConfig config = s_brief with { Data = s_brief.Data with { ValidationFraction = 0 } };

        AttnGanException stop = Assert.Throws<AttnGanException>(() => tiny.Train("run", "damsm", resume: false, config));

        Assert.Contains("05.png: the image is damaged", stop.Message, StringComparison.Ordinal);
        Assert.Contains("The training is saved at step ", stop.Message, StringComparison.Ordinal);
        Assert.Contains("`--set data.skip_damaged=true`; then continue with `--resume`", stop.Message, StringComparison.Ordinal);
        Assert.NotNull(RunDirectory.NewestCheckpoint(tiny.Folder("run"), "damsm"));

        var skipped = new List<string>();
        Assert.True(tiny.Train(
            "run",
            "damsm",
            resume: true,
            config with { Data = config.Data with { SkipDamaged = true } },
            progress => skipped.AddRange(progress is DamagedImageSkipped damaged ? [damaged.Message] : Array.Empty<string>())));
        Assert.Contains("05.png", Assert.Single(skipped), StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_images_without_a_known_word_do_not_stop_a_training()
    {
        using var tiny = new TinyRun();
        string metadata = Path.Combine(tiny.Data, "metadata.jsonl");
        File.WriteAllLines(metadata, File.ReadAllLines(metadata).Select(line =>
            tiny.Dataset.Validation.Any(image => line.Contains($"\"{image.Name}\"", StringComparison.Ordinal))
                ? $"{{\"file_name\": \"{line.Split('"')[3]}\", \"text\": \"pulley\"}}"
                : line));

        var measured = new List<string>();
        Assert.True(tiny.Train(
            "run", "damsm", resume: false, s_brief, onProgress: progress => measured.Add(progress.GetType().Name)));

        Assert.DoesNotContain(nameof(EpochEnded), measured);
    }

    [Fact]
    public void A_quality_that_cannot_be_measured_is_refused_before_the_DAMSM_is_trained()
    {
        using var tiny = new TinyRun();
        AttnGanConfig config = s_brief with { Logging = s_brief.Logging with { Quality = QualityKind.Recognition } };
        using var session = new TrainingSession(tiny.Data, config, tiny.Folder("run"), torch.CPU);

        Assert.Contains(
            "`logging.quality` is recognition",
            Assert.Throws<AttnGanException>(session.CheckGanCanBegin).Message,
            StringComparison.Ordinal);
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
