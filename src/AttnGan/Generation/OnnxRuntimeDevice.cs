using System.Globalization;
using AttnGan.Inference;
using Microsoft.ML.OnnxRuntime;

namespace AttnGan.Generation;

/// <summary>The devices that programs let their users choose; all but the processor are execution providers of ONNX Runtime.</summary>
internal static class OnnxRuntimeDevice
{
    /// <summary>The processor, with the engine of the options.</summary>
    public const string Cpu = "cpu";

    private static readonly Provider[] s_providers =
    [
        new("cuda", "CUDAExecutionProvider", (options, index) => options.AppendExecutionProvider_CUDA(index)),
        new("coreml", "CoreMLExecutionProvider", (options, _) => options.AppendExecutionProvider_CoreML()),
    ];

    /// <summary>The names of devices, with the index of one among several, for help.</summary>
    public const string HelpName = "cpu|cuda[:N]|coreml";

    /// <summary>The same for messages.</summary>
    public const string Expected = "cpu, cuda (cuda:1 for the second GPU) or coreml";

    /// <summary>Returns true for <c>cpu</c> and the names of execution providers, such as <c>cuda</c> and <c>cuda:1</c>.</summary>
    public static bool IsName(string device) => device == Cpu || Find(device) is not null;

    /// <summary>Returns options that compute on a device.</summary>
    /// <param name="options">The options; unchanged for the processor.</param>
    /// <param name="device">A name, for which <see cref="IsName"/> is true.</param>
    /// <exception cref="AttnGanException">
    /// The engine of the options is <see cref="InferenceEngine.Fused"/>, or ONNX Runtime is missing or was built without this device.
    /// </exception>
    public static PipelineOptions Apply(PipelineOptions options, string device)
    {
        if (device == Cpu)
        {
            return options;
        }

        (Provider provider, int index) = Find(device) ?? throw new ArgumentException($"Not a device: {device}.", nameof(device));
        if (options.Engine == InferenceEngine.Fused)
        {
            throw new AttnGanException(
                $"The engine `fused` computes on the processor only, and the device is `{device}`. Leave out the engine, or the device.");
        }

        string[] available = OnnxRuntimeLibrary.Call(() => OrtEnv.Instance().GetAvailableProviders());
        if (!available.Contains(provider.Name))
        {
            throw new AttnGanException(
                $"The ONNX Runtime of this program has no device `{device}` ({provider.Name}), only " +
                $"{string.Join(", ", available)}. Build it with a package that has it (docs/devices.md), or use `{Cpu}`.");
        }

        return options with
        {
            Engine = InferenceEngine.OnnxRuntime,
            ConfigureOnnxRuntime = session =>
            {
                try
                {
                    provider.Append(session, index);
                }
                catch (OnnxRuntimeException error)
                {
                    throw new AttnGanException($"The device `{device}` cannot be used: {error.Message.TrimEnd('.')}.", error);
                }
            },
        };
    }

    private static (Provider Provider, int Index)? Find(string device)
    {
        string[] parts = device.Split(':');
        Provider? provider = s_providers.FirstOrDefault(provider => provider.Device == parts[0]);
        int index = 0;
        bool hasIndex = parts.Length == 2 && parts[0] != "coreml"
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index);
        return provider is not null && (parts.Length == 1 || hasIndex) ? (provider, index) : null;
    }

    private sealed record Provider(string Device, string Name, Action<SessionOptions, int> Append);
}
