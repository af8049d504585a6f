using System.Collections;
using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace AttnGan.Training.Formats;

/// <summary>Tensors by name, in the order in which they were added. They belong to no dispose scope but to the dictionary.</summary>
internal sealed class TensorDictionary : IReadOnlyDictionary<string, Tensor>, IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    public int Count => _tensors.Count;

    public IEnumerable<string> Keys => _tensors.Keys;

    public IEnumerable<Tensor> Values => _tensors.Values;

    public Tensor this[string key] => _tensors[key];

    /// <summary>Adds a tensor, which the dictionary disposes from now on.</summary>
    public void Add(string key, Tensor tensor) => _tensors.Add(key, tensor);

    /// <summary>Removes a prefix from all names if all of them have it.</summary>
    public void StripCommonPrefix(string prefix)
    {
        if (!_tensors.Keys.All(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return;
        }

        Rename(name => name[prefix.Length..]);
    }

    /// <summary>Gives every tensor another name; all of them must differ.</summary>
    public void Rename(Func<string, string> rename)
    {
        KeyValuePair<string, Tensor>[] entries = [.. _tensors];
        _tensors.Clear();
        foreach ((string name, Tensor tensor) in entries)
        {
            _tensors.Add(rename(name), tensor);
        }
    }

    /// <summary>Removes and disposes the tensors whose name has one of several prefixes.</summary>
    public void Remove(IReadOnlyCollection<string> prefixes) =>
        Remove(name => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));

    /// <summary>Removes and disposes the tensors whose name fulfills a condition.</summary>
    public void Remove(Func<string, bool> condition)
    {
        foreach (string name in Keys.Where(condition).ToArray())
        {
            _tensors[name].Dispose();
            _tensors.Remove(name);
        }
    }

    public bool ContainsKey(string key) => _tensors.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Tensor value) => _tensors.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, Tensor>> GetEnumerator() => _tensors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        foreach (Tensor tensor in _tensors.Values)
        {
            tensor.Dispose();
        }

        _tensors.Clear();
    }
}
