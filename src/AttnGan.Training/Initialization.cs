using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training;

/// <summary>First weights of generator and discriminators, as published: orthogonal, BatchNorm scales around 1.</summary>
internal static class Initialization
{
    [ThreadStatic]
    private static int s_suspended;

    /// <summary>
    /// Networks that this thread builds until the pause is disposed keep whatever weights they begin with, because others are about to
    /// be loaded into them: orthogonal weights of a large network take half a minute.
    /// </summary>
    public static Pause Suspend() => new();

    public static void Apply(nn.Module network)
    {
        if (s_suspended > 0)
        {
            return;
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (nn.Module module in network.modules())
        {
            switch (module)
            {
                case Conv2d conv:
                    init.orthogonal_(conv.weight!);
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
    }

    internal sealed class Pause : IDisposable
    {
        public Pause() => s_suspended++;

        public void Dispose() => s_suspended--;
    }
}
