namespace AttnGan;

/// <summary>
/// The arithmetic of SplitMix64 (Steele, Lea and Flood 2014), the source of all random numbers of this project: identical on every
/// machine and in every version.
/// </summary>
internal static class SplitMix64
{
    /// <summary>The increment of the counter: 2^64 divided by the golden ratio, odd.</summary>
    public const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>Mixes a value of the counter: Stafford's variant 13 of the finalizer.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
