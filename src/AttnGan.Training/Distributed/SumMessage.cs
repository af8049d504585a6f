using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Distributed;

/// <summary>A sum of tensors over ranks, under way.</summary>
/// <param name="world">The ranks.</param>
/// <param name="buffer">
/// The values one after another in the host's memory, where the sum arrives; perhaps a few more at its end. The message disposes it.
/// </param>
/// <param name="isInPlace">True if the buffer is the memory of the only tensor.</param>
/// <param name="exchange">The exchange.</param>
internal sealed class SumMessage(World world, Tensor buffer, bool isInPlace, Task exchange)
{
    /// <summary>Waits for the sum and assigns it to the tensors.</summary>
    /// <param name="tensors">The tensors whose sum it is.</param>
    public void Finish(IReadOnlyList<Tensor> tensors)
    {
        world.Wait(exchange);
        using DisposeScope scope = NewDisposeScope();
        using (buffer)
        {
            long start = 0;
            foreach (Tensor tensor in isInPlace ? [] : tensors)
            {
                tensor.copy_(buffer.narrow(0, start, tensor.numel()).view(tensor.shape));
                start += tensor.numel();
            }
        }
    }
}
