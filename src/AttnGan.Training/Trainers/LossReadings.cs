using AttnGan.Training.Distributed;
using AttnGan.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// Collects the losses of a step to read them together at its end: each read waits until the device has finished all pending work.
/// </summary>
internal sealed class LossReadings
{
    private readonly List<(string Name, Tensor Value)> _losses = [];

    /// <summary>Adds a loss.</summary>
    /// <param name="name">Its name in the log.</param>
    /// <param name="loss">A scalar, which must not be disposed before the losses are read.</param>
    public void Add(string name, Tensor loss) => _losses.Add((name, loss));

    /// <summary>Returns the values of all losses, means over the ranks, in the order in which they were added.</summary>
    public IReadOnlyList<Measure> Read(World world)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor values = stack(_losses.Select(loss => loss.Value.detach().reshape([]))).to_type(ScalarType.Float64).cpu();
        values = world.Mean(values);
        return [.. _losses.Zip(values.data<double>().ToArray(), (loss, value) => new Measure(loss.Name, value))];
    }
}
