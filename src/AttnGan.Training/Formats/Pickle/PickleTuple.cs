using System.Collections;

namespace AttnGan.Training.Formats.Pickle;

/// <summary>A Python tuple.</summary>
internal sealed class PickleTuple(params object?[] items) : IReadOnlyList<object?>
{
    private readonly object?[] _items = items;

    public int Count => _items.Length;

    public object? this[int index] => _items[index];

    public IEnumerator<object?> GetEnumerator() => ((IEnumerable<object?>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
