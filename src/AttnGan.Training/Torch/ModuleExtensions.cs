using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Torch;

/// <summary>Extensions of TorchSharp's modules.</summary>
internal static class ModuleExtensions
{
    /// <summary>Sets whether gradients are computed for the module's parameters.</summary>
    public static void SetTrainable(this nn.Module module, bool trainable)
    {
        foreach (Parameter parameter in module.parameters())
        {
            parameter.requires_grad = trainable;
        }
    }
}
