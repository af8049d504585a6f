using AttnGan.Training.Configuration;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

/// <summary>Training with feature maps in bfloat16.</summary>
public sealed class PrecisionTests
{
    private static readonly AttnGanConfig s_reduced = TinyRun.Config with
    {
        Damsm = TinyRun.Config.Damsm with { Precision = Precision.Bfloat16 },
        Gan = TinyRun.Config.Gan with { Precision = Precision.Bfloat16 },
    };

    [Fact]
    public void First_losses_are_close_to_those_in_32_bits_but_not_equal()
    {
        using var tiny = new TinyRun();
        using DamsmTrainer full = tiny.Damsm(), reduced = tiny.Damsm(s_reduced);
        AssertNear(full.Step(TinyRun.FirstBatch(full), 0), reduced.Step(TinyRun.FirstBatch(reduced), 0));
        using GanTrainer fullGan = tiny.Gan(), reducedGan = tiny.Gan(s_reduced);
        AssertNear(fullGan.Step(TinyRun.FirstBatch(fullGan), 0), reducedGan.Step(TinyRun.FirstBatch(reducedGan), 0));
    }

    /// <summary>Small weight changes would be lost in 16 bits.</summary>
    [Fact]
    public void Weights_optimizers_and_averages_stay_in_32_bits()
    {
        using var tiny = new TinyRun();
        using GanTrainer trainer = tiny.Gan(s_reduced);
        trainer.Step(TinyRun.FirstBatch(trainer), 0);

        Assert.All(trainer.State().Values, tensor => Assert.True(tensor.dtype is ScalarType.Float32 or ScalarType.Int64));
    }

    [Theory]
    [InlineData("damsm")]
    [InlineData("gan")]
    public void A_resumed_run_equals_an_uninterrupted_one_bit_for_bit(string kind)
    {
        using var tiny = new TinyRun();
        Assert.True(tiny.Train("whole", kind, resume: false, s_reduced));
        Assert.False(tiny.TrainUntil(4, "parts", kind, config: s_reduced));
        Assert.True(tiny.Train("parts", kind, resume: true, s_reduced));

        Assert.Equal(tiny.FinalState("whole", kind), tiny.FinalState("parts", kind));
    }

    private static void AssertNear(IReadOnlyList<Measure> full, IReadOnlyList<Measure> reduced)
    {
        Assert.Equal(full.Select(measure => measure.Name), reduced.Select(measure => measure.Name));
        Assert.NotEqual(full.Select(measure => measure.Value), reduced.Select(measure => measure.Value));
        Assert.All(full.Zip(reduced), pair => Assert.InRange(
            Math.Abs(pair.First.Value - pair.Second.Value), 0, 0.05 * Math.Max(1, Math.Abs(pair.First.Value))));
    }
}
