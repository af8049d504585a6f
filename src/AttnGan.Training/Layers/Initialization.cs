using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Layers;

/// <summary>First weights of generator and discriminators, as published: orthogonal, BatchNorm scales around 1.</summary>
internal static class Initialization
{
    /// <summary>
    /// Gives a network that is to be trained its first weights. Not done where networks are built: orthogonal weights of a large one
    /// take seconds, in vain where others are loaded.
    /// </summary>
    /// <returns>The network itself.</returns>
    public static T Apply<T>(T network)
        where T : nn.Module
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach (nn.Module module in network.modules())
        {
            switch (module)
            {
                case ConvolutionLayer conv:
                    init.orthogonal_(conv.Weight);
                    break;
                case UpsamplingConvolution conv:
                    init.orthogonal_(conv.Weight);
                    break;
                case Conv2d conv:
                    init.orthogonal_(conv.weight!);
                    break;
                case SpectralConv2d conv:
                    init.orthogonal_(conv.Weight);
                    break;
                case Linear linear:
                    init.orthogonal_(linear.weight!);
                    linear.bias?.zero_();
                    break;
                case BatchNorm norm:
                    init.normal_(norm.weight!, 1, 0.02);
                    norm.bias!.zero_();
                    break;
                default:
                    break;
            }
        }

        return network;
    }
}
