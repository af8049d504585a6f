using AttnGan.Training.Trainers;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

internal static class Movement
{
    /// <summary>Returns the largest change of each state tensor of a trainer in one step.</summary>
    public static IReadOnlyDictionary<string, double> OfOneStep(ITrainer trainer)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        var before = trainer.State()
            .Where(entry => entry.Value.is_floating_point())
            .ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        trainer.Step(TinyRun.FirstBatch(trainer), 0);
        IReadOnlyDictionary<string, Tensor> after = trainer.State();
        return before.ToDictionary(
            entry => entry.Key, entry => (after[entry.Key].detach() - entry.Value).abs().max().to(float64).item<double>());
    }
}
