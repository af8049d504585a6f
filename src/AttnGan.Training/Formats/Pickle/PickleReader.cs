using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AttnGan.Training.Formats.Pickle;

/// <summary>
/// Reads Python pickles, protocols 0 to 5, without Python, by a stack machine that supports only data. A pickle is a program that can
/// name any callable of the machine that reads it. Here every name is either on an allow list, for which we build plain data
/// ourselves, or the file is rejected.
/// </summary>
/// <remarks>
/// Results: null, bool, long, BigInteger (beyond 64 bits), double, string, byte[], <see cref="List{T}"/> of object (also for sets),
/// <see cref="PickleTuple"/>, <see cref="PickleDictionary"/>; numpy scalars as long, double, bool or string, numpy arrays as lists. Time
/// and memory are proportional to the size of the pickle, and so is the number of values that a recursive traversal of the result visits.
/// </remarks>
internal sealed class PickleReader
{
    // An empty list is one byte of a file and about fifty in memory. COCO's captions have 0.7 million lists and as many references;
    // Python itself appends a thousand values at a time.
    private const int MaxContainers = 4_000_000;
    private const int MaxStack = 4_000_000;
    private const int MaxProtocol = 5;

    private static readonly PickleFunction NumpyBuffer = new("numpy.core.numeric._frombuffer", _ => null);
    private static readonly PickleFunction NumpyScalar = new("numpy.core.multiarray.scalar", _ => null);

    private readonly ReadOnlyMemory<byte> _data;
    private readonly string _source;
    private readonly PickleOptions _options;
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = new();
    private readonly Dictionary<long, object?> _memo = [];

    // The bytes of Python 2 strings before decoding, which numpy scalars need. Pure ASCII needs no entry.
    private readonly Dictionary<string, byte[]> _originalBytes = new(ReferenceEqualityComparer.Instance);

    private int _position;
    private int _containers;

    private PickleReader(ReadOnlyMemory<byte> data, string source, PickleOptions options)
    {
        _data = data;
        _source = source;
        _options = options;
    }

    /// <summary>Reads a file of one pickle. Line ends of protocol 0 that a copy in text mode changed are repaired.</summary>
    /// <exception cref="CheckpointException">The file is missing, unreadable, damaged, too large, or not just data.</exception>
    public static object? ReadFile(string path, PickleOptions? options = null)
    {
        PickleOptions limits = options ?? PickleOptions.Default;
        try
        {
            long length = new FileInfo(path).Length;
            if (length > limits.MaxBytes)
            {
                throw new CheckpointException($"`{path}` has {length} bytes, expected a pickle of at most {limits.MaxBytes}");
            }

            return Read(File.ReadAllBytes(path), $"`{path}`", limits);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"Cannot read `{path}`: {exception.Message}", exception);
        }
    }

    /// <summary>Same as <see cref="ReadFile"/>, from memory.</summary>
    /// <param name="data">The pickle.</param>
    /// <param name="source">The name in messages, such as a quoted path.</param>
    /// <param name="options">The references that it may contain.</param>
    /// <exception cref="CheckpointException">The pickle is damaged, too large, or not just data.</exception>
    public static object? Read(ReadOnlyMemory<byte> data, string source, PickleOptions? options = null)
    {
        Placeholder.Refuse(data.Span, source);
        var lineEnds = PickleLineEnds.Inspect(data.Span);
        if (lineEnds.AreRepairable)
        {
            data = PickleLineEnds.Repair(data.Span);
        }

        try
        {
            return Read(data, source, options, out _);
        }
        catch (CheckpointException exception) when (lineEnds.AreSuspicious && !lineEnds.AreRepairable)
        {
            throw new CheckpointException(
                $"{exception.Message}. Every line feed in it follows a carriage return: it may have been copied in text mode", exception);
        }
    }

    /// <summary>Reads the pickle at the start of <paramref name="data"/>.</summary>
    /// <param name="data">The pickle, and any bytes after it.</param>
    /// <param name="source">The name in messages.</param>
    /// <param name="options">The references that it may contain.</param>
    /// <param name="length">Length of the pickle in bytes.</param>
    /// <exception cref="CheckpointException">The pickle is damaged, too large, or not just data.</exception>
    public static object? Read(ReadOnlyMemory<byte> data, string source, PickleOptions? options, out int length)
    {
        PickleOptions limits = options ?? PickleOptions.Default;
        if (data.Length > limits.MaxBytes)
        {
            throw new CheckpointException($"{source} has {data.Length} bytes, expected a pickle of at most {limits.MaxBytes}");
        }

        var reader = new PickleReader(data, source, limits);
        try
        {
            object? result = reader.Run();
            PickleStructure.Check(result, 1_000_000 + (16L * reader._position));
            length = reader._position;
            return result;
        }
        catch (FormatException exception)
        {
            throw new CheckpointException(
                $"{source} is not a valid pickle: {exception.Message} (at byte {reader._position} of {data.Length})", exception);
        }
    }

    private object? Run()
    {
        while (true)
        {
            var opcode = (PickleOpcode)Byte();
            if (opcode == PickleOpcode.Stop)
            {
                return _marks.Count == 0 && _stack.Count == 1
                    ? _stack[0]
                    : throw new FormatException("it ends with no value or with values left on the stack");
            }

            if (!TryNumber(opcode) && !TryText(opcode) && !TryContainer(opcode) && !TryStack(opcode) && !TryObject(opcode))
            {
                throw new FormatException($"opcode 0x{(byte)opcode:x2} is unknown or not allowed in data");
            }
        }
    }

    private bool TryNumber(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.None:
                Push(null);
                return true;
            case PickleOpcode.NewTrue:
                Push(true);
                return true;
            case PickleOpcode.NewFalse:
                Push(false);
                return true;
            case PickleOpcode.BinInt1:
                Push(PickleNumbers.Box(Byte()));
                return true;
            case PickleOpcode.BinInt2:
                Push(PickleNumbers.Box(BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2))));
                return true;
            case PickleOpcode.BinInt:
                Push(PickleNumbers.Box(BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))));
                return true;
            case PickleOpcode.Int:
                Push(ParseInt(Line()));
                return true;
            case PickleOpcode.Long:
                ReadOnlySpan<byte> digits = Line();
                Push(PickleNumbers.Parse(digits is [.., (byte)'L'] ? digits[..^1] : digits));
                return true;
            case PickleOpcode.Long1:
                Push(PickleNumbers.FromBytes(Bytes(Byte())));
                return true;
            case PickleOpcode.Long4:
                Push(PickleNumbers.FromBytes(Bytes(Length4())));
                return true;
            case PickleOpcode.Float:
                Push(PickleNumbers.ParseDouble(Line()));
                return true;
            case PickleOpcode.BinFloat:
                Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8)));
                return true;
            default:
                return false;
        }
    }

    private bool TryText(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.String:
                PushPython2(PickleText.Unquote(Line()));
                return true;
            case PickleOpcode.BinString:
                PushPython2(Bytes(Length4()));
                return true;
            case PickleOpcode.ShortBinString:
                PushPython2(Bytes(Byte()));
                return true;
            case PickleOpcode.Unicode:
                Push(PickleText.RawUnicodeEscape(Line()));
                return true;
            case PickleOpcode.ShortBinUnicode:
                Push(PickleText.Utf8(Bytes(Byte())));
                return true;
            case PickleOpcode.BinUnicode:
                Push(PickleText.Utf8(Bytes(Length4())));
                return true;
            case PickleOpcode.BinUnicode8:
                Push(PickleText.Utf8(Bytes(Length8())));
                return true;
            case PickleOpcode.ShortBinBytes:
                Push(Bytes(Byte()).ToArray());
                return true;
            case PickleOpcode.BinBytes:
                Push(Bytes(Length4()).ToArray());
                return true;
            case PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8:
                Push(Bytes(Length8()).ToArray());
                return true;
            default:
                return false;
        }
    }

    private bool TryContainer(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.EmptyList or PickleOpcode.EmptySet:
                PushContainer(new List<object?>());
                return true;
            case PickleOpcode.List or PickleOpcode.FrozenSet:
                PushContainer(PopToMark().ToList());
                return true;
            case PickleOpcode.Append:
                object? item = Pop();
                Top<List<object?>>("a list").Add(item);
                return true;
            case PickleOpcode.Appends or PickleOpcode.AddItems:
                object?[] items = PopToMark();
                Top<List<object?>>("a list").AddRange(items);
                return true;
            case PickleOpcode.EmptyTuple:
                PushContainer(new PickleTuple());
                return true;
            case PickleOpcode.Tuple1:
                PushContainer(new PickleTuple(Pop(1)));
                return true;
            case PickleOpcode.Tuple2:
                PushContainer(new PickleTuple(Pop(2)));
                return true;
            case PickleOpcode.Tuple3:
                PushContainer(new PickleTuple(Pop(3)));
                return true;
            case PickleOpcode.Tuple:
                PushContainer(new PickleTuple(PopToMark()));
                return true;
            case PickleOpcode.EmptyDict:
                PushContainer(new PickleDictionary());
                return true;
            case PickleOpcode.Dict:
                object?[] entries = PopToMark();
                PushContainer(new PickleDictionary());
                SetItems(entries);
                return true;
            case PickleOpcode.SetItem:
                SetItems(Pop(2));
                return true;
            case PickleOpcode.SetItems:
                SetItems(PopToMark());
                return true;
            default:
                return false;
        }
    }

    private bool TryStack(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Mark:
                CheckCount(_marks.Count, MaxStack, "nested lists");
                _marks.Push(_stack.Count);
                return true;
            case PickleOpcode.Pop when _marks.TryPeek(out int mark) && mark == _stack.Count:
                _marks.Pop();
                return true;
            case PickleOpcode.Pop:
                Pop();
                return true;
            case PickleOpcode.PopMark:
                PopToMark();
                return true;
            case PickleOpcode.Dup:
                Push(Peek());
                return true;
            case PickleOpcode.Put:
                Memorize(MemoIndex(Line()));
                return true;
            case PickleOpcode.BinPut:
                Memorize(Byte());
                return true;
            case PickleOpcode.LongBinPut:
                Memorize(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)));
                return true;
            case PickleOpcode.Memoize:
                Memorize(_memo.Count);
                return true;
            case PickleOpcode.Get:
                Push(Recall(MemoIndex(Line())));
                return true;
            case PickleOpcode.BinGet:
                Push(Recall(Byte()));
                return true;
            case PickleOpcode.LongBinGet:
                Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))));
                return true;
            case PickleOpcode.Proto:
                int protocol = Byte();
                return protocol <= MaxProtocol ? true : throw new FormatException($"protocol {protocol} is not supported");
            case PickleOpcode.Frame:
                // Frames are hints for buffered readers and are ignored, but their length must fit into the file.
                long frame = BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));
                return frame >= 0 && frame <= _data.Length - _position ? true : throw Truncated(frame);
            default:
                return false;
        }
    }

    private bool TryObject(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Global:
                string module = PickleText.Utf8(Line());
                Push(Find(module, PickleText.Utf8(Line())));
                return true;
            case PickleOpcode.StackGlobal:
                object?[] names = Pop(2);
                Push(names is [string first, string second] ? Find(first, second) : throw new FormatException("a global has no name"));
                return true;
            case PickleOpcode.Reduce or PickleOpcode.NewObj:
                object?[] call = Pop(2);
                Push(Call(call[0], call[1] as PickleTuple));
                return true;
            case PickleOpcode.Inst:
                string instModule = PickleText.Utf8(Line());
                object callable = Find(instModule, PickleText.Utf8(Line()));
                Push(Call(callable, new PickleTuple(PopToMark())));
                return true;
            case PickleOpcode.Obj:
                object?[] parts = PopToMark();
                Push(parts.Length > 0 ? Call(parts[0], new PickleTuple(parts[1..])) : throw new FormatException("an object has no class"));
                return true;
            case PickleOpcode.Build:
                object? state = Pop();
                Build(Peek(), state);
                return true;
            case PickleOpcode.PersId:
                Push(Resolve(PickleText.Utf8(Line())));
                return true;
            case PickleOpcode.BinPersId:
                Push(Resolve(Pop()));
                return true;
            default:
                return false;
        }
    }

    private object Find(string module, string name)
    {
        string path = $"{module}.{name}";
        if (path is "numpy.core.multiarray.scalar" or "numpy._core.multiarray.scalar")
        {
            return NumpyScalar;
        }

        if (path is "numpy.core.numeric._frombuffer" or "numpy._core.numeric._frombuffer")
        {
            return NumpyBuffer;
        }

        if (PickleGlobals.Data.TryGetValue(path, out object? known) || _options.Globals.TryGetValue(path, out known))
        {
            return known;
        }

        if (path.StartsWith("torch.nn.", StringComparison.Ordinal) || path.StartsWith("__torch__.", StringComparison.Ordinal))
        {
            throw new CheckpointException(
                $"{_source} is a module saved whole ({Printable(path)}), not its weights; no code was run. With the code of its classes, " +
                "save the weights in Python: `torch.save(model.state_dict(), path)`");
        }

        // In a file of PyTorch, the class of a module may be anyone's.
        bool mayBeModule = _options.ResolvePersistentId is not null && name.Length > 0 && char.IsUpper(name[0]);
        throw new CheckpointException(
            $"{_source} asks to call {Printable(path)}: rejected, and no code was run. " +
            (mayBeModule ? "If it is a module saved whole, save `model.state_dict()` instead, with its own code. " : "") +
            "Weights and data do not need this, so do not open the file in Python either unless you trust its source");
    }

    private object? Call(object? callable, PickleTuple? arguments)
    {
        if (callable is not PickleFunction function || arguments is null)
        {
            throw new FormatException("it calls an object that is not callable");
        }

        CheckCount(++_containers, MaxContainers, "lists");
        return ReferenceEquals(function, NumpyScalar) ? MakeNumpyScalar(arguments)
            : ReferenceEquals(function, NumpyBuffer) ? MakeNumpyArray(arguments)
            : function.Invoke(arguments);
    }

    /// <summary>Builds an array from (buffer, dtype, shape, order), as protocol 5 stores it.</summary>
    private NumpyArray MakeNumpyArray(PickleTuple arguments)
    {
        if (arguments is not { Count: 4 } || arguments[1] is not NumpyType type || arguments[3] is not string order)
        {
            throw new FormatException("a numpy array has an unknown description");
        }

        var array = new NumpyArray();
        array.Fill(type, arguments[2], order == "F", arguments[0], BytesOf);
        CountElements(array);
        return array;
    }

    private void CountElements(NumpyArray array)
    {
        _containers += array.Elements / 8;
        CheckCount(_containers, MaxContainers, "lists");
    }

    /// <summary>Returns the bytes that a value stands for; null if it has none.</summary>
    private byte[]? BytesOf(object? value) => value switch
    {
        byte[] bytes => bytes,
        string text when _originalBytes.TryGetValue(text, out byte[]? bytes) => bytes,
        string text => Encoding.Latin1.GetBytes(text),
        _ => null,
    };

    private object MakeNumpyScalar(PickleTuple arguments)
    {
        if (arguments is not { Count: 2 } || arguments[0] is not NumpyType type)
        {
            throw new FormatException("a numpy scalar is not specified by its dtype and its bytes");
        }

        return type.Scalar(
            BytesOf(arguments[1]) ?? throw new FormatException("a numpy scalar is not specified by its dtype and its bytes"));
    }

    private void Build(object? target, object? state)
    {
        switch (target)
        {
            case NumpyArray array:
                array.SetState(state, BytesOf);
                CountElements(array);
                return;
            case NumpyType type:
                type.SetState(state);
                return;
            case PickleDictionary when state is PickleDictionary or null:
                // Attributes, such as the version numbers that PyTorch adds to a state dict, are ignored.
                return;
            default:
                throw new FormatException("it sets the state of an object that has none");
        }
    }

    private object? Resolve(object? identifier) =>
        _options.ResolvePersistentId is { } resolve
            ? resolve(identifier)
            : throw new FormatException("it refers to an object outside the file");

    private void SetItems(object?[] entries)
    {
        if (entries.Length % 2 != 0)
        {
            throw new FormatException("a dictionary has a key without a value");
        }

        PickleDictionary dictionary = Top<PickleDictionary>("a dictionary");
        for (int index = 0; index < entries.Length; index += 2)
        {
            dictionary.Set(entries[index], entries[index + 1]);
        }
    }

    private void Push(object? value)
    {
        CheckCount(_stack.Count, MaxStack, "values on the stack");
        _stack.Add(value);
    }

    private void PushContainer(object container)
    {
        CheckCount(++_containers, MaxContainers, "lists");
        Push(container);
    }

    private void Memorize(long index)
    {
        CheckCount(_memo.Count, MaxContainers, "references");
        _memo[index] = Peek();
    }

    private void PushPython2(ReadOnlySpan<byte> bytes)
    {
        string text = PickleText.Guess(bytes);
        if (!Ascii.IsValid(bytes))
        {
            CheckCount(++_containers, MaxContainers, "strings");
            _originalBytes[text] = bytes.ToArray();
        }

        Push(text);
    }

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Underflow();

    private T Top<T>(string what)
        where T : class =>
        Peek() as T ?? throw new FormatException($"it adds to an object that is not {what}");

    private object? Pop()
    {
        object? value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object?[] Pop(int count) => _stack.Count - Floor >= count ? Cut(_stack.Count - count) : throw Underflow();

    private object?[] PopToMark() =>
        _marks.TryPop(out int mark) ? Cut(mark) : throw new FormatException("a list or tuple has no mark");

    private object?[] Cut(int start)
    {
        object?[] values = [.. _stack[start..]];
        _stack.RemoveRange(start, values.Length);
        return values;
    }

    private int Floor => _marks.TryPeek(out int mark) ? mark : 0;

    private object? Recall(long index) =>
        _memo.TryGetValue(index, out object? value)
            ? value
            : throw new FormatException($"it refers to memo entry {index}, which does not exist");

    private static long MemoIndex(ReadOnlySpan<byte> line) =>
        long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out long index)
            ? index
            : throw new FormatException("a memo reference is not a number");

    private static object ParseInt(ReadOnlySpan<byte> line) => line switch
    {
        // Protocols 0 and 1 encode booleans this way.
        [(byte)'0', (byte)'0'] => false,
        [(byte)'0', (byte)'1'] => true,
        _ => PickleNumbers.Parse(line),
    };

    private byte Byte() => Bytes(1)[0];

    private ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > _data.Length - _position)
        {
            throw Truncated(count);
        }

        ReadOnlySpan<byte> bytes = _data.Span.Slice(_position, count);
        _position += count;
        return bytes;
    }

    private ReadOnlySpan<byte> Line()
    {
        int length = _data.Span[_position..].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw new FormatException("a line has no end; the file is truncated");
        }

        ReadOnlySpan<byte> line = _data.Span.Slice(_position, length);
        _position += length + 1;
        return line;
    }

    private int Length4() => Length(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)));

    private int Length8() => Length(BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8)));

    private int Length(ulong length) =>
        length <= (ulong)(_data.Length - _position) ? (int)length : throw Truncated(length);

    private FormatException Truncated(object length) =>
        new($"it specifies {length} bytes, but only {_data.Length - _position} are left; the file is truncated or damaged");

    private static void CheckCount(int count, int max, string what)
    {
        if (count > max)
        {
            throw new FormatException($"it has more than {max} {what}");
        }
    }

    private static FormatException Underflow() => new("stack underflow");

    /// <summary>Returns a name from the file without control characters, safe to print to a terminal.</summary>
    private static string Printable(string name) =>
        new([.. name.Take(100).Select(letter => char.IsControl(letter) ? '?' : letter)]);
}
