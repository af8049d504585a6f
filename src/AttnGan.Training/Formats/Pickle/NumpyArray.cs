namespace AttnGan.Training.Formats.Pickle;

/// <summary>A numpy array of numbers, booleans or texts, read as a list (of lists, for several dimensions).</summary>
internal sealed class NumpyArray : List<object?>
{
    private const int MaxElements = 4_000_000;
    private const int MaxDimensions = 8;

    /// <summary>Number of elements in all dimensions.</summary>
    public int Elements { get; private set; }

    /// <summary>Implements numpy's <c>__setstate__</c>: (version, shape, dtype, is Fortran order, data).</summary>
    /// <param name="state">The state.</param>
    /// <param name="bytesOf">Returns the bytes of a value of the pickle; null if it has none.</param>
    public void SetState(object? state, Func<object?, byte[]?> bytesOf)
    {
        if (state is not PickleTuple { Count: 5 } parts || parts[2] is not NumpyType type || parts[3] is not bool isFortran)
        {
            throw new FormatException("a numpy array has an unknown state");
        }

        Fill(type, parts[1], isFortran, parts[4], bytesOf);
    }

    /// <summary>Fills the array with the elements of a buffer, or of a list for the dtype <c>object</c>.</summary>
    public void Fill(NumpyType type, object? shape, bool isFortran, object? data, Func<object?, byte[]?> bytesOf)
    {
        if (Count > 0)
        {
            throw new FormatException("a numpy array is filled twice");
        }

        int[] lengths = Shape(shape);

        // Limited, so that no product of lengths overflows.
        long count = lengths.Contains(0) ? 0 : lengths.Aggregate(1L, (product, length) => Math.Min(product * length, MaxElements + 1L));
        object?[] values = data is List<object?> list && type.IsObject ? [.. list]
            : bytesOf(data) is { } bytes ? type.Elements(bytes)
            : throw new FormatException("a numpy array has no data");
        if (count != values.Length || count > MaxElements)
        {
            throw new FormatException(
                $"a numpy array has {values.Length} elements, but its shape has {count}; the maximum is {MaxElements}");
        }

        Elements = values.Length;
        if (lengths.Length == 0)
        {
            Add(values[0]);
        }
        else if (count > 0) // an array without elements is an empty list
        {
            AddRange(Nest(values, lengths, isFortran));
        }
    }

    private static int[] Shape(object? shape)
    {
        IReadOnlyList<object?> lengths = shape as PickleTuple ?? throw new FormatException("a numpy array has no shape");
        return lengths.Count <= MaxDimensions && lengths.All(length => length is >= 0L and <= MaxElements)
            ? [.. lengths.Select(length => (int)(long)length!)]
            : throw new FormatException($"a numpy array has an unknown shape of {lengths.Count} dimensions");
    }

    private static IEnumerable<object?> Nest(object?[] values, int[] lengths, bool isFortran)
    {
        if (lengths.Length == 1)
        {
            return values;
        }

        int[] strides = new int[lengths.Length];
        for (int i = 0, stride = 1; i < lengths.Length; i++)
        {
            int dimension = isFortran ? i : lengths.Length - 1 - i;
            strides[dimension] = stride;
            stride *= lengths[dimension];
        }

        return Level(0, 0);

        List<object?> Level(int dimension, int start)
        {
            var level = new List<object?>(lengths[dimension]);
            for (int i = 0; i < lengths[dimension]; i++)
            {
                int at = start + (i * strides[dimension]);
                level.Add(dimension == lengths.Length - 1 ? values[at] : Level(dimension + 1, at));
            }

            return level;
        }
    }
}
