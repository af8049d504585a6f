using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace AttnGan.Training.Formats.Pickle;

/// <summary>A Python dict or OrderedDict: entries in insertion order of their keys.</summary>
internal sealed class PickleDictionary : IReadOnlyCollection<KeyValuePair<object?, object?>>
{
    // A .NET dictionary does not accept null as a key.
    private static readonly object NoneKey = new();

    private readonly List<KeyValuePair<object?, object?>> _entries = [];

    // Created with the first entry: an empty dict is one byte of a file and must not allocate hundreds.
    private Dictionary<object, int>? _indices;

    public int Count => _entries.Count;

    /// <summary>Adds an entry, or replaces the value of an equal key.</summary>
    /// <exception cref="FormatException">The key is neither a scalar nor a tuple of scalars.</exception>
    public void Set(object? key, object? value)
    {
        if (!IsScalar(key) && !(key is PickleTuple tuple && tuple.All(IsScalar)))
        {
            throw new FormatException("a dictionary key is neither a scalar nor a tuple of scalars");
        }

        _indices ??= new Dictionary<object, int>(KeyComparer.Instance);
        if (_indices.TryAdd(key ?? NoneKey, _entries.Count))
        {
            _entries.Add(new(key, value));
        }
        else
        {
            int index = _indices[key ?? NoneKey];
            _entries[index] = new(_entries[index].Key, value);
        }
    }

    public bool TryGetValue(object? key, [MaybeNullWhen(false)] out object? value)
    {
        if (_indices is not null && _indices.TryGetValue(key ?? NoneKey, out int index))
        {
            value = _entries[index].Value;
            return true;
        }

        value = null;
        return false;
    }

    public IEnumerator<KeyValuePair<object?, object?>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool IsScalar(object? key) => key is null or string or long or bool or double or BigInteger or byte[];

    /// <summary>Hashes with the process's random seed, so that a file cannot contain prepared hash collisions.</summary>
    private sealed class KeyComparer : IEqualityComparer<object>
    {
        public static readonly KeyComparer Instance = new();

        public new bool Equals(object? left, object? right) => (left, right) switch
        {
            (byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other),
            (PickleTuple one, PickleTuple other) => one.SequenceEqual(other, this!),
            _ => object.Equals(left, right),
        };

        public int GetHashCode(object key)
        {
            HashCode hash = default;
            switch (key)
            {
                case byte[] bytes:
                    hash.AddBytes(bytes);
                    break;
                case PickleTuple tuple:
                    foreach (object? item in tuple)
                    {
                        hash.Add(item is null ? 0 : GetHashCode(item));
                    }

                    break;
                case BigInteger number:
                    hash.AddBytes(number.ToByteArray());
                    break;
                default:
                    hash.Add(key);
                    break;
            }

            return hash.ToHashCode();
        }
    }
}
