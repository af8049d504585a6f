using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace AttnGan.Training.Formats.Safetensors;

/// <summary>
/// Writes the official safetensors format: 8 bytes of header length, a JSON header padded with spaces to a multiple of 8, and the
/// tensors' bytes without gaps.
/// </summary>
internal static class SafetensorsWriter
{
    /// <summary>
    /// Writes all tensors (any device, any layout) as contiguous ones, copying one at a time. The file is complete or does not exist.
    /// </summary>
    /// <param name="path">Target, replaced if it exists.</param>
    /// <param name="tensors">Tensors by name.</param>
    /// <param name="metadata">Strings by name.</param>
    /// <param name="checksumKey">Adds this metadata entry: see <see cref="SafetensorsFile.VerifyChecksum"/>.</param>
    /// <exception cref="AttnGanException">The file cannot be written.</exception>
    /// <exception cref="CheckpointException">The format does not support an element type.</exception>
    public static void Write(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string> metadata,
        string? checksumKey = null)
    {
        List<Entry> entries = Plan(path, tensors);
        byte[] header = Header(entries, metadata, checksumKey);
        AtomicFile.Write(path, stream =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            void Append(ReadOnlySpan<byte> bytes)
            {
                stream.Write(bytes);
                if (checksumKey is not null)
                {
                    hash.AppendData(bytes);
                }
            }

            Append(header);
            foreach (Entry entry in entries)
            {
                using TorchSharp.DisposeScope scope = NewDisposeScope();
                Tensor plain = entry.Tensor.detach().cpu().contiguous();
                SafetensorsTypes.ForEachChunk(plain, bytes => Append(bytes));
            }

            if (checksumKey is not null)
            {
                stream.Position = SafetensorsChecksum.DigestOffset(header, checksumKey, SafetensorsChecksum.Unset);
                stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset())));
            }
        });
    }

    /// <summary>Orders by element size, largest first, to align every tensor to its element size, and then by name.</summary>
    private static List<Entry> Plan(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var entries = new List<Entry>();
        foreach ((string? name, Tensor? tensor) in tensors)
        {
            if (name == SafetensorsFile.MetadataKey)
            {
                throw new ArgumentException($"A tensor cannot be named {name}", nameof(tensors));
            }

            if (!SafetensorsTypes.TryFind(tensor.dtype, out string? type, out int bytes))
            {
                throw new CheckpointException(
                    $"Cannot write `{path}`: tensor `{name}` has elements of type {tensor.dtype}, which safetensors files do not support");
            }

            entries.Add(new Entry(name, tensor, type, bytes));
        }

        return [.. entries.OrderByDescending(entry => entry.ElementBytes).ThenBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    private static byte[] Header(List<Entry> entries, IReadOnlyDictionary<string, string> metadata, string? checksumKey)
    {
        var buffer = new ArrayBufferWriter<byte>();
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.GetSpan(sizeof(ulong)), 0);
        buffer.Advance(sizeof(ulong));
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata, checksumKey);
            long offset = 0;
            foreach (Entry entry in entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", entry.Type);
                json.WriteStartArray("shape");
                foreach (long length in entry.Tensor.shape)
                {
                    json.WriteNumberValue(length);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += entry.Tensor.NumberOfElements * entry.ElementBytes;
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        int padding = (8 - buffer.WrittenCount % 8) % 8;
        buffer.GetSpan(padding + 1)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - sizeof(ulong));
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata, string? checksumKey)
    {
        if (metadata.Count == 0 && checksumKey is null)
        {
            return;
        }

        json.WriteStartObject(SafetensorsFile.MetadataKey);
        if (checksumKey is not null)
        {
            json.WriteString(checksumKey, SafetensorsChecksum.Unset);
        }

        foreach ((string? name, string? text) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (name == checksumKey)
            {
                throw new ArgumentException($"Metadata entry {name} is computed and cannot be specified", nameof(metadata));
            }

            json.WriteString(name, text);
        }

        json.WriteEndObject();
    }

    private sealed record Entry(string Name, Tensor Tensor, string Type, int ElementBytes);
}
