using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Formats.PyTorch;

/// <summary>The globals that PyTorch's pickles may use: storages, element types, and the functions that rebuild tensors.</summary>
internal sealed class PyTorchPickle
{
    // A tensor is about 150 bytes of a pickle.
    private const int MaxPickleBytes = 16 << 20;

    private readonly Dictionary<string, PyTorchStorage> _storages = new(StringComparer.Ordinal);

    public PyTorchPickle()
    {
        Options = new PickleOptions { Globals = Globals(), ResolvePersistentId = FindStorage, MaxBytes = MaxPickleBytes };
    }

    public PickleOptions Options { get; }

    /// <summary>The storages by key, as the tensors specify them.</summary>
    public IReadOnlyDictionary<string, PyTorchStorage> Storages => _storages;

    private static Dictionary<string, object> Globals()
    {
        var globals = new Dictionary<string, object>
        {
            ["torch._utils._rebuild_tensor"] = new PickleFunction("_rebuild_tensor", arguments => Rebuild(arguments, 4)),
            ["torch._utils._rebuild_tensor_v2"] = new PickleFunction("_rebuild_tensor_v2", arguments => Rebuild(arguments, 6)),
            ["torch._utils._rebuild_tensor_v3"] = new PickleFunction("_rebuild_tensor_v3", RebuildTyped),
            ["torch._utils._rebuild_parameter"] = new PickleFunction("_rebuild_parameter", Parameter),
            ["torch._utils._rebuild_parameter_with_state"] = new PickleFunction("_rebuild_parameter_with_state", Parameter),
            ["torch.Size"] = new PickleFunction("torch.Size", Size),
            ["torch.device"] = new PickleFunction("torch.device", arguments => arguments is { Count: 0 } ? null : arguments[0]),
            ["torch.storage.UntypedStorage"] = PyTorchTypes.Untyped,
            ["torch.UntypedStorage"] = PyTorchTypes.Untyped,
        };
        foreach ((string storage, string type, StorageType elements) in PyTorchTypes.Named)
        {
            globals[$"torch.{storage}"] = globals[$"torch.cuda.{storage}"] = globals[$"torch.{type}"] = elements;
        }

        return globals;
    }

    /// <summary>Resolves ("storage", type, key, location, elements[, part]). The location, CPU or a GPU, is ignored.</summary>
    private PyTorchStorage FindStorage(object? identifier)
    {
        if (identifier is not PickleTuple { Count: 5 or 6 } id || id[0] is not "storage" || id[1] is not StorageType type ||
            id[2] is not string key || id[4] is not long count || count < 0 || count > long.MaxValue / type.Bytes)
        {
            throw new FormatException("a storage has an unknown description");
        }

        object? part = id.Count == 6 ? id[5] : null;
        var storage = new PyTorchStorage(key, type, count, 0);
        if (!_storages.TryAdd(key, storage) && _storages[key] != storage)
        {
            throw new FormatException($"storage `{key}` has two different descriptions");
        }

        if (part is null)
        {
            return storage;
        }

        return part is PickleTuple { Count: 3 } view && view[1] is long skip && view[2] is long length && skip >= 0 && length >= 0 &&
            skip <= count && length <= count - skip
                ? storage with { Skip = skip, Count = length }
                : throw new FormatException($"a part of storage `{key}` lies outside it");
    }

    private static PyTorchTensor Rebuild(PickleTuple arguments, int minArguments)
    {
        // Later versions append requires_grad, hooks and metadata, which are ignored.
        if (arguments.Count < minArguments || arguments[0] is not PyTorchStorage storage)
        {
            throw new FormatException("a tensor has an unknown description");
        }

        return new PyTorchTensor(storage, storage.Type, Number(arguments[1]), Numbers(arguments[2]), Numbers(arguments[3]));
    }

    private static PyTorchTensor RebuildTyped(PickleTuple arguments) =>
        arguments.Count >= 7 && arguments[0] is PyTorchStorage storage && arguments[6] is StorageType type
            ? new PyTorchTensor(storage, type, Number(arguments[1]), Numbers(arguments[2]), Numbers(arguments[3]))
            : throw new FormatException("a tensor has an unknown description");

    private static PyTorchTensor Parameter(PickleTuple arguments) =>
        arguments is { Count: >= 1 } && arguments[0] is PyTorchTensor tensor
            ? tensor
            : throw new FormatException("a parameter is not built from a tensor");

    private static PickleTuple Size(PickleTuple arguments) =>
        arguments is { Count: 1 } && arguments[0] is PickleTuple or List<object?>
            ? new PickleTuple([.. (IReadOnlyList<object?>)arguments[0]!])
            : throw new FormatException("a shape has an unknown description");

    private static long Number(object? value) =>
        value is long number ? number : throw new FormatException("a tensor's offset is not a number");

    private static long[] Numbers(object? value) =>
        value is IReadOnlyList<object?> { Count: <= 64 } list && list.All(item => item is long)
            ? [.. list.Select(item => (long)item!)]
            : throw new FormatException("a tensor's shape is not a list of numbers");
}
