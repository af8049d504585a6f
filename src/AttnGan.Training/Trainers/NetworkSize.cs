using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>The number of trained parameters of a network.</summary>
internal sealed record NetworkSize(string Network, long Parameters)
{
    public static NetworkSize Of(string name, nn.Module network) =>
        new(name, network.parameters().Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel()));
}
