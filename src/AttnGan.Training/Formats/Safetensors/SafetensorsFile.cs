using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace AttnGan.Training.Formats.Safetensors;

/// <summary>
/// An open safetensors file. The complete header is validated when the file is opened; tensors are read on demand, directly into
/// their own memory.
/// </summary>
internal sealed class SafetensorsFile : IDisposable
{
    public const string MetadataKey = "__metadata__";

    private const long MaxHeaderBytes = 100_000_000;
    private const int MaxDimensions = 64;

    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly byte[] _header;
    private readonly long _length;
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsFile(SafeFileHandle handle, string path)
    {
        _handle = handle;
        _path = path;
        _length = RandomAccess.GetLength(handle);
        _header = ReadHeader();
        ParseHeader();
        CheckOffsets();
    }

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Names of the tensors, sorted.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Opens a file and validates its header.</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged, or not a safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"Cannot read `{path}`: {exception.Message}", exception);
        }

        try
        {
            byte[] head = new byte[1024];
            Placeholder.Refuse(head.AsSpan(0, RandomAccess.Read(handle, head, 0)), $"`{path}`");
            return new SafetensorsFile(handle, path);
        }
        catch (Exception exception)
        {
            handle.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new CheckpointException($"Cannot read `{path}`: {exception.Message}", exception);
            }

            throw;
        }
    }

    public IReadOnlyList<long> Shape(string name) => Find(name).Shape;

    public ScalarType DType(string name) => Find(name).Type;

    /// <summary>Loads one tensor to the CPU. It belongs to no dispose scope: the caller disposes it.</summary>
    public Tensor Load(string name)
    {
        Entry entry = Find(name);
        Tensor tensor = empty(entry.Shape, entry.Type, CPU).DetachFromDisposeScope();
        try
        {
            long position = _header.Length + entry.Begin;
            SafetensorsTypes.ForEachChunk(tensor, bytes =>
            {
                ReadExactly(bytes, position);
                position += bytes.Length;
                if (entry.Type == ScalarType.Bool && bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
                {
                    throw Damaged($"tensor `{name}` has boolean values other than 0 and 1");
                }
            });
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Loads all tensors whose names start with <paramref name="prefix"/>, which is removed. They belong to no dispose scope: the
    /// caller disposes them.
    /// </summary>
    public TensorDictionary LoadAll(string prefix = "")
    {
        var tensors = new TensorDictionary();
        try
        {
            foreach (string name in Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                tensors.Add(name[prefix.Length..], Load(name));
            }

            return tensors;
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    /// <summary>Verifies the file against the SHA-256 in its metadata (<see cref="SafetensorsChecksum"/>).</summary>
    /// <exception cref="CheckpointException">The file has changed since it was written, or has no checksum.</exception>
    public void VerifyChecksum(string key)
    {
        if (!_metadata.TryGetValue(key, out string? expected))
        {
            throw Damaged($"its metadata has no checksum `{key}`");
        }

        byte[] header = _header.ToArray();
        int offset = SafetensorsChecksum.DigestOffset(header, key, expected);
        if (offset < 0 || expected.Length != SafetensorsChecksum.Unset.Length)
        {
            throw Damaged($"its checksum `{key}` is not a SHA-256 in hexadecimal");
        }

        Encoding.ASCII.GetBytes(SafetensorsChecksum.Unset, header.AsSpan(offset));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        byte[] buffer = new byte[1 << 20];
        for (long position = header.Length; position < _length;)
        {
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, _length - position));
            ReadExactly(piece, position);
            hash.AppendData(piece);
            position += piece.Length;
        }

        string actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (actual != expected)
        {
            throw Damaged($"its content does not match its checksum (SHA-256 {actual[..12]}…, expected {expected[..12]}…)");
        }
    }

    public void Dispose() => _handle.Dispose();

    private Entry Find(string name) =>
        _entries.TryGetValue(name, out Entry? entry)
            ? entry
            : throw new CheckpointException($"`{_path}` has no tensor named `{name}`; it has {_entries.Count} other tensors");

    /// <returns>The header, including the 8 bytes of its length.</returns>
    private byte[] ReadHeader()
    {
        if (_length < sizeof(ulong))
        {
            throw Damaged($"it has {_length} bytes, too few for a header");
        }

        Span<byte> size = stackalloc byte[sizeof(ulong)];
        ReadExactly(size, 0);
        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(size);
        long limit = Math.Min(MaxHeaderBytes, _length - sizeof(ulong));
        if (headerBytes > (ulong)limit)
        {
            throw Damaged($"it specifies a header of {headerBytes} bytes, expected at most {limit}");
        }

        byte[] header = new byte[sizeof(ulong) + (int)headerBytes];
        ReadExactly(header, 0);
        return header;
    }

    private void ParseHeader()
    {
        try
        {
            using var document = JsonDocument.Parse(_header.AsMemory(sizeof(ulong)));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Damaged("its header is not a JSON object");
            }

            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals(MetadataKey))
                {
                    ParseMetadata(property.Value);
                }
                else if (!_entries.TryAdd(property.Name, ParseEntry(property.Name, property.Value)))
                {
                    throw Damaged($"tensor `{property.Name}` is listed twice");
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // JsonElement throws InvalidOperationException for strings that are not valid Unicode.
            throw Damaged("its header is not valid JSON", exception);
        }
    }

    private void ParseMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
        {
            throw Damaged("its metadata is not a JSON object");
        }

        foreach (JsonProperty property in metadata.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String || !_metadata.TryAdd(property.Name, property.Value.GetString()!))
            {
                throw Damaged($"metadata entry `{property.Name}` is not a string or is listed twice");
            }
        }
    }

    private Entry ParseEntry(string name, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object ||
            !json.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String ||
            !json.TryGetProperty("shape", out JsonElement shape) || !TryReadLongs(shape, out long[]? lengths) ||
            !json.TryGetProperty("data_offsets", out JsonElement offsets) || !TryReadLongs(offsets, out long[]? range) || range.Length != 2)
        {
            throw Damaged($"the header's entry for tensor `{name}` has no valid dtype, shape or data_offsets");
        }

        if (!SafetensorsTypes.TryFind(dtype.GetString()!, out ScalarType type, out int elementBytes))
        {
            throw Damaged($"tensor `{name}` has elements of type {dtype.GetString()}, which are not supported");
        }

        if (lengths.Length > MaxDimensions || !TryCountBytes(lengths, elementBytes, out long bytes))
        {
            throw Damaged($"tensor `{name}` has an invalid shape ({string.Join(", ", lengths.Take(8))})");
        }

        (long begin, long end) = (range[0], range[1]);
        long dataBytes = _length - _header.Length;
        if (begin > end || end > dataBytes)
        {
            throw Damaged($"tensor `{name}` lies at bytes {begin} to {end} of {dataBytes}; the file is truncated or its header is wrong");
        }

        if (end - begin != bytes)
        {
            throw Damaged($"tensor `{name}` takes {end - begin} bytes, but its type and shape take {bytes}");
        }

        return new Entry(name, type, lengths, begin, end);
    }

    /// <summary>Checks that the tensors fill the file without gaps or overlaps, as the format requires.</summary>
    private void CheckOffsets()
    {
        long position = 0;
        foreach (Entry? entry in _entries.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != position)
            {
                throw Damaged($"tensor `{entry.Name}` begins at byte {entry.Begin} of the data, expected {position}");
            }

            position = entry.End;
        }

        if (position != _length - _header.Length)
        {
            throw Damaged($"it has {_length - _header.Length} bytes of data, expected {position}");
        }
    }

    private static bool TryReadLongs(JsonElement json, out long[] values)
    {
        values = [];
        if (json.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        // An index would search the array from its start where it has nested values.
        values = new long[json.GetArrayLength()];
        int count = 0;
        foreach (JsonElement value in json.EnumerateArray())
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out values[count]) || values[count++] < 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// The product of the nonzero lengths must fit into 64 bits even if another length is 0: libtorch multiplies them for its strides.
    /// </summary>
    private static bool TryCountBytes(long[] shape, int elementBytes, out long bytes)
    {
        bytes = elementBytes;
        foreach (long length in shape.Where(length => length != 0))
        {
            if (length > long.MaxValue / bytes)
            {
                return false;
            }

            bytes *= length;
        }

        bytes = shape.Contains(0) ? 0 : bytes;
        return true;
    }

    private void ReadExactly(Span<byte> bytes, long position)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(_handle, bytes, position);
            if (read == 0)
            {
                throw Damaged("it was truncated while it was read");
            }

            bytes = bytes[read..];
            position += read;
        }
    }

    private CheckpointException Damaged(string reason, Exception? inner = null) =>
        new($"`{_path}` is not a valid safetensors file: {reason}", inner);

    private sealed record Entry(string Name, ScalarType Type, long[] Shape, long Begin, long End);
}
