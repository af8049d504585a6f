using System.Runtime.InteropServices;
using TorchSharp;

namespace AttnGan.Training;

/// <summary>The native engine.</summary>
internal static class LibTorch
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
    }
}
