using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AttnGan.Training.Encoders;

/// <summary>
/// Keeps features in a file: a header, then records of key, checksum and features, each appended once. An incomplete record at the end is
/// dropped, and a damaged one is not returned. A file of other weights or of another length is started anew.
/// </summary>
internal sealed class FileFeatureStore : IFeatureStore
{
    private const int HeaderLength = 64;
    private const int KeyLength = 16;
    private const int PrefixLength = KeyLength + sizeof(ulong);

    private static ReadOnlySpan<byte> Magic => "AttnGan features 1\n"u8;

    private readonly ConcurrentDictionary<UInt128, long> _offsets = new();
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly int _capacity;
    private readonly int _recordLength;
    private long _end;

    /// <param name="path">The file, which is created if it does not exist.</param>
    /// <param name="checksum">Of the network that the features come from.</param>
    /// <param name="length">Number of values of a feature vector.</param>
    /// <param name="capacity">Maximum number of feature vectors.</param>
    /// <exception cref="AttnGanException">The file cannot be opened or written.</exception>
    public FileFeatureStore(string path, UInt128 checksum, int length, int capacity)
    {
        (_path, _capacity) = (path, capacity);
        _recordLength = PrefixLength + (length * sizeof(ushort));
        byte[] header = new byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt128LittleEndian(header.AsSpan(32), checksum);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(48), length);
        try
        {
            _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, FileOptions.RandomAccess);
            byte[] found = new byte[HeaderLength];
            if (RandomAccess.Read(_file, found, 0) == HeaderLength && found.AsSpan().SequenceEqual(header))
            {
                ReadKeys();
            }
            else
            {
                RandomAccess.SetLength(_file, 0);
                RandomAccess.Write(_file, header, 0);
                _end = HeaderLength;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            throw Unusable(error);
        }
    }

    public bool Contains(UInt128 key) => _offsets.ContainsKey(key);

    public bool TryRead(UInt128 key, Span<Half> features)
    {
        if (!_offsets.TryGetValue(key, out long offset))
        {
            return false;
        }

        byte[] record = new byte[_recordLength];
        try
        {
            if (IsIntact(record, offset))
            {
                MemoryMarshal.Cast<byte, Half>(record.AsSpan(PrefixLength)).CopyTo(features);
                return true;
            }
        }
        catch (IOException error)
        {
            throw Unusable(error);
        }

        _offsets.TryRemove(key, out _);
        return false;
    }

    public void Add(UInt128 key, ReadOnlySpan<Half> features)
    {
        if ((_end - HeaderLength) / _recordLength >= _capacity)
        {
            return;
        }

        byte[] record = new byte[_recordLength];
        MemoryMarshal.AsBytes(features).CopyTo(record.AsSpan(PrefixLength));
        BinaryPrimitives.WriteUInt128LittleEndian(record, key);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(KeyLength), XxHash3.HashToUInt64(record.AsSpan(PrefixLength)));
        try
        {
            RandomAccess.Write(_file, record, _end);
        }
        catch (IOException error)
        {
            throw Unusable(error);
        }

        _offsets[key] = _end;
        _end += _recordLength;
    }

    public void Dispose() => _file.Dispose();

    private void ReadKeys()
    {
        long records = (RandomAccess.GetLength(_file) - HeaderLength) / _recordLength;
        byte[] record = new byte[_recordLength];
        for (_end = HeaderLength; _end < HeaderLength + (records * _recordLength); _end += _recordLength)
        {
            if (IsIntact(record, _end))
            {
                _offsets[BinaryPrimitives.ReadUInt128LittleEndian(record)] = _end;
            }
        }
    }

    /// <summary>Reads a record and verifies its checksum.</summary>
    private bool IsIntact(byte[] record, long offset) => RandomAccess.Read(_file, record, offset) == record.Length &&
        BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(KeyLength)) == XxHash3.HashToUInt64(record.AsSpan(PrefixLength));

    private AttnGanException Unusable(Exception error) => new(
        $"The features of the image encoder cannot be kept in `{_path}`: {error.Message} Make room or give another run folder, or set " +
        "`damsm.cache_features` to memory or none.",
        error);
}
