using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Numerics;
using AttnGan.Training.Formats.Pickle;
using AttnGan.Training.Formats.Safetensors;
using static TorchSharp.torch;

namespace AttnGan.Training.Formats.PyTorch;

/// <summary>
/// A file written by <c>torch.save</c>, in the zip format (since PyTorch 1.6) or the older stream format. No code of the file is run:
/// names other than those of tensors and plain data are rejected. Every size is checked against the file before memory is allocated.
/// </summary>
internal sealed class PyTorchFile : IDisposable
{
    private const int MaxTensors = 100_000;
    private const int MaxContainers = 1_000_000;
    private const int MaxNameLength = 1024;
    private const int ChunkBytes = 1 << 20;
    private const string ModulePrefix = "module.";

    private static readonly BigInteger MagicNumber = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    private readonly Stream _stream;
    private readonly string _source;
    private readonly Dictionary<string, ZipEntry> _data = new(StringComparer.Ordinal);
    private readonly HashSet<string> _verified = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PyTorchTensor> _tensors = new(StringComparer.Ordinal);
    private bool _hasChecksums;

    private PyTorchFile(Stream stream, string source)
    {
        _stream = stream;
        _source = source;
    }

    /// <summary>
    /// The saved object: see <see cref="PickleReader"/> for the types of plain data; tensors are <see cref="PyTorchTensor"/>.
    /// </summary>
    public object? Root { get; private set; }

    /// <summary>All tensors by name: the keys and indices on their path, joined by dots.</summary>
    public IReadOnlyDictionary<string, PyTorchTensor> Tensors => _tensors;

    /// <summary>True for the zip format, false for the stream format.</summary>
    public bool IsZip => _hasChecksums;

    /// <summary>Opens a file and reads everything except the data of the tensors.</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged, not a PyTorch file, or contains code.</exception>
    public static PyTorchFile Open(string path)
    {
        try
        {
            return Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), $"`{path}`");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"Cannot read `{path}`: {exception.Message}", exception);
        }
    }

    /// <summary>Opens a file from a seekable stream, which is disposed with the file.</summary>
    public static PyTorchFile Open(Stream stream, string source)
    {
        var file = new PyTorchFile(stream, source);
        try
        {
            file.Read();
            return file;
        }
        catch (FormatException exception)
        {
            stream.Dispose();
            throw file.Damaged(exception);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Loads all tensors to the CPU. They are contiguous and no longer share storages. They belong to no dispose scope: the caller
    /// disposes them.
    /// </summary>
    /// <param name="stripModulePrefix">
    /// Remove the prefix <c>module.</c>, which training on several GPUs adds, if all names have it.
    /// </param>
    /// <param name="prefix">Load only tensors whose names start with it, and remove it.</param>
    /// <exception cref="CheckpointException">The data does not match its checksum, or the file has changed since it was opened.</exception>
    public TensorDictionary LoadAll(bool stripModulePrefix = true, string prefix = "")
    {
        var loaded = new TensorDictionary();
        try
        {
            foreach ((string name, PyTorchTensor tensor) in _tensors)
            {
                if (name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    loaded.Add(name[prefix.Length..], Load(tensor));
                }
            }

            if (stripModulePrefix)
            {
                loaded.StripCommonPrefix(ModulePrefix);
            }

            return loaded;
        }
        catch (Exception exception)
        {
            loaded.Dispose();
            throw exception switch
            {
                FormatException damage => Damaged(damage),
                IOException failure => new CheckpointException($"Cannot read {_source}: {failure.Message}", failure),
                _ => exception,
            };
        }
    }

    /// <summary>Opens a file and loads all of its tensors.</summary>
    public static TensorDictionary Load(string path)
    {
        using PyTorchFile file = Open(path);
        return file.LoadAll();
    }

    public void Dispose() => _stream.Dispose();

    private void Read()
    {
        Span<byte> start = stackalloc byte[4];
        if (_stream.Length < start.Length)
        {
            throw new FormatException($"it has {_stream.Length} bytes");
        }

        ZipIndex.ReadAt(_stream, 0, start);
        CheckPlaceholder();
        var pickle = new PyTorchPickle();
        if (BinaryPrimitives.ReadUInt32LittleEndian(start) == 0x04034b50)
        {
            ReadZip(pickle);
        }
        else
        {
            ReadStream(pickle);
        }

        int visited = 0;
        Collect(Root, "", ref visited);
        CheckTotal();
    }

    private void CheckPlaceholder()
    {
        byte[] head = new byte[Math.Min(1024, _stream.Length)];
        ZipIndex.ReadAt(_stream, 0, head);
        Placeholder.Refuse(head, _source);
    }

    private void ReadZip(PyTorchPickle pickle)
    {
        IReadOnlyDictionary<string, ZipEntry> entries = ZipIndex.Read(_stream);
        const string pickleName = "/data.pkl";
        string folder = entries.Keys.FirstOrDefault(name => name.EndsWith(pickleName, StringComparison.Ordinal))?[..^pickleName.Length]
            ?? throw WithoutPickle([.. entries.Keys]);
        if (entries.Keys.Any(name => name.StartsWith($"{folder}/code/", StringComparison.Ordinal)))
        {
            throw new CheckpointException(
                $"{_source} is a TorchScript program, not weights. Save its weights in Python: " +
                "`torch.save(torch.jit.load(path).state_dict(), other)`");
        }

        _hasChecksums = true;
        if (entries.TryGetValue($"{folder}/byteorder", out ZipEntry? order)
            && !ReadEntry(order, "byteorder", 64).AsSpan().SequenceEqual("little"u8))
        {
            throw new FormatException("its numbers are not little-endian");
        }

        byte[] program = ReadEntry(entries[folder + pickleName], "data.pkl", pickle.Options.MaxBytes);
        Root = PickleReader.Read(program, _source, pickle.Options);
        foreach (PyTorchStorage storage in pickle.Storages.Values)
        {
            ZipEntry data = entries.TryGetValue($"{folder}/data/{storage.Key}", out ZipEntry? entry)
                ? entry
                : throw new FormatException($"it has no data for storage `{storage.Key}`");
            CheckSize(storage, data.Size);
            _data.Add(storage.Key, data);
        }
    }

    private Exception WithoutPickle(string[] entries) =>
        entries.Length > 0 && entries.All(name => name.EndsWith(".npy", StringComparison.Ordinal))
            ? new CheckpointException(
                $"{_source} is a NumPy archive ({string.Join(", ", entries.Take(4))}), not weights. `attngan evaluate` takes statistics " +
                "(`mu`, `sigma`) with `--reference-stats`")
            : new FormatException("it is a zip file without `data.pkl`, so it is not a PyTorch file");

    private byte[] ReadEntry(ZipEntry entry, string name, int maxBytes)
    {
        if (entry.Size > maxBytes)
        {
            throw new FormatException($"its entry `{name}` has {entry.Size} bytes, expected at most {maxBytes}");
        }

        byte[] bytes = new byte[entry.Size];
        ZipIndex.ReadAt(_stream, entry.Start, bytes);
        return Crc32.HashToUInt32(bytes) == entry.Checksum
            ? bytes
            : throw new FormatException($"its entry `{name}` does not match its checksum");
    }

    /// <summary>Reads magic number, protocol, system information, the saved object, the keys of the storages, and their data.</summary>
    private void ReadStream(PyTorchPickle pickle)
    {
        byte[] head = new byte[Math.Min(_stream.Length, pickle.Options.MaxBytes)];
        ZipIndex.ReadAt(_stream, 0, head);
        ReadOnlyMemory<byte> rest = head;
        CheckMagicNumber();

        if (Next(PickleOptions.Default) is not 1001L)
        {
            throw new FormatException("it has an unknown version of PyTorch's stream format");
        }

        if (Next(PickleOptions.Default) is not PickleDictionary machine ||
            (machine.TryGetValue("little_endian", out object? little) && little is not true))
        {
            throw new FormatException("its numbers are not little-endian");
        }

        Root = Next(pickle.Options);
        if (Next(PickleOptions.Default) is not List<object?> keys)
        {
            throw new FormatException("its list of storages is missing");
        }

        long position = head.Length - rest.Length;
        Span<byte> count = stackalloc byte[sizeof(long)];
        foreach (object? item in keys)
        {
            if (item is not string key || !pickle.Storages.TryGetValue(key, out PyTorchStorage? storage))
            {
                throw new FormatException("it has a storage that no tensor uses");
            }

            ZipIndex.ReadAt(_stream, position, count);
            position += sizeof(long);
            long stored = BinaryPrimitives.ReadInt64LittleEndian(count);
            if (stored != storage.Count)
            {
                throw new FormatException($"storage `{key}` has {stored} elements, but its tensors expect {storage.Count}");
            }

            long bytes = storage.Count * storage.Type.Bytes;
            CheckSize(storage, Math.Min(bytes, _stream.Length - position));
            if (!_data.TryAdd(key, new ZipEntry(position, bytes, 0)))
            {
                throw new FormatException($"storage `{key}` occurs twice");
            }

            position += bytes;
        }

        if (pickle.Storages.Keys.FirstOrDefault(key => !_data.ContainsKey(key)) is { } missing)
        {
            throw new FormatException($"it has no data for storage `{missing}`");
        }

        void CheckMagicNumber()
        {
            const string reason = "it does not start like a PyTorch file";
            try
            {
                if (Next(PickleOptions.Default) is not BigInteger magic || magic != MagicNumber)
                {
                    throw new FormatException(reason);
                }
            }
            catch (CheckpointException exception) when (exception.InnerException is FormatException)
            {
                // It is not even a pickle. A pickle that asks for a call keeps its own message.
                throw new FormatException(reason, exception);
            }
        }

        object? Next(PickleOptions options)
        {
            object? value = PickleReader.Read(rest, _source, options, out int length);
            rest = rest[length..];
            return value;
        }
    }

    private static void CheckSize(PyTorchStorage storage, long available)
    {
        if (storage.Count * storage.Type.Bytes != available)
        {
            throw new FormatException(
                $"storage `{storage.Key}` should have {storage.Count * storage.Type.Bytes} bytes, but the file has {available} for it; " +
                "it is truncated or damaged");
        }
    }

    /// <param name="value">A tensor, or plain data that may contain tensors.</param>
    /// <param name="name">Its name; null if a key on its path is neither a string nor a number.</param>
    /// <param name="visited">Counts the calls.</param>
    private void Collect(object? value, string? name, ref int visited)
    {
        if (++visited > MaxContainers || _tensors.Count > MaxTensors)
        {
            throw new FormatException($"it has more than {MaxTensors} tensors or more than {MaxContainers} lists");
        }

        switch (value)
        {
            case PyTorchTensor tensor:
                if (name is null)
                {
                    throw new FormatException("it has tensors whose keys are neither strings nor numbers");
                }

                if (!_tensors.TryAdd(name, tensor))
                {
                    throw new FormatException($"it has two tensors with the name `{name}`");
                }

                break;
            case PickleDictionary dictionary:
                foreach ((object? key, object? item) in dictionary)
                {
                    if (CanContainTensors(item))
                    {
                        Collect(item, Join(name, key), ref visited);
                    }
                }

                break;
            case IReadOnlyList<object?> list:
                for (int i = 0; i < list.Count; i++)
                {
                    if (CanContainTensors(list[i]))
                    {
                        Collect(list[i], Join(name, (long)i), ref visited);
                    }
                }

                break;
        }
    }

    private static bool CanContainTensors(object? value) => value is PyTorchTensor or PickleDictionary or IReadOnlyList<object?>;

    private static string? Join(string? name, object? key)
    {
        if (name is null || key is not (string or long))
        {
            return null;
        }

        string text = Convert.ToString(key, CultureInfo.InvariantCulture)!;
        if (name.Length + text.Length > MaxNameLength)
        {
            throw new FormatException($"it has names of more than {MaxNameLength} characters");
        }

        return name.Length == 0 ? text : $"{name}.{text}";
    }

    /// <summary>Limits the total size of the tensors: views can repeat the same few bytes any number of times.</summary>
    private void CheckTotal()
    {
        Int128 total = 0;
        foreach (PyTorchTensor tensor in _tensors.Values)
        {
            total += tensor.Bytes;
        }

        Int128 limit = ((Int128)_stream.Length * 8) + (16 << 20);
        if (total > limit)
        {
            throw new FormatException($"its tensors need {total} bytes of memory, but the file has only {_stream.Length}");
        }
    }

    private Tensor Load(PyTorchTensor tensor)
    {
        ZipEntry data = _data[tensor.Storage.Key];
        Verify(tensor.Storage.Key, data);
        Tensor result = empty(tensor.Shape, tensor.ScalarType).DetachFromDisposeScope();
        if (tensor.Count == 0)
        {
            return result;
        }

        long start = data.Start + (tensor.Storage.Skip * tensor.Storage.Type.Bytes) + (tensor.Offset * tensor.Type.Bytes);
        try
        {
            if (tensor.IsContiguous)
            {
                _stream.Position = start;
                SafetensorsTypes.ForEachChunk(result, bytes => _stream.ReadExactly(bytes));
            }
            else
            {
                Gather(tensor, start, result);
            }

            return result;
        }
        catch (EndOfStreamException exception)
        {
            result.Dispose();
            throw new FormatException("it was truncated while it was read", exception);
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private void Gather(PyTorchTensor tensor, long start, Tensor result)
    {
        int width = tensor.Type.Bytes;
        if (tensor.Span > int.MaxValue / width)
        {
            throw new FormatException("it has a strided view that spans more than 2 GiB");
        }

        byte[] storage = new byte[tensor.Span * width];
        _stream.Position = start;
        _stream.ReadExactly(storage);
        long[] index = new long[tensor.Shape.Length];
        long element = 0;
        SafetensorsTypes.ForEachChunk(result, bytes =>
        {
            for (int at = 0; at < bytes.Length; at += width)
            {
                storage.AsSpan((int)element * width, width).CopyTo(bytes[at..]);
                element += Advance(index, tensor);
            }
        });
    }

    /// <summary>Advances to the next element in row-major order.</summary>
    /// <returns>The distance in the storage, in elements.</returns>
    private static long Advance(long[] index, PyTorchTensor tensor)
    {
        long distance = 0;
        for (int i = index.Length - 1; i >= 0; i--)
        {
            if (++index[i] < tensor.Shape[i])
            {
                return distance + tensor.Strides[i];
            }

            distance -= (index[i] - 1) * tensor.Strides[i];
            index[i] = 0;
        }

        return distance;
    }

    private void Verify(string key, ZipEntry data)
    {
        if (!_hasChecksums || !_verified.Add(key))
        {
            return;
        }

        byte[] buffer = new byte[(int)Math.Min(ChunkBytes, data.Size)];
        var checksum = new Crc32();
        for (long done = 0; done < data.Size; done += buffer.Length)
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, data.Size - done));
            ZipIndex.ReadAt(_stream, data.Start + done, part);
            checksum.Append(part);
        }

        if (checksum.GetCurrentHashAsUInt32() != data.Checksum)
        {
            throw new FormatException($"the data of storage `{key}` does not match its checksum");
        }
    }

    private CheckpointException Damaged(FormatException reason) =>
        new($"{_source} is not a valid PyTorch file: {reason.Message}", reason);
}
