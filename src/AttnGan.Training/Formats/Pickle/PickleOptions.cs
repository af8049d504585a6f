namespace AttnGan.Training.Formats.Pickle;

/// <summary>What a kind of file may refer to besides the data types that every file may use.</summary>
internal sealed record PickleOptions
{
    public static readonly PickleOptions Default = new();

    /// <summary>
    /// Further globals by <c>module.name</c>: a <see cref="PickleFunction"/> can be called, anything else is a value.
    /// </summary>
    public IReadOnlyDictionary<string, object> Globals { get; init; } = new Dictionary<string, object>();

    /// <summary>
    /// Answers a persistent identifier with an object; throws <see cref="FormatException"/> for one that it does not know. Null: the
    /// file may have none.
    /// </summary>
    public Func<object?, object?>? ResolvePersistentId { get; init; }

    /// <summary>Largest pickle in bytes.</summary>
    public int MaximumBytes { get; init; } = 128 << 20;
}
