using System.Runtime.InteropServices;
using TorchSharp;

namespace AttnGan.Training;

/// <summary>The native engine.</summary>
internal static partial class LibTorch
{
    /// <summary>
    /// Loads libtorch from beside the program. TorchSharp itself, where that fails, copies half a gigabyte out of the package cache
    /// and prints two pages before it says so.
    /// </summary>
    /// <exception cref="DllNotFoundException">It does not load; the message is the system's.</exception>
    public static void Load()
    {
        foreach (string library in (string[])["torch_cpu", "LibTorchSharp"])
        {
            NativeLibrary.Load(library, typeof(torch).Assembly, DllImportSearchPath.AssemblyDirectory);
        }

        KeepFreedMemory();
    }

    /// <summary>
    /// Every step frees and asks for the same large tensors. The C library would give them back to the system each time and have the
    /// system clear them anew, which is a tenth of a training step.
    /// </summary>
    private static void KeepFreedMemory()
    {
        const int TrimThreshold = -1;
        const int MaxMappings = -4;
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetAllocatorOption(MaxMappings, 0);
            _ = SetAllocatorOption(TrimThreshold, int.MaxValue);
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library: training is a little slower.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocatorOption(int option, int value);
}
