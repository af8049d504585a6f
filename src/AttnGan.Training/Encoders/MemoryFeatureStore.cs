using System.Collections.Concurrent;

namespace AttnGan.Training.Encoders;

/// <summary>Keeps features in memory.</summary>
/// <param name="capacity">Maximum number of feature vectors.</param>
internal sealed class MemoryFeatureStore(int capacity) : IFeatureStore
{
    private readonly ConcurrentDictionary<UInt128, Half[]> _features = new();

    public bool Contains(UInt128 key) => _features.ContainsKey(key);

    public bool TryRead(UInt128 key, Span<Half> features)
    {
        bool found = _features.TryGetValue(key, out Half[]? kept);
        kept.CopyTo(features);
        return found;
    }

    public void Add(UInt128 key, ReadOnlySpan<Half> features)
    {
        if (_features.Count < capacity)
        {
            _features[key] = features.ToArray();
        }
    }

    public void Dispose() => _features.Clear();
}
