using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace AttnGan.Training.Formats.Pickle;

/// <summary>A Python dict or OrderedDict: entries in the order in which their keys first appeared.</summary>
internal sealed class PickleDictionary : IReadOnlyCollection<KeyValuePair<object?, object?>>
{
    // None cannot be a key of a .NET dictionary.
    private static readonly object NoneKey = new();

    private readonly List<KeyValuePair<object?, object?>> _entries = [];

    // Made with the first entry: an empty dict takes one byte of a file, so it must not take hundreds of ours.
    private Dictionary<object, int>? _places;

    public int Count => _entries.Count;

    /// <summary>Adds an entry, or replaces the value of an equal key.</summary>
    /// <exception cref="FormatException">The key is neither a scalar nor a tuple of scalars.</exception>
    public void Set(object? key, object? value)
    {
        if (!IsScalar(key) && !(key is PickleTuple tuple && tuple.All(IsScalar)))
        {
            throw new FormatException("a dictionary's key is neither a scalar nor a tuple of scalars");
        }

        _places ??= new Dictionary<object, int>(KeyComparer.Instance);
        if (_places.TryAdd(key ?? NoneKey, _entries.Count))
        {
            _entries.Add(new(key, value));
        }
        else
        {
            int place = _places[key ?? NoneKey];
            _entries[place] = new(_entries[place].Key, value);
        }
    }

    public bool TryGetValue(object? key, [MaybeNullWhen(false)] out object? value)
    {
        if (_places is not null && _places.TryGetValue(key ?? NoneKey, out int place))
        {
            value = _entries[place].Value;
            return true;
        }

        value = null;
        return false;
    }

    public IEnumerator<KeyValuePair<object?, object?>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool IsScalar(object? key) => key is null or string or long or bool or double or BigInteger or byte[];

    /// <summary>Hashes with the process's random seed, so that a file cannot prepare keys that collide.</summary>
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
