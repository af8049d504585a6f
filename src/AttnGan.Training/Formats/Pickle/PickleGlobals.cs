using System.Text;

namespace AttnGan.Training.Formats.Pickle;

/// <summary>The globals that every data file may use. They build plain data; none runs code.</summary>
internal static class PickleGlobals
{
    public static readonly PickleFunction OrderedDict = new("collections.OrderedDict", MakeDictionary);

    /// <summary>Stands for numpy's array class, which is only an argument.</summary>
    private static readonly object NumpyArrayClass = new();

    private static readonly PickleFunction ReconstructArray = new("numpy.core.multiarray._reconstruct", arguments =>
        arguments is { Count: >= 1 } && ReferenceEquals(arguments[0], NumpyArrayClass)
            ? new NumpyArray()
            : throw new FormatException("a numpy array is of an unknown class"));

    public static readonly IReadOnlyDictionary<string, object> Data = new Dictionary<string, object>
    {
        ["collections.OrderedDict"] = OrderedDict,
        ["_codecs.encode"] = new PickleFunction("_codecs.encode", Encode),
        ["__builtin__.bytes"] = new PickleFunction("bytes", EmptyBytes),
        ["builtins.bytes"] = new PickleFunction("bytes", EmptyBytes),
        ["__builtin__.set"] = new PickleFunction("set", CopyList),
        ["builtins.set"] = new PickleFunction("set", CopyList),
        ["__builtin__.frozenset"] = new PickleFunction("frozenset", CopyList),
        ["builtins.frozenset"] = new PickleFunction("frozenset", CopyList),
        ["numpy.ndarray"] = NumpyArrayClass,
        ["numpy.core.multiarray._reconstruct"] = ReconstructArray,
        ["numpy._core.multiarray._reconstruct"] = ReconstructArray,
        ["numpy.dtype"] = new PickleFunction("numpy.dtype", MakeNumpyType),
    };

    private static PickleDictionary MakeDictionary(PickleTuple arguments)
    {
        var dictionary = new PickleDictionary();
        if (arguments.Count == 0)
        {
            return dictionary;
        }

        // Python 2 passes the entries: one list of [key, value].
        if (arguments is not { Count: 1 } || arguments[0] is not List<object?> entries)
        {
            throw new FormatException("an OrderedDict is not built from a list of entries");
        }

        foreach (object? entry in entries)
        {
            if (entry is not IReadOnlyList<object?> { Count: 2 } pair)
            {
                throw new FormatException("an OrderedDict has an entry that is not a key with a value");
            }

            dictionary.Set(pair[0], pair[1]);
        }

        return dictionary;
    }

    /// <summary>Protocols 0 to 2 have no bytes type: Python 3 writes bytes as a string and its encoding.</summary>
    private static byte[] Encode(PickleTuple arguments)
    {
        if (arguments is not { Count: 2 } || arguments[0] is not string text ||
            arguments[1] is not ("latin1" or "latin-1" or "iso-8859-1") || text.Any(letter => letter > 0xff))
        {
            throw new FormatException("bytes have an unknown encoding");
        }

        return Encoding.Latin1.GetBytes(text);
    }

    private static byte[] EmptyBytes(PickleTuple arguments) =>
        arguments.Count == 0 ? [] : throw new FormatException("bytes have an unknown encoding");

    private static List<object?> CopyList(PickleTuple arguments) => arguments switch
    {
        { Count: 0 } => [],
        { Count: 1 } when arguments[0] is List<object?> or PickleTuple => [.. (IReadOnlyList<object?>)arguments[0]!],
        _ => throw new FormatException("a set is not built from a list"),
    };

    private static NumpyType MakeNumpyType(PickleTuple arguments) =>
        arguments.Count >= 1 && arguments[0] is string { Length: >= 2 and <= 12 } code
            ? new NumpyType(code)
            : throw new FormatException("a numpy dtype is not specified by its code");
}
