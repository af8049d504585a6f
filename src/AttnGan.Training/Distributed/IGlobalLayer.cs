using static TorchSharp.torch;

namespace AttnGan.Training.Distributed;

/// <summary>A layer whose training computes over the global batch and not only over the rows of its rank.</summary>
internal interface IGlobalLayer
{
    World World { get; set; }
}

/// <summary>Extensions of networks that are trained on several ranks.</summary>
internal static class GlobalLayerExtensions
{
    /// <summary>Lets the layers of a network compute over the global batches of the ranks.</summary>
    public static void Join(this nn.Module network, World world)
    {
        foreach (IGlobalLayer layer in network.modules().OfType<IGlobalLayer>())
        {
            layer.World = world;
        }
    }
}
