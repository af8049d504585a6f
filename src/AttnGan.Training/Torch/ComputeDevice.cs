using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Torch;

/// <summary>The device that the user chooses.</summary>
public enum DeviceChoice
{
    /// <summary>A CUDA device if there is one, else the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,
}

/// <summary>Resolves a choice to an available device.</summary>
public static class ComputeDevice
{
    /// <summary>
    /// Returns the device to compute on. Loads and configures libtorch: a program that uses the networks calls this before anything else
    /// of TorchSharp.
    /// </summary>
    /// <param name="choice">The choice.</param>
    /// <exception cref="AttnGanException">CUDA is requested but not available.</exception>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded.</exception>
    public static Device Resolve(DeviceChoice choice = DeviceChoice.Auto) => Resolve(choice, localRank: 0);

    /// <param name="choice">The choice.</param>
    /// <param name="localRank">The number of this process among those on this machine, which share its GPUs.</param>
    /// <exception cref="AttnGanException">CUDA is requested but not available.</exception>
    internal static Device Resolve(DeviceChoice choice, int localRank)
    {
        LibTorch.Load();
        if (choice == DeviceChoice.Cpu)
        {
            return CPU;
        }

        if (cuda.is_available())
        {
            return localRank == 0 ? CUDA : new Device(DeviceType.CUDA, localRank % cuda.device_count());
        }

        return choice == DeviceChoice.Auto ? CPU : throw new AttnGanException(
            "`--device cuda` was given, but no CUDA device is available. It requires an NVIDIA GPU with a current driver, and a program " +
            "built with `dotnet build -p:LibTorchDevice=cuda`. Use `--device cpu` to compute on the CPU.");
    }
}
