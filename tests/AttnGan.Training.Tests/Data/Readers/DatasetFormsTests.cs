using System.Text.Json;
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
