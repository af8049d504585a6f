using System.Formats.Tar;
using System.Text.Json;
using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;

namespace AttnGan.Training.Tests.Data.Readers;

/// <summary>
/// The same images and captions in the formats that people have, written by the tools that people use (Fixtures/PROVENANCE.md): the
/// batches are those of the folder with a metadata.jsonl, bit for bit.
/// </summary>
public sealed class DatasetFormsTests : IDisposable
{
    private static readonly string s_forms = ReferenceValues.PathOf("data/forms");

    private readonly TemporaryDataset _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("python.csv", "metadata.csv", "single.jsonl", "metadata")]
    [InlineData("python-semicolons.csv", "metadata.csv", "single.jsonl", "metadata")]
    [InlineData("metadata.parquet", "metadata.parquet", "several.jsonl", "metadata")]
    public void Metadata_tables_have_the_batches_of_the_folder_form(string file, string name, string expected, string format)
    {
        CopyImages(_folder.Root);
        File.Copy(Path.Combine(s_forms, file), _folder.PathOf(name));

        AssertBatches(expected, format, _folder.Root);
    }

    [Theory]
    [InlineData("hyparquet-writer.parquet", "single.jsonl", "parquet")]
    [InlineData("arrow-snappy.parquet", "several.jsonl", "parquet")]
    [InlineData("arrow-zstd.parquet", "several.jsonl", "parquet")]
    [InlineData("gnu.tar", "several.jsonl", "webdataset")]
    public void Files_with_images_have_the_batches_of_the_folder_form(string file, string expected, string format)
    {
        File.Copy(Path.Combine(s_forms, file), _folder.PathOf(file));

        AssertBatches(expected, format, _folder.Root);
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("webdataset")]
    [InlineData("parquet")]
    public void Converted_datasets_have_the_batches_of_their_source(string format)
    {
        CopyImages(_folder.Root);
        File.Copy(Path.Combine(s_forms, "several.jsonl"), _folder.PathOf("metadata.jsonl"));
        _folder.Write("test.txt", "02.png").Write("validation.txt", "07.png", "11.jfif");
        CaptionedImageDataset source = Open(_folder.Root);
        using var target = new TemporaryDirectory();
        ConversionTarget to = Enum.Parse<ConversionTarget>(format, ignoreCase: true);

        int written = DatasetConverter.Convert(
            source, target.File("new"), new ConversionOptions { Target = to }, cancellation: TestContext.Current.CancellationToken);

        CaptionedImageDataset converted = Open(target.File("new"));
        Assert.Equal(12, written);
        Assert.Equal(format, converted.Format.Name);
        Assert.Equal(Batches(source, source.Train), Batches(converted, converted.Train));
        Assert.Equal(Batches(source, source.Validation), Batches(converted, converted.Validation));
    }

    [Fact]
    public void Karpathys_splits_Flickr_tokens_and_COCO_have_the_batches_of_the_folder_form()
    {
        CopyImages(_folder.PathOf("photos"));
        var rows = File.ReadLines(Path.Combine(s_forms, "several.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => (
                Name: row.GetProperty("file_name").GetString()!,
                Captions: row.GetProperty("captions").EnumerateArray().Select(text => text.GetString()!.Replace('\t', ' ')).ToArray()))
            .ToList();
        using var expected = new TemporaryDataset();
        CopyImages(expected.PathOf("photos"));
        expected.Metadata([.. rows.Select(row => new { file_name = $"photos/{row.Name}", captions = row.Captions })]);
        string batches = Batches(Open(expected.Root));

        _folder.Write("dataset_ours.json", JsonSerializer.Serialize(new
        {
            images = rows.Select(row => new { filename = row.Name, sentences = row.Captions.Select(raw => new { raw }) }),
        }));
        Assert.Equal(("json", batches), FormatAndBatches());

        File.Delete(_folder.PathOf("dataset_ours.json"));
        _folder.Write("my-captions.json", JsonSerializer.Serialize(new
        {
            images = rows.Select((row, i) => new { id = i, file_name = row.Name }),
            annotations = rows.SelectMany((row, i) => row.Captions.Select(caption => new { image_id = i, caption })),
        }));
        Assert.Equal(("json", batches), FormatAndBatches());

        File.Delete(_folder.PathOf("my-captions.json"));
        _folder.Write("blip.json", JsonSerializer.Serialize(rows.Select(row => new { image = row.Name, caption = row.Captions })));
        Assert.Equal(("json", batches), FormatAndBatches());

        File.Delete(_folder.PathOf("blip.json"));
        _folder.Write("captions.json", JsonSerializer.Serialize(rows.ToDictionary(row => row.Name, row => row.Captions)));
        Assert.Equal(("json", batches), FormatAndBatches());

        File.Delete(_folder.PathOf("captions.json"));
        _folder.Write("Flickr8k.token.txt", [.. rows.SelectMany(row => row.Captions.Select((caption, i) => $"{row.Name}#{i}\t{caption}"))]);
        Assert.Equal(("flickr", batches), FormatAndBatches());

        File.Delete(_folder.PathOf("Flickr8k.token.txt"));
        _folder.Write("results.csv",
        [
            "image_name| comment_number| comment",
            .. rows.SelectMany(row => row.Captions.Select((caption, i) => $"{row.Name}| {i}| {caption}")),
        ]);
        Assert.Equal(("table", batches), FormatAndBatches());

        File.Delete(_folder.PathOf("results.csv"));
        foreach ((string name, string[] captions) in rows)
        {
            _folder.Write($"text/photos/{Path.ChangeExtension(name, ".txt")}", captions);
        }

        Assert.Equal(("sidecar", batches), FormatAndBatches());

        (string, string) FormatAndBatches()
        {
            CaptionedImageDataset data = Open(_folder.Root);
            return (data.Format.Name, Batches(data));
        }
    }

    [Fact]
    public void Texts_in_data_pages_of_version_2_are_read_and_labels_are_classes()
    {
        File.Copy(Path.Combine(s_forms, "arrow-v2-texts.parquet"), _folder.PathOf("train.parquet"));

        var data = CaptionedImageDataset.Open(_folder.Root, new DataConfig { ValidationFraction = 0 });

        Assert.Equal(
            ["a red square", "a blue disc", "x y z", "four", "five", "six"], data.Train.Select(image => Assert.Single(image.Captions)));
        Assert.Equal(["0", "1", "2", "0", "1", "2"], data.Train.Select(image => image.Class));
    }

    [Fact]
    public void Lists_in_data_pages_of_version_2_are_one_error_that_says_what_to_do()
    {
        File.Copy(Path.Combine(s_forms, "arrow-v2-lists.parquet"), _folder.PathOf("train.parquet"));

        DatasetProblem problem = Assert.Single(Assert.Throws<DatasetException>(() => Open(_folder.Root)).Problems);

        Assert.Equal(
            "train.parquet: the Parquet file uses data pages of version 2 for lists or another feature that is not supported; write it " +
            "with data pages of version 1.0 (pyarrow's default).",
            problem.ToString());
    }

    [Fact]
    public void A_label_is_the_class_of_an_image_without_one()
    {
        _folder.Image("0.png").Image("1.png", tint: 1).Image("2.png", tint: 2).Image("3.png", tint: 3).Metadata(
            new { file_name = "0.png", text = "a bird", label = 3 },
            new { file_name = "1.png", text = "a cat", label = "cat" },
            new { file_name = "2.png", text = "a dog", label = 3, @class = "dog" },
            new { file_name = "3.png", text = "all of them", label = new[] { 1, 2 } });

        var data = CaptionedImageDataset.Open(_folder.Root, new DataConfig { ValidationFraction = 0 });

        Assert.Equal(["3", "cat", "dog", null], data.Train.Select(image => image.Class));
    }

    /// <summary>A run of a million empty cells takes a few bytes: with lies about their number a file could take any memory.</summary>
    [Fact]
    public async Task A_Parquet_file_of_more_rows_than_bits_is_rejected()
    {
        var column = new global::Parquet.Schema.DataField<string>("text", nullable: true);
        await using (FileStream file = File.Create(_folder.PathOf("metadata.parquet")))
        await using (global::Parquet.ParquetWriter writer = await global::Parquet.ParquetWriter.CreateAsync(
            new global::Parquet.Schema.ParquetSchema(column), file, cancellationToken: TestContext.Current.CancellationToken))
        using (global::Parquet.ParquetRowGroupWriter group = writer.CreateRowGroup())
        {
            await group.WriteAsync(column, new string[1_000_000]);
        }

        DatasetProblem problem = Assert.Single(Assert.Throws<DatasetException>(() => Open(_folder.Root)).Problems);

        Assert.InRange(new FileInfo(_folder.PathOf("metadata.parquet")).Length, 100, 100_000);
        Assert.Equal("metadata.parquet: is not an intact Parquet file (FormatException).", problem.ToString());
    }

    /// <summary>Found by fuzzing: the library of tar asks for the memory that the header states, which may be more than there is.</summary>
    [Theory]
    [InlineData('x', "17777777000", 2147483136)]
    [InlineData('g', "04000000000", 536870912)]
    [InlineData('L', "00000001001", 513)]
    [InlineData('K', "\u0080\0\0\0\0\0\0\0\x10\0\0\0", 268435456)]
    public void An_archive_with_a_huge_extended_header_is_reported(char type, string size, int bytes)
    {
        byte[] header = new byte[1024];
        "name"u8.CopyTo(header);
        System.Text.Encoding.Latin1.GetBytes(size).CopyTo(header, 124);
        "007754\0 "u8.CopyTo(header.AsSpan(148)); // not its checksum, which is not checked
        header[156] = (byte)type;
        "ustar\000"u8.CopyTo(header.AsSpan(257));
        File.WriteAllBytes(_folder.PathOf("train.tar"), header);
        long before = GC.GetAllocatedBytesForCurrentThread();

        DatasetProblem problem = Assert.Single(Assert.Throws<DatasetException>(() => Open(_folder.Root)).Problems);

        Assert.Equal(
            $"train.tar: is not an intact tar file: an extended header states {bytes} bytes, of which the file has 512.",
            problem.ToString());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50 << 20);
    }

    /// <summary>A block of content may look like an extended header of 1 GiB: an x in one place, and digits in another.</summary>
    [Theory]
    [InlineData(TarEntryFormat.Ustar, 1)]
    [InlineData(TarEntryFormat.Pax, 502)] // "512 path=", and a line end
    [InlineData(TarEntryFormat.Gnu, 511)] // and a zero
    public void Texts_and_names_of_512_bytes_are_no_headers(TarEntryFormat format, int nameLength)
    {
        string caption = new string('7', 140) + new string('x', 372);
        string name = caption[..Math.Max(1, nameLength - 4)];
        using (FileStream file = File.Create(_folder.PathOf("train.tar")))
        using (var writer = new TarWriter(file, format))
        {
            foreach ((string extension, byte[] bytes) in new[]
            {
                (".png", new RgbImage(2, 2).Encode(ImageFormat.Png)), (".txt", System.Text.Encoding.UTF8.GetBytes(caption)),
            })
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name + extension),
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name + extension),
                    _ => new GnuTarEntry(TarEntryType.RegularFile, name + extension),
                };
                entry.DataStream = new MemoryStream(bytes);
                writer.WriteEntry(entry);
            }
        }

        Assert.Equal([caption], Assert.Single(Open(_folder.Root).Images.Values).Captions);
    }

    /// <summary>Found by fuzzing: other line ends than those of CSV, and a second byte order mark, hid the rest of the header.</summary>
    [Theory]
    [InlineData("image;caption\f\"\";\n0.png;a bird\n")]
    [InlineData("\uFEFF\uFEFFimage,caption\n0.png,a bird\n")]
    public void An_unusual_header_is_no_exception(string table)
    {
        _folder.Image("0.png");
        File.WriteAllText(_folder.PathOf("captions.csv"), table);

        Assert.NotEmpty(Assert.Throws<DatasetException>(() => Open(_folder.Root)).Problems);
    }

    // Found by fuzzing: the library of Parquet reads on behind the end of these footers and never stops.
    [Theory]
    [InlineData("endless-footer-1.parquet")]
    [InlineData("endless-footer-2.parquet")]
    public void A_footer_that_does_not_end_is_rejected(string file)
    {
        File.Copy(ReferenceValues.PathOf($"data/damaged/{file}"), _folder.PathOf("train.parquet"));

        DatasetProblem problem = Assert.Single(Assert.Throws<DatasetException>(() => Open(_folder.Root)).Problems);

        Assert.Equal("train.parquet: is not an intact Parquet file (FormatException).", problem.ToString());
    }

    // Found by fuzzing: the library of Parquet allocates what a damaged file states, here 257 MiB to 3.5 GiB: at the start of pages that
    // Snappy compressed, and where it takes a field of the footer for a text, which by its type is none.
    [Theory]
    [InlineData("snappy-length.parquet", "metadata.parquet")]
    [InlineData("snappy-length-2.parquet", "train.parquet")]
    [InlineData("footer-type-1.parquet", "train.parquet")]
    [InlineData("footer-type-2.parquet", "train.parquet")]
    [InlineData("footer-type-3.parquet", "train.parquet")]
    public void A_damaged_length_is_rejected_before_memory_is_allocated(string file, string name)
    {
        File.Copy(ReferenceValues.PathOf($"data/damaged/{file}"), _folder.PathOf(name));
        long before = GC.GetAllocatedBytesForCurrentThread();

        DatasetProblem problem = Assert.Single(Assert.Throws<DatasetException>(() => Open(_folder.Root)).Problems);

        Assert.Equal($"{name}: is not an intact Parquet file (FormatException).", problem.ToString());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50 << 20);
    }

    // Found by fuzzing: the library of Parquet asks for the memory that a damaged header of a page states, here up to 1.7 GB.
    [Theory]
    [InlineData(2140, "98999AA2A3A4A5A6A7A8")]
    [InlineData(2030, "207365656E202266726F")]
    public void A_damaged_header_of_a_page_is_rejected_before_memory_is_allocated(int position, string damage)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(s_forms, "hyparquet-writer.parquet"));
        Convert.FromHexString(damage).CopyTo(bytes, position);
        File.WriteAllBytes(_folder.PathOf("train.parquet"), bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();

        DatasetProblem problem = Assert.Single(Assert.Throws<DatasetException>(() => Open(_folder.Root)).Problems);

        Assert.Equal("train.parquet: is not an intact Parquet file (FormatException).", problem.ToString());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50 << 20);
    }

    [Fact]
    public void Damaged_bytes_of_tables_and_archives_are_reported_and_never_throw()
    {
        var random = new Random(7);
        foreach (string file in new[] { "hyparquet-writer.parquet", "arrow-zstd.parquet", "gnu.tar", "metadata.parquet", "python.csv" })
        {
            byte[] intact = File.ReadAllBytes(Path.Combine(s_forms, file));
            string name = file switch
            {
                "metadata.parquet" => file,
                "python.csv" => "metadata.csv",
                _ => $"train{Path.GetExtension(file)}",
            };
            for (int i = 0; i < 40; i++)
            {
                byte[] bytes = [.. intact.AsSpan(0, i % 4 == 0 ? random.Next(intact.Length) : intact.Length)];
                for (int n = random.Next(6); n > 0 && bytes.Length > 0; n--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                File.WriteAllBytes(_folder.PathOf(name), bytes);
                DatasetReport report = DatasetInspector.Inspect(
                    _folder.Root, new DataConfig(), cancellation: TestContext.Current.CancellationToken);
                Assert.True(report.WouldTrain || report.Problems.Count > 0);
            }

            File.Delete(_folder.PathOf(name));
        }
    }

    private static void AssertBatches(string expected, string format, string folder)
    {
        using var reference = new TemporaryDataset();
        CopyImages(reference.Root);
        File.Copy(Path.Combine(s_forms, expected), reference.PathOf("metadata.jsonl"));
        CaptionedImageDataset data = Open(folder);

        Assert.Equal(format, data.Format.Name);
        Assert.Equal(12, data.Images.Count);
        Assert.Equal(Batches(Open(reference.Root)), Batches(data));
    }

    private static void CopyImages(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(s_forms, "folder")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    private static CaptionedImageDataset Open(string folder) =>
        CaptionedImageDataset.Open(folder, new DataConfig { ValidationFraction = 0.25 });

    private static string Batches(CaptionedImageDataset data) =>
        Batches(data, data.Train) + "\n" + Batches(data, data.Validation);

    /// <summary>Returns everything that training sees of two epochs.</summary>
    private static string Batches(CaptionedImageDataset data, IReadOnlyList<CaptionedImage> images)
    {
        var options = new BatchLoaderOptions { BatchSize = Math.Min(2, images.Count), Sizes = [8, 16], Seed = 3 };
        var tokenizer = new CaptionTokenizer(TokenizerMode.Unicode);
        var vocabulary = Vocabulary.Build(data.Images.Values.SelectMany(image => image.Captions).Select(tokenizer.Tokenize));
        var loader = new BatchLoader(images, new DataConfig().CaptionEncoder(vocabulary), options);
        return string.Join('\n', Enumerable.Range(0, 2).SelectMany(epoch => loader.Epoch(epoch)).Select(batch =>
            $"{string.Join(',', batch.CaptionIds)} {string.Join(',', batch.Classes)} " +
            $"{string.Join('|', batch.Captions.Select(caption => caption.Text))} " +
            string.Join(' ', batch.Images.Select(level => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
                System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(level)))))));
    }
}
