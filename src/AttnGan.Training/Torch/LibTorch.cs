using System.Runtime.InteropServices;
using TorchSharp;

namespace AttnGan.Training.Torch;

/// <summary>Loads and configures libtorch.</summary>
internal static partial class LibTorch
{
    /// <summary>
    /// Loads libtorch from the program's folder. TorchSharp's own loader, if that fails, first copies half a gigabyte out of the package
    /// cache and prints two pages.
    /// </summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message is the system's.</exception>
    public static void Load()
    {
        nint libtorch = Open("torch_cpu");
        Open("LibTorchSharp");
        DisableNnpack(libtorch);
        KeepFreedMemory();

        static nint Open(string library) => NativeLibrary.Load(library, typeof(torch).Assembly, DllImportSearchPath.AssemblyDirectory);
    }

    /// <summary>
    /// libtorch uses NNPACK for a few small convolutions. On processors newer than NNPACK it prints "unsupported hardware" for every
    /// thread. TorchSharp has no switch for it; libtorch's own has these symbol names if its compiler is GCC or Clang.
    /// </summary>
    private static unsafe void DisableNnpack(nint libtorch)
    {
        if (NativeLibrary.TryGetExport(libtorch, "_ZN2at13globalContextEv", out nint globalContext) &&
            NativeLibrary.TryGetExport(libtorch, "_ZN2at7Context20setUserEnabledNNPACKEb", out nint setUserEnabled))
        {
            nint context = ((delegate* unmanaged<nint>)globalContext)();
            ((delegate* unmanaged<nint, byte, void>)setUserEnabled)(context, 0);
        }
    }

    /// <summary>
    /// Every step frees and allocates the same large tensors. By default glibc returns them to the system, which clears the pages again at
    /// the next allocation: a tenth of a training step.
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
            // Not glibc: training is slightly slower.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocatorOption(int option, int value);
}
