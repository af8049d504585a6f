using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

/// <summary>A second DAMSM judges what the GAN draws.</summary>
public sealed class IndependentDamsmTests
{
    private static readonly AttnGanConfig s_brief = TinyRun.Config with { Gan = TinyRun.Config.Gan with { Epochs = 1 } };

    // Of another training: other weights, other words, and another width of features.
    private static readonly AttnGanConfig s_other = TinyRun.Config with
    {
        Seed = 6,
        TextEncoder = TinyRun.Config.TextEncoder with { Embedding = 12 },
        Damsm = TinyRun.Config.Damsm with { Epochs = 1 },
    };

    [Fact]
    public void Its_figures_come_beside_those_of_the_runs_own_and_decide_which_checkpoint_is_best()
    {
        using var tiny = new TinyRun();
        using var foreign = new TinyRun(images: 12);
        Assert.NotEqual(tiny.Vocabulary.Words, foreign.Vocabulary.Words);
        Checkpoint judge = foreign.Experts(config: s_other);

        using GanTrainer alone = tiny.Gan(s_brief);
        using var judged = new GanTrainer(s_brief, tiny.Dataset, tiny.Vocabulary, tiny.Experts(), CPU, judge);
        ValidationResult plain = alone.Evaluate(CancellationToken.None);
        ValidationResult both = judged.Evaluate(CancellationToken.None);

        Assert.Equal(
            ["drawn_image_to_text_r1", "drawn_image_to_text_r10", "r_precision", "fd", "independent_r_precision", "independent_fd", "quality"],
            both.Measures.Select(measure => measure.Name));
        Assert.Equal(plain.Measures.Take(4), both.Measures.Take(4));
        Assert.NotEqual(plain.Quality, both.Quality);
        Assert.NotEqual(alone.QualityBasis, judged.QualityBasis);
    }

    [Fact]
    public void It_is_refused_before_the_first_step_where_it_cannot_judge()
    {
        using var tiny = new TinyRun();
        using var unread = new TinyRun(words: "zorgle");
        string own = tiny.Experts().Path;
        Assert.True(tiny.Train("trained", "gan", resume: false, s_brief));

        Assert.Contains("judge its own pupil", Refusal(own), StringComparison.Ordinal);
        Assert.Contains("knows no word of 4 of the 4 captions", Refusal(unread.Experts().Path), StringComparison.Ordinal);
        Assert.Contains(
            "is a checkpoint of gan training, expected one of damsm training",
            Refusal(RunDirectory.NewestCheckpoint(tiny.Folder("trained"), "gan")!),
            StringComparison.Ordinal);
        Assert.Contains("none.safetensors", Refusal(tiny.Folder("none.safetensors")), StringComparison.Ordinal);

        // Before a DAMSM is trained for the GAN as well.
        using TrainingSession anew = Session(unread.Experts().Path);
        Assert.Contains(
            "knows no word of 4 of the 4 captions", Assert.Throws<AttnGanException>(anew.CheckGanCanBegin).Message, StringComparison.Ordinal);

        string Refusal(string judge)
        {
            using TrainingSession session = Session(judge);
            return Assert.ThrowsAny<AttnGanException>(
                () => session.TrainGan(new GanStart(own), null, new Progress<TrainingProgress>(), TestContext.Current.CancellationToken)).Message;
        }

        TrainingSession Session(string judge) => new(
            tiny.Data, s_brief with { Logging = s_brief.Logging with { IndependentDamsm = judge } }, tiny.Folder(Path.GetRandomFileName()), CPU);
    }
}
