using System.IO.Hashing;
using AttnGan.Training.Formats.PyTorch;

namespace AttnGan.Training.Tests.Formats.PyTorch;

public sealed class ZipIndexTests
{
    private static readonly byte[] s_first = [1, 2, 3], s_second = [4, 5, 6, 7, 8];

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "PK\u0005\u0006 in a comment is not the end of the table of contents")]
    [InlineData(true, "a comment")]
    public void Entries_are_found_with_and_without_64_bit_extensions(bool wide, string comment)
    {
        byte[] file = Sample(wide, comment);

        IReadOnlyDictionary<string, ZipEntry> entries = ZipIndex.Read(new MemoryStream(file));

        Assert.Equal(["a/first", "a/zwölf"], entries.Keys);
        Assert.Equal(s_first, Data(file, entries["a/first"]));
        Assert.Equal(s_second, Data(file, entries["a/zwölf"]));
        Assert.All(entries.Values, entry => Assert.Equal(entry.Checksum, Crc32.HashToUInt32(Data(file, entry))));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Either_number_of_the_table_of_contents_may_need_64_bits(bool start, bool size)
    {
        byte[] file = new ZipBytes { Wide = true }.Add("first", s_first).ToArray(end => (end.WideStart, end.WideSize) = (start, size));

        Assert.Equal(["first"], ZipIndex.Read(new MemoryStream(file)).Keys);
    }

    /// <summary>The longest comment moves the end of the table of contents as far from the end of the file as possible.</summary>
    [Fact]
    public void A_comment_may_have_65535_bytes() =>
        Assert.Equal(["first"], Read(new ZipBytes { Comment = new string('x', ushort.MaxValue) }.Add("first", s_first)).Keys);

    [Fact]
    public void An_empty_file_has_no_entries() => Assert.Empty(Read(new ZipBytes()));

    [Theory]
    [InlineData("compressed", "entry `first` is compressed")]
    [InlineData("encrypted", "entry `first` is encrypted or its sizes differ")]
    [InlineData("sizes", "entry `first` is encrypted or its sizes differ")]
    [InlineData("offset", "entry `first` lies outside it")]
    [InlineData("last offset", "entry `first` lies outside it")]
    [InlineData("local signature", "entry `first` (3 bytes) lies outside it")]
    [InlineData("size", "entry `first` (1000 bytes) lies outside it")]
    [InlineData("local extra", "entry `first` (3 bytes) lies outside it")]
    [InlineData("central signature", "its table of contents is damaged")]
    [InlineData("twice", "lists `first` twice")]
    public void A_wrong_entry_is_rejected_with_its_name(string damage, string reason)
    {
        var zip = new ZipBytes();
        zip.Add("first", s_first, fields =>
        {
            switch (damage)
            {
                case "compressed":
                    fields.Method = 8;
                    break;
                case "encrypted":
                    fields.Flags = 1;
                    break;
                case "sizes":
                    fields.Stored++;
                    break;
                case "offset":
                    fields.Offset = uint.MaxValue - 1;
                    break;
                case "last offset":
                    fields.Offset = 30 + 5 + 3 + 46 + 5 + 22 - 29; // one byte less than a header before the end
                    break;
                case "local signature":
                    fields.LocalSignature++;
                    break;
                case "size":
                    fields.Size = fields.Stored = 1000;
                    break;
                case "local extra":
                    fields.Offset = 30; // not a header, with large numbers in place of lengths
                    break;
                case "central signature":
                    fields.CentralSignature++;
                    break;
            }
        });
        if (damage == "twice")
        {
            zip.Add("first", s_second);
        }

        Assert.Contains(reason, Assert.Throws<FormatException>(() => Read(zip)).Message);
    }

    [Theory]
    [InlineData(false, "start", "lies outside it")]
    [InlineData(false, "size", "lies outside it")]
    [InlineData(true, "start", "lies outside it")]
    [InlineData(true, "size", "lies outside it")]
    [InlineData(true, "record", "is missing")]
    [InlineData(true, "record position", "is missing")]
    [InlineData(true, "locator", "is missing")]
    [InlineData(false, "less", "is damaged")]
    public void A_wrong_table_of_contents_is_rejected(bool wide, string damage, string reason)
    {
        byte[] file = new ZipBytes { Wide = wide }.Add("first", s_first).ToArray(end =>
        {
            switch (damage)
            {
                case "start":
                    end.Start += 100_000;
                    break;
                case "size":
                    end.Size += 100_000;
                    break;
                case "less":
                    end.Size--;
                    break;
                case "record":
                    end.RecordSignature++;
                    break;
                case "record position":
                    end.Record = long.MaxValue;
                    break;
                case "locator":
                    end.LocatorSignature++;
                    break;
            }
        });

        Assert.Contains(
            $"its table of contents {reason}", Assert.Throws<FormatException>(() => ZipIndex.Read(new MemoryStream(file))).Message);
    }

    /// <summary>The file is cut after each of its bytes, and still ends with a table of contents, or not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_cut_is_noticed(bool wide)
    {
        byte[] file = Sample(wide, "");

        Assert.All(
            Enumerable.Range(0, file.Length),
            length => Assert.Throws<FormatException>(() => ZipIndex.Read(new MemoryStream(file[..length]))));
        Assert.All(
            Enumerable.Range(1, file.Length - 1),
            start => Assert.Throws<FormatException>(() => ZipIndex.Read(new MemoryStream(file[start..]))));
    }

    [Fact]
    public void Bytes_beyond_the_end_are_a_truncation()
    {
        using var stream = new MemoryStream([1, 2, 3]);
        byte[] two = new byte[2];

        ZipIndex.ReadAt(stream, 1, two);

        Assert.Equal([2, 3], two);
        Assert.Equal("it is truncated", Assert.Throws<FormatException>(() => ZipIndex.ReadAt(stream, 2, two)).Message);
    }

    private static byte[] Sample(bool wide, string comment) => new ZipBytes { Wide = wide, Comment = comment }
        .Add("a/first", s_first, fields =>
        {
            fields.LocalExtra = ZipBytes.Field(0x4246, new byte[21]);
            fields.CentralExtra = [.. ZipBytes.Field(0x4246, [9, 9]), .. ZipBytes.Field(0x5455, [])];
            fields.Comment = "a comment";
        })
        .Add("a/zwölf", s_second, fields => fields.Flags = 0x800) // the name is UTF-8
        .ToArray();

    private static IReadOnlyDictionary<string, ZipEntry> Read(ZipBytes zip) => ZipIndex.Read(new MemoryStream(zip.ToArray()));

    private static byte[] Data(byte[] file, ZipEntry entry) => file[(int)entry.Start..(int)(entry.Start + entry.Size)];
}
