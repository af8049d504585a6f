using static TorchSharp.torch;

namespace AttnGan.Training.Torch;

/// <summary>Seeds libtorch's random numbers. They are seeded again for every step, so that no generator's state has to be saved.</summary>
internal static class Seeds
{
    /// <summary>Makes all following random numbers a function of these three values alone.</summary>
    public static void Begin(long seed, SeedPurpose purpose, long step = 0) =>
        random.manual_seed(unchecked((long)(Next(Next((ulong)seed) ^ (ulong)purpose) ^ Next((ulong)step)))).Dispose();

    private static ulong Next(ulong state) => SplitMix64.Mix(state + SplitMix64.GoldenGamma);
}
