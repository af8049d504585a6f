using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Formats.Safetensors;

namespace AttnGan.Fuzz;

/// <summary>Makes the checksums of an input fit its content: otherwise nearly all inputs would end there.</summary>
internal static class Checksums
{
    private const int TarBlock = 512;

    /// <summary>Repairs the checksums of the entries of a zip file.</summary>
    public static void RepairZip(Span<byte> bytes)
    {
        for (int at = 0; at + 46 <= bytes.Length; at++)
        {
            Span<byte> central = bytes[at..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(central) != 0x02014b50)
            {
                continue;
            }

            long size = BinaryPrimitives.ReadUInt32LittleEndian(central[20..]);
            long header = BinaryPrimitives.ReadUInt32LittleEndian(central[42..]);
            if (header + 30 > bytes.Length)
            {
                continue;
            }

            Span<byte> local = bytes[(int)header..];
            int start = 30 + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
            if (start + size <= local.Length)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(central[16..], Crc32.HashToUInt32(local.Slice(start, (int)size)));
            }
        }
    }

    /// <summary>Repairs the checksum of a model file or checkpoint; other files have none.</summary>
    public static void RepairSafetensors(Span<byte> bytes, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.TryGetValue(Checkpoint.ChecksumKey, out string? given) && given.Length == SafetensorsChecksum.Unset.Length
            && SafetensorsChecksum.DigestOffset(bytes, Checkpoint.ChecksumKey, given) is >= 0 and int offset)
        {
            Encoding.ASCII.GetBytes(SafetensorsChecksum.Unset, bytes[offset..]);
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes[offset..]);
        }
    }

    /// <summary>Repairs the checksums of the headers of a tar file.</summary>
    public static void RepairTar(Span<byte> bytes)
    {
        for (int at = 0; at + TarBlock <= bytes.Length; at += TarBlock)
        {
            Span<byte> block = bytes.Slice(at, TarBlock);
            if (!block[257..].StartsWith("ustar"u8))
            {
                continue;
            }

            Span<byte> field = block.Slice(148, 8);
            field.Fill((byte)' ');
            int sum = 0;
            foreach (byte value in block)
            {
                sum += value;
            }

            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", field);
        }
    }
}
