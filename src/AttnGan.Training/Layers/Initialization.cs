using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Layers;

/// <summary>Initial weights of generator and discriminators as in the official code: orthogonal, BatchNorm scales around 1.</summary>
public static class Initialization
{
    /// <summary>
    /// Initializes a network for training. Constructors do not, because orthogonal weights of a large network take seconds, which are
    /// wasted if weights are loaded afterwards.
    /// </summary>
    /// <param name="network">
    /// A generator or a discriminator, on any device. Encoders have their initial weights already.
    /// </param>
    /// <returns>The same network.</returns>
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

        // The list of modules lacks the network itself.
        foreach (IInitialWeights part in network.modules().Prepend(network).OfType<IInitialWeights>())
        {
            part.AdjustInitialWeights();
        }

        return network;
    }
}
