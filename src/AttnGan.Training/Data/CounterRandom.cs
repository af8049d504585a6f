namespace AttnGan.Training.Data;

/// <summary>
/// A random sequence that is a pure function of its key. The numbers for one image of one epoch are therefore independent of threads,
/// of the point where a run was resumed, and of the framework's version.
/// </summary>
/// <remarks>
/// SplitMix64 (Steele, Lea and Flood 2014): a counter that advances by the golden ratio, each value scrambled by Stafford's
/// variant 13 mixer. The key's parts are absorbed by the same mixer.
/// </remarks>
internal struct CounterRandom
{
    private ulong _state;

    public CounterRandom(long seed, RandomStream stream, long epoch = 0, long index = 0) =>
        _state = Absorb(Absorb(Absorb(Absorb(0, (ulong)seed), (ulong)stream), (ulong)epoch), (ulong)index);

    public ulong Next() => SplitMix64.Mix(_state += SplitMix64.GoldenGamma);

    /// <summary>Returns a uniformly distributed number in [0, <paramref name="bound"/>).</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        // Lemire's method: the high half of a product; the few values that would bias it are resampled.
        ulong threshold = (0UL - (ulong)bound) % (ulong)bound;
        while (true)
        {
            ulong high = Math.BigMul(Next(), (ulong)bound, out ulong low);
            if (low >= threshold)
            {
                return (int)high;
            }
        }
    }

    public bool NextBool() => (Next() >> 63) != 0;

    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Absorb(ulong state, ulong part) => SplitMix64.Mix((state ^ part) + SplitMix64.GoldenGamma);
}
