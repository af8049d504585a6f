namespace AttnGan.Training.Data;

/// <summary>
/// A random sequence that is a pure function of its key, so that what is drawn for one image of one epoch depends on nothing
/// that happened before: not on threads, not on where a run was resumed, not on the framework's version.
/// </summary>
/// <remarks>
/// SplitMix64 (Steele, Lea and Flood 2014): a counter that advances by the golden ratio, each value scrambled by Stafford's
/// variant 13 mixer. The key's parts are absorbed by the same mixer.
/// </remarks>
internal struct CounterRandom
{
    private ulong _state;

    public CounterRandom(long seed, Purpose purpose, long epoch = 0, long index = 0) =>
        _state = Absorb(Absorb(Absorb(Absorb(0, (ulong)seed), (ulong)purpose), (ulong)epoch), (ulong)index);

    /// <summary>What the numbers are for: equal seeds must not make different decisions alike.</summary>
    public enum Purpose
    {
        Split,
        Order,
        Sample,
        Candidates,
        Images,
        NoisePixels,
        Shapes,
    }

    public ulong Next() => SplitMix64.Mix(_state += SplitMix64.GoldenGamma);

    /// <summary>A number in [0, <paramref name="bound"/>), each equally likely.</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        // Lemire's method: the high half of a product, with the few values redrawn that would favor some results.
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
