using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

/// <summary>Validation of a GAN with a DAMSM that it does not learn from.</summary>
public sealed class IndependentDamsmTests
{
    private static readonly AttnGanConfig s_brief = TinyRun.Config with { Gan = TinyRun.Config.Gan with { Epochs = 1 } };

    // Another training, with other weights, another vocabulary, and another embedding width.
    private static readonly AttnGanConfig s_other = TinyRun.Config with
    {
        Seed = 6,
        TextEncoder = TinyRun.Config.TextEncoder with { Embedding = 12 },
        Damsm = TinyRun.Config.Damsm with { Epochs = 1 },
    };

    [Fact]
    public void Its_metrics_are_reported_in_addition_and_select_the_best_checkpoint()
    {
        using var tiny = new TinyRun();
        using var foreign = new TinyRun(images: 12);
        Assert.NotEqual(tiny.Vocabulary.Words, foreign.Vocabulary.Words);
        Checkpoint independent = foreign.DamsmCheckpoint(config: s_other);

        using GanTrainer alone = tiny.Gan(s_brief);
        using var both = new GanTrainer(s_brief, tiny.Dataset, tiny.Vocabulary, tiny.DamsmCheckpoint(), CPU, independent);
        ValidationResult plain = alone.Evaluate(CancellationToken.None);
        ValidationResult combined = both.Evaluate(CancellationToken.None);

        Assert.Equal(
            [
                "generated_image_to_text_r1", "r_precision", "fd", "independent_r_precision", "independent_fd", "quality",
            ],
            combined.Measures.Select(measure => measure.Name));
        Assert.Equal(plain.Measures.Take(3), combined.Measures.Take(3));
        Assert.NotEqual(plain.Quality, combined.Quality);
        Assert.NotEqual(alone.QualityBasis, both.QualityBasis);
    }

    [Fact]
    public void An_unusable_one_is_refused_before_the_first_step()
    {
        using var tiny = new TinyRun();
        using var other = new TinyRun(words: "zorgle");
        string own = tiny.DamsmCheckpoint().Path;
        Assert.True(tiny.Train("trained", "gan", resume: false, s_brief));

        Assert.Contains("which would inflate the scores", Refusal(own), StringComparison.Ordinal);
        Assert.Contains("knows no word of 4 of the 4 captions", Refusal(other.DamsmCheckpoint().Path), StringComparison.Ordinal);
        Assert.Contains(
            "is a checkpoint of gan training, expected one of damsm training",
            Refusal(RunDirectory.NewestCheckpoint(tiny.Folder("trained"), "gan")!),
            StringComparison.Ordinal);
        Assert.Contains("none.safetensors", Refusal(tiny.Folder("none.safetensors")), StringComparison.Ordinal);

        // It is checked before a DAMSM is trained for the GAN, too.
        using TrainingSession fresh = Session(other.DamsmCheckpoint().Path);
        AttnGanException early = Assert.Throws<AttnGanException>(fresh.CheckGanCanBegin);
        Assert.Contains("knows no word of 4 of the 4 captions", early.Message, StringComparison.Ordinal);

        string Refusal(string independent)
        {
            using TrainingSession session = Session(independent);
            return Assert.ThrowsAny<AttnGanException>(() => session.TrainGan(
                new GanStart(own), null, new Progress<TrainingProgress>(), TestContext.Current.CancellationToken)).Message;
        }

        TrainingSession Session(string independent) => new(
            tiny.Data,
            s_brief with { Logging = s_brief.Logging with { IndependentDamsm = independent } },
            tiny.Folder(Path.GetRandomFileName()),
            CPU);
    }
}
