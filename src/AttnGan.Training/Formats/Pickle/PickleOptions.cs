namespace AttnGan.Training.Formats.Pickle;

/// <summary>The references that a kind of file may contain, besides the data types that every file may use.</summary>
internal sealed record PickleOptions
{
    public static readonly PickleOptions Default = new();

    /// <summary>
    /// Further globals by <c>module.name</c>: a <see cref="PickleFunction"/> is callable, any other object is a value.
    /// </summary>
    public IReadOnlyDictionary<string, object> Globals { get; init; } = new Dictionary<string, object>();

    /// <summary>
    /// Returns the object of a persistent ID, and throws <see cref="FormatException"/> if the ID is unknown. Null: the file may not
    /// contain any.
    /// </summary>
    public Func<object?, object?>? ResolvePersistentId { get; init; }

    /// <summary>Maximum size of a pickle in bytes.</summary>
    public int MaxBytes { get; init; } = 128 << 20;
}
