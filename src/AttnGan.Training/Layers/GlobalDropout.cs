using AttnGan.Training.Distributed;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Layers;

/// <summary>Dropout that drops the same values of a global batch on any number of ranks.</summary>
internal sealed class GlobalDropout(double rate) : nn.Module<Tensor, Tensor>(nameof(GlobalDropout)), IGlobalLayer
{
    public World World { get; set; } = World.Alone;

    /// <param name="input">(B, …): the rows of this rank.</param>
    public override Tensor forward(Tensor input)
    {
        if (World.Size == 1 || !training)
        {
            return functional.dropout(input, rate, training);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor all = ones([input.shape[0] * World.Size, .. input.shape[1..]], dtype: input.dtype, device: input.device);
        return (input * World.Take(functional.dropout(all, rate, training: true))).MoveToOuterDisposeScope();
    }
}
