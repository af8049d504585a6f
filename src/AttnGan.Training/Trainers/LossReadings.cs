using AttnGan.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// The losses of a step, read all at once when the step is done: reading a number waits for everything that the device has yet to do.
/// </summary>
internal sealed class LossReadings
{
    private readonly List<(string Name, Tensor Value)> _losses = [];

    /// <param name="name">The loss.</param>
    /// <param name="loss">A scalar, which has to live until the losses are read.</param>
    public void Add(string name, Tensor loss) => _losses.Add((name, loss));

    public IReadOnlyList<Measure> Read()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor values = stack(_losses.Select(loss => loss.Value.detach().reshape([]))).to_type(ScalarType.Float64).cpu();
        return [.. _losses.Zip(values.data<double>().ToArray(), (loss, value) => new Measure(loss.Name, value))];
    }
}
