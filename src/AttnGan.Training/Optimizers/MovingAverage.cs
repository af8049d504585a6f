using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Optimizers;

/// <summary>
/// An exponential moving average of a network's weights, which generates better images than the network itself. BatchNorm statistics are
/// averaged as well: those of the live network do not fit averaged weights.
/// </summary>
/// <param name="source">The live network, which is trained.</param>
/// <param name="target">A network of the same architecture, which becomes the average.</param>
/// <param name="decay">The weight of the previous average in each update, in [0, 1).</param>
/// <param name="averageBuffers">False copies buffers from the live network, as the official code does.</param>
internal sealed class MovingAverage(nn.Module source, nn.Module target, double decay, bool averageBuffers)
{
    /// <summary>Sets the average to the live network.</summary>
    public void Reset()
    {
        using IDisposable noGradient = no_grad();
        foreach ((Tensor average, Tensor live) in Pairs(network => network.parameters()).Concat(Pairs(network => network.buffers())))
        {
            average.copy_(live);
        }
    }

    /// <summary>Sets average = decay * average + (1 - decay) * live.</summary>
    public void Update()
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((Tensor average, Tensor live) in Pairs(network => network.parameters()))
        {
            average.mul_(decay).add_(live, 1 - decay);
        }

        foreach ((Tensor average, Tensor live) in Pairs(network => network.buffers()))
        {
            if (averageBuffers && average.is_floating_point())
            {
                average.mul_(decay).add_(live, 1 - decay);
            }
            else
            {
                average.copy_(live);
            }
        }
    }

    private IEnumerable<(Tensor Average, Tensor Live)> Pairs(Func<nn.Module, IEnumerable<Tensor>> tensors) =>
        tensors(target).Zip(tensors(source));
}
