using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using AttnGan.Training.Formats.Pickle;
using AttnGan.Training.Formats.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Formats.PyTorch;

/// <summary>
/// Writes a state dict in the format of <c>torch.save</c> since PyTorch 1.6: a zip file of uncompressed entries, whose data start at
/// multiples of 64. <c>torch.load</c> opens it, also with <c>weights_only=True</c>.
/// </summary>
internal static class PyTorchFileWriter
{
    private const string Folder = "archive";
    private const int Alignment = 64;
    private const int LocalBytes = 30;
    private const int CentralBytes = 46;
    private const int EndBytes = 22;

    // 1980-01-01, the earliest date in zip files: the same weights always give the same file.
    private const ushort Date = 0x21;

    /// <summary>Writes all tensors (any device, any layout) as contiguous CPU tensors, in the given order.</summary>
    /// <exception cref="AttnGanException">The file cannot be written, or would exceed the limit of zip files (4 GiB).</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        List<KeyValuePair<string, Tensor>> all = [.. tensors];
        byte[] program = Pickle(all);
        AtomicFile.Write(path, stream =>
        {
            List<Entry> entries = [];
            WriteEntry(stream, entries, "data.pkl", program);
            WriteEntry(stream, entries, "byteorder", "little"u8);
            for (int i = 0; i < all.Count; i++)
            {
                WriteTensor(stream, entries, $"data/{i}", all[i].Value);
            }

            WriteEntry(stream, entries, "version", "3\n"u8);
            WriteDirectory(stream, entries);
        });
    }

    private static void WriteTensor(Stream stream, List<Entry> entries, string name, Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor plain = tensor.detach().cpu().contiguous();
        Entry entry = Begin(stream, entries, name);
        SafetensorsTypes.ForEachChunk(plain, bytes => Append(stream, entry, bytes));
        Complete(stream, entry);
    }

    private static void WriteEntry(Stream stream, List<Entry> entries, string name, ReadOnlySpan<byte> bytes)
    {
        Entry entry = Begin(stream, entries, name);
        Append(stream, entry, bytes);
        Complete(stream, entry);
    }

    private static Entry Begin(Stream stream, List<Entry> entries, string name)
    {
        var entry = new Entry($"{Folder}/{name}", Checked(stream.Position));
        entries.Add(entry);
        long dataStart = entry.Start + LocalBytes + entry.NameBytes.Length + 4;
        int padding = (int)((Alignment - (dataStart % Alignment)) % Alignment);
        stream.Write(new byte[LocalBytes]);
        stream.Write(entry.NameBytes);

        // Padding in an extra field, as PyTorch does it.
        Span<byte> extra = stackalloc byte[4 + padding];
        extra.Fill((byte)'Z');
        "FB"u8.CopyTo(extra);
        BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], (ushort)padding);
        stream.Write(extra);
        entry.ExtraBytes = extra.Length;
        return entry;
    }

    private static void Append(Stream stream, Entry entry, ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        entry.Size += bytes.Length;
        entry.Checksum.Append(bytes);
    }

    private static void Complete(Stream stream, Entry entry)
    {
        long end = Checked(stream.Position);
        Span<byte> header = stackalloc byte[LocalBytes];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034b50);
        BinaryPrimitives.WriteUInt16LittleEndian(header[12..], Date);
        BinaryPrimitives.WriteUInt32LittleEndian(header[14..], entry.Checksum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(header[18..], (uint)entry.Size);
        BinaryPrimitives.WriteUInt32LittleEndian(header[22..], (uint)entry.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(header[26..], (ushort)entry.NameBytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header[28..], (ushort)entry.ExtraBytes);
        stream.Position = entry.Start;
        stream.Write(header);
        stream.Position = end;
    }

    private static void WriteDirectory(Stream stream, List<Entry> entries)
    {
        long start = Checked(stream.Position);
        Span<byte> header = stackalloc byte[CentralBytes];
        foreach (Entry entry in entries)
        {
            header.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(header, 0x02014b50);
            BinaryPrimitives.WriteUInt16LittleEndian(header[14..], Date);
            BinaryPrimitives.WriteUInt32LittleEndian(header[16..], entry.Checksum.GetCurrentHashAsUInt32());
            BinaryPrimitives.WriteUInt32LittleEndian(header[20..], (uint)entry.Size);
            BinaryPrimitives.WriteUInt32LittleEndian(header[24..], (uint)entry.Size);
            BinaryPrimitives.WriteUInt16LittleEndian(header[28..], (ushort)entry.NameBytes.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header[42..], (uint)entry.Start);
            stream.Write(header);
            stream.Write(entry.NameBytes);
        }

        long end = Checked(stream.Position);
        Span<byte> tail = stackalloc byte[EndBytes];
        tail.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(tail, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(tail[8..], checked((ushort)entries.Count));
        BinaryPrimitives.WriteUInt16LittleEndian(tail[10..], checked((ushort)entries.Count));
        BinaryPrimitives.WriteUInt32LittleEndian(tail[12..], (uint)(end - start));
        BinaryPrimitives.WriteUInt32LittleEndian(tail[16..], (uint)start);
        stream.Write(tail);
    }

    private static long Checked(long position) => position < uint.MaxValue
        ? position
        : throw new AttnGanException("The weights exceed 4 GiB, which is not supported for PyTorch files.");

    /// <summary>Pickles an OrderedDict of tensors, each with its own storage.</summary>
    private static byte[] Pickle(List<KeyValuePair<string, Tensor>> tensors)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Op(PickleOpcode.Proto);
        writer.Write((byte)2);
        EmptyOrderedDict();
        Op(PickleOpcode.Mark);
        for (int i = 0; i < tensors.Count; i++)
        {
            Text(tensors[i].Key);
            WriteTensorView(i, tensors[i].Value);
        }

        Op(PickleOpcode.SetItems);
        Op(PickleOpcode.Stop);
        return stream.ToArray();

        void WriteTensorView(int key, Tensor tensor)
        {
            Global("torch._utils", "_rebuild_tensor_v2");
            Op(PickleOpcode.Mark);
            Op(PickleOpcode.Mark);
            Text("storage");
            Global("torch", PyTorchTypes.StorageOf(tensor.dtype));
            Text(key.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Text("cpu");
            Number(tensor.NumberOfElements);
            Op(PickleOpcode.Tuple);
            Op(PickleOpcode.BinPersId);
            Number(0);
            Numbers(tensor.shape);
            Numbers(RowMajorStrides(tensor.shape));
            Op(PickleOpcode.NewFalse);
            EmptyOrderedDict();
            Op(PickleOpcode.Tuple);
            Op(PickleOpcode.Reduce);
        }

        void EmptyOrderedDict()
        {
            Global("collections", "OrderedDict");
            Op(PickleOpcode.EmptyTuple);
            Op(PickleOpcode.Reduce);
        }

        void Op(PickleOpcode opcode) => writer.Write((byte)opcode);

        void Global(string module, string name)
        {
            Op(PickleOpcode.Global);
            writer.Write(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
        }

        void Text(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            Op(PickleOpcode.BinUnicode);
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }

        void Numbers(long[] numbers)
        {
            Op(PickleOpcode.Mark);
            foreach (long number in numbers)
            {
                Number(number);
            }

            Op(PickleOpcode.Tuple);
        }

        void Number(long number)
        {
            if (number <= int.MaxValue)
            {
                Op(PickleOpcode.BinInt);
                writer.Write((int)number);
            }
            else
            {
                Op(PickleOpcode.Long1);
                writer.Write((byte)sizeof(long));
                writer.Write(number);
            }
        }
    }

    private static long[] RowMajorStrides(long[] shape)
    {
        long[] strides = new long[shape.Length];
        long stride = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(1, shape[i]);
        }

        return strides;
    }

    private sealed class Entry(string name, long start)
    {
        public byte[] NameBytes { get; } = Encoding.UTF8.GetBytes(name);

        public long Start { get; } = start;

        public int ExtraBytes { get; set; }

        public long Size { get; set; }

        public Crc32 Checksum { get; } = new();
    }
}
