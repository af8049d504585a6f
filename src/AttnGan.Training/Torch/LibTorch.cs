using System.Runtime.InteropServices;
using TorchSharp;

namespace AttnGan.Training.Torch;

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
        nint engine = Open("torch_cpu");
        Open("LibTorchSharp");
        LeaveOutNnpack(engine);
        KeepFreedMemory();

        static nint Open(string library) => NativeLibrary.Load(library, typeof(torch).Assembly, DllImportSearchPath.AssemblyDirectory);
    }

    /// <summary>
    /// The engine asks NNPACK, its second library of convolutions, for a few small ones, and on processors younger than itself NNPACK tells
    /// every thread on the error stream that it cannot. The binding has no switch for it; the engine's own has these names where its
    /// compiler is GCC or Clang.
    /// </summary>
    private static unsafe void LeaveOutNnpack(nint engine)
    {
        if (NativeLibrary.TryGetExport(engine, "_ZN2at13globalContextEv", out nint globalContext) &&
            NativeLibrary.TryGetExport(engine, "_ZN2at7Context20setUserEnabledNNPACKEb", out nint setUserEnabled))
        {
            nint context = ((delegate* unmanaged<nint>)globalContext)();
            ((delegate* unmanaged<nint, byte, void>)setUserEnabled)(context, 0);
        }
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
