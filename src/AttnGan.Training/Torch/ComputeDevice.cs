using static TorchSharp.torch;

namespace AttnGan.Training.Torch;

/// <summary>Where the user wants the networks to compute.</summary>
internal enum DeviceChoice
{
    /// <summary>A CUDA device if there is one, else the CPU.</summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,
}

/// <summary>From a choice to a device that is there.</summary>
internal static class ComputeDevice
{
    /// <exception cref="AttnGanException">CUDA is asked for, and there is none.</exception>
    public static Device Resolve(DeviceChoice choice)
    {
        LibTorch.Load();
        if (choice == DeviceChoice.Cpu)
        {
            return CPU;
        }

        if (cuda.is_available())
        {
            return CUDA;
        }

        return choice == DeviceChoice.Auto ? CPU : throw new AttnGanException(
            "`--device cuda` was asked for, but no CUDA device can be used. It takes an NVIDIA GPU with a current driver, and a program " +
            "built with `dotnet build -p:LibTorchDevice=cuda`. Use `--device cpu` to compute on the processor.");
    }
}
