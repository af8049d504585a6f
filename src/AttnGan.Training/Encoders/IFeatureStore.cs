namespace AttnGan.Training.Encoders;

/// <summary>Keeps feature vectors of equal length by key, up to a maximum number. Reading is safe on several threads.</summary>
internal interface IFeatureStore : IDisposable
{
    bool Contains(UInt128 key);

    /// <summary>Reads the features of a key.</summary>
    /// <returns>False if they are not kept, or damaged.</returns>
    bool TryRead(UInt128 key, Span<Half> features);

    /// <summary>Keeps features, unless the store is full.</summary>
    void Add(UInt128 key, ReadOnlySpan<Half> features);
}
