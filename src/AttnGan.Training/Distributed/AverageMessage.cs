using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Distributed;

/// <summary>The average over ranks of a vector, under way.</summary>
/// <param name="world">The ranks.</param>
/// <param name="buffer">The vector in the host's memory, in which the average arrives. The message disposes it.</param>
/// <param name="scale">The factor from what arrives to the average.</param>
/// <param name="device">The device of the average.</param>
/// <param name="exchange">The exchange.</param>
internal sealed class AverageMessage(World world, Tensor buffer, double scale, Device device, Task exchange)
{
    /// <summary>Waits for the average.</summary>
    /// <returns>A new vector, perhaps with a few more numbers at its end.</returns>
    public Tensor Finish()
    {
        world.Wait(exchange);
        using (buffer)
        {
            return buffer.to(device, copy: true).mul_(scale);
        }
    }
}
