using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Hashing;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Pickle;
using AttnGan.Training.Formats.PyTorch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Formats.PyTorch;

/// <summary>Fuzzes the readers of foreign files: they read a damaged file or report it, in bounded time and memory.</summary>
public sealed class MutatedFilesTests(ITestOutputHelper output)
{
    private static readonly string[] Files =
    [
        "torch_files/text_encoder_legacy.pth", "torch_files/text_encoder_zip.pth", "torch_files/mixed_legacy.pth",
        "torch_files/mixed_zip.pth", "torch_files/nested_legacy.pth", "torch_files/nested_zip.pth", "pickles/captions_p0.pickle",
        "pickles/captions_p2.pickle", "pickles/captions_py2_p2.pickle", "pickles/class_info_np_p4.pickle", "pickles/filenames_p4.pickle",
    ];

    [Fact]
    public void Three_thousand_mutations_are_read_or_rejected() => Mutate(3_000, seed: 1);

    /// <summary>Run this with `--explicit only` after changing a reader.</summary>
    [Fact(Explicit = true)]
    public void A_hundred_thousand_mutations_are_read_or_rejected() => Mutate(100_000, seed: 2);

    private void Mutate(int count, int seed)
    {
        byte[][] originals = [.. Files.Select(name => File.ReadAllBytes(ReferenceValues.PathOf(name)))];
        var random = new Random(seed);
        int readable = 0;
        TimeSpan longest = default;
        var total = Stopwatch.StartNew();
        long before = GC.GetTotalAllocatedBytes();
        for (int i = 0; i < count; i++)
        {
            int file = i % originals.Length;
            byte[] mutated = Mutate(originals[file], originals[random.Next(originals.Length)], random);
            long start = Stopwatch.GetTimestamp();
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Read(Files[file], mutated);
                readable++;
            }
            catch (CheckpointException exception)
            {
                Assert.False(string.IsNullOrWhiteSpace(exception.Message));
            }
            catch (Exception exception)
            {
                Assert.Fail($"Mutation {i} of {Files[file]} (seed {seed}): {exception}");
            }

            TimeSpan time = Stopwatch.GetElapsedTime(start);
            longest = time > longest ? time : longest;
            long bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.True(bytes < 50_000_000, $"Mutation {i} of {Files[file]} (seed {seed}) took {bytes} bytes");
            Assert.True(time < TimeSpan.FromSeconds(20), $"Mutation {i} of {Files[file]} (seed {seed}) took {time}");
        }

        Assert.InRange(readable, count / 100, count - (count / 10));
        using var process = Process.GetCurrentProcess();
        output.WriteLine(
            $"{count} mutations in {total.Elapsed.TotalSeconds:F1} s, {readable} readable, longest {longest.TotalMilliseconds:F0} ms, " +
            $"{(GC.GetTotalAllocatedBytes() - before) / count} bytes each, peak {process.PeakWorkingSet64 >> 20} MiB");
    }

    private static void Read(string name, byte[] bytes)
    {
        if (name.EndsWith(".pickle", StringComparison.Ordinal))
        {
            PickleReader.Read(bytes, "`test`");
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        using var file = PyTorchFile.Open(new MemoryStream(bytes), "`test`");
        foreach (Tensor tensor in file.LoadAll().Values)
        {
            tensor.Dispose();
        }
    }

    /// <summary>Changes, removes, repeats and inserts bytes, enlarges numbers, and splices in other files.</summary>
    private static byte[] Mutate(byte[] original, byte[] other, Random random)
    {
        List<byte> bytes = [.. original];
        for (int changes = random.Next(1, 5); changes > 0 && bytes.Count > 8; changes--)
        {
            // Half of the changes are near the start or end, which contain the structure; the rest is mostly weights.
            int range = random.Next(3) == 0 ? bytes.Count : int.Min(bytes.Count, 1500);
            int at = random.Next(4) == 0 ? bytes.Count - 1 - random.Next(range) : random.Next(range);
            int length = random.Next(1, int.Min(64, bytes.Count - at + 1));
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    for (int i = at; i < int.Min(bytes.Count, at + random.Next(1, 9)); i++)
                    {
                        bytes[i] = random.Next(2) == 0 ? (byte)0xff : (byte)0x7f;
                    }

                    break;
                default:
                    int from = random.Next(other.Length);
                    bytes.InsertRange(at, other[from..int.Min(other.Length, from + length)]);
                    break;
            }
        }

        byte[] mutated = [.. bytes];
        if (random.Next(2) == 0)
        {
            RepairChecksums(mutated);
        }

        return mutated;
    }

    /// <summary>Half of the zip files get valid checksums; otherwise few would get as far as the pickle.</summary>
    private static void RepairChecksums(Span<byte> bytes)
    {
        for (int at = 0; at + 46 <= bytes.Length; at++)
        {
            Span<byte> central = bytes[at..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(central) != 0x02014b50)
            {
                continue;
            }

            uint size = BinaryPrimitives.ReadUInt32LittleEndian(central[20..]);
            uint header = BinaryPrimitives.ReadUInt32LittleEndian(central[42..]);
            if (header + 30L > bytes.Length)
            {
                continue;
            }

            Span<byte> local = bytes[(int)header..];
            int start = 30 + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
            if (start + (long)size <= local.Length)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(central[16..], Crc32.HashToUInt32(local.Slice(start, (int)size)));
            }
        }
    }
}
