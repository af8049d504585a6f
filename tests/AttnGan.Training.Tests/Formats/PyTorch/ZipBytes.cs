using System.IO.Hashing;
using System.Text;

namespace AttnGan.Training.Tests.Formats.PyTorch;

/// <summary>Builds zip files byte by byte (APPNOTE.TXT of PKWARE), also unusual and damaged ones.</summary>
internal sealed class ZipBytes
{
    private readonly List<byte> _file = [];
    private readonly List<byte> _directory = [];
    private int _count;

    /// <summary>Fields of 32 bits are set to 0xffffffff, and their values are in the 64-bit extensions.</summary>
    public bool Wide { get; init; }

    /// <summary>The comment at the end of the file.</summary>
    public string Comment { get; init; } = "";

    public ZipBytes Add(string name, byte[] data, Action<ZipEntryFields>? change = null)
    {
        var fields = new ZipEntryFields
        {
            Offset = _file.Count,
            Size = data.Length,
            Stored = data.Length,
            Checksum = Crc32.HashToUInt32(data),
        };
        change?.Invoke(fields);
        byte[] nameBytes = Encoding.UTF8.GetBytes(name);

        Write(_file, fields.LocalSignature, 4);
        Write(_file, 0, 22);
        Write(_file, (ulong)nameBytes.Length, 2);
        Write(_file, (ulong)fields.LocalExtra.Length, 2);
        _file.AddRange([.. nameBytes, .. fields.LocalExtra, .. data]);

        byte[] wide = Wide
            ? [.. Field(1, [.. Bytes(fields.Size), .. Bytes(fields.Stored), .. Bytes(fields.Offset)])]
            : [];
        byte[] extra = [.. fields.CentralExtra, .. wide];
        Write(_directory, fields.CentralSignature, 4);
        Write(_directory, 0, 4);
        Write(_directory, fields.Flags, 2);
        Write(_directory, fields.Method, 2);
        Write(_directory, 0, 4);
        Write(_directory, fields.Checksum, 4);
        Write(_directory, Wide ? uint.MaxValue : (ulong)fields.Stored, 4);
        Write(_directory, Wide ? uint.MaxValue : (ulong)fields.Size, 4);
        Write(_directory, (ulong)nameBytes.Length, 2);
        Write(_directory, (ulong)extra.Length, 2);
        Write(_directory, (ulong)fields.Comment.Length, 2);
        Write(_directory, 0, 8);
        Write(_directory, Wide ? uint.MaxValue : (ulong)fields.Offset, 4);
        _directory.AddRange([.. nameBytes, .. extra, .. Encoding.ASCII.GetBytes(fields.Comment)]);
        _count++;
        return this;
    }

    /// <summary>Appends the table of contents.</summary>
    public byte[] ToArray(Action<ZipEndFields>? change = null)
    {
        var end = new ZipEndFields { Start = _file.Count, Size = _directory.Count, Record = _file.Count + _directory.Count };
        change?.Invoke(end);
        _file.AddRange(_directory);
        if (Wide)
        {
            Write(_file, end.RecordSignature, 4);
            Write(_file, 44, 8);
            Write(_file, 0, 12);
            Write(_file, (ulong)_count, 8);
            Write(_file, (ulong)_count, 8);
            Write(_file, (ulong)end.Size, 8);
            Write(_file, (ulong)end.Start, 8);
            Write(_file, end.LocatorSignature, 4);
            Write(_file, 0, 4);
            Write(_file, (ulong)end.Record, 8);
            Write(_file, 1, 4);
        }

        Write(_file, 0x06054b50, 4);
        Write(_file, 0, 4);
        Write(_file, (ulong)_count, 2);
        Write(_file, (ulong)_count, 2);
        Write(_file, Wide && end.WideSize ? uint.MaxValue : (ulong)end.Size, 4);
        Write(_file, Wide && end.WideStart ? uint.MaxValue : (ulong)end.Start, 4);
        Write(_file, (ulong)Comment.Length, 2);
        _file.AddRange(Encoding.ASCII.GetBytes(Comment));
        return [.. _file];
    }

    /// <summary>An extra field.</summary>
    public static byte[] Field(int kind, byte[] data) =>
        [(byte)kind, (byte)(kind >> 8), (byte)data.Length, (byte)(data.Length >> 8), .. data];

    private static byte[] Bytes(long value) => BitConverter.GetBytes(value);

    private static void Write(List<byte> bytes, ulong value, int count)
    {
        for (int i = 0; i < count; i++)
        {
            bytes.Add(i < sizeof(ulong) ? (byte)(value >> (8 * i)) : (byte)0);
        }
    }
}

/// <summary>What the headers of an entry say.</summary>
internal sealed class ZipEntryFields
{
    public long Offset { get; set; }

    public long Size { get; set; }

    public long Stored { get; set; }

    public uint Checksum { get; set; }

    public ulong Flags { get; set; }

    public ulong Method { get; set; }

    public uint LocalSignature { get; set; } = 0x04034b50;

    public uint CentralSignature { get; set; } = 0x02014b50;

    public byte[] LocalExtra { get; set; } = [];

    public byte[] CentralExtra { get; set; } = [];

    public string Comment { get; set; } = "";
}

/// <summary>What the end of a zip file says of its table of contents.</summary>
internal sealed class ZipEndFields
{
    public long Start { get; set; }

    public long Size { get; set; }

    /// <summary>Position of the 64-bit record.</summary>
    public long Record { get; set; }

    public bool WideStart { get; set; } = true;

    public bool WideSize { get; set; } = true;

    public uint RecordSignature { get; set; } = 0x06064b50;

    public uint LocatorSignature { get; set; } = 0x07064b50;
}
