using static TorchSharp.torch;

namespace AttnGan.Training.Torch;

/// <summary>Random numbers of the engine, seeded anew for every step so that no generator's state has to be saved.</summary>
internal static class Seeds
{
    /// <summary>Everything the engine draws from now on depends on these three alone.</summary>
    public static void Begin(long seed, Purpose purpose, long step = 0) =>
        random.manual_seed(unchecked((long)(Next(Next((ulong)seed) ^ (ulong)purpose) ^ Next((ulong)step)))).Dispose();

    private static ulong Next(ulong state) => SplitMix64.Mix(state + SplitMix64.GoldenGamma);

    public enum Purpose
    {
        DamsmWeights = 1,
        DamsmStep = 2,
        GanWeights = 3,
        GanStep = 4,
        Samples = 5,
    }
}
