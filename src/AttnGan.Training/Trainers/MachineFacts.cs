using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>What a configuration is chosen by, of the machine that trains.</summary>
/// <param name="HasGpu">True if a GPU trains.</param>
/// <param name="HasBfloat16">True if the processor computes 16-bit convolutions (AVX512-BF16 or AMX).</param>
/// <param name="MemoryBytes">Memory that the process can use.</param>
internal sealed record MachineFacts(bool HasGpu, bool HasBfloat16, long MemoryBytes)
{
    private const string LinuxProcessors = "/proc/cpuinfo";

    /// <summary>Inspects this machine.</summary>
    public static MachineFacts Of(Device device) => new(
        device.type == TorchSharp.DeviceType.CUDA,
        File.Exists(LinuxProcessors) && HasInstructions(File.ReadLines(LinuxProcessors)),
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>Returns true if the flags of a processor include 16-bit arithmetic.</summary>
    internal static bool HasInstructions(IEnumerable<string> processorLines) => processorLines
        .FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?.Split(' ')
        .Any(flag => flag is "avx512_bf16" or "amx_bf16") == true;
}
