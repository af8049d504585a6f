using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>Random numbers of the engine, seeded anew for every step so that no generator's state has to be saved.</summary>
internal static class Seeds
{
    /// <summary>Everything the engine draws from now on depends on these three alone.</summary>
    public static void Begin(long seed, Purpose purpose, long step = 0) =>
        random.manual_seed(unchecked((long)(Mix(Mix((ulong)seed) ^ (ulong)purpose) ^ Mix((ulong)step)))).Dispose();

    // The finaliser of SplitMix64.
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    public enum Purpose
    {
        DamsmWeights = 1,
        DamsmStep = 2,
        GanWeights = 3,
        GanStep = 4,
        Samples = 5,
    }
}
