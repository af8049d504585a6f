using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Data.Readers;

namespace AttnGan.Training.Tests.Data.Readers;

public sealed class CubReaderTests : IDisposable
{
    private const string Images = "CUB_200_2011/images/";
    private const string A1 = "001.Albatross/A_0001", A2 = "001.Albatross/A_0002", B = "002.Brewer's_Gull/B_0001", C = "003.Crow/C_0001";

    private readonly TemporaryDataset _folder = new();

    public CubReaderTests()
    {
        foreach (string name in new[] { A1, A2, B, C })
        {
            _folder.Image($"{Images}{name}.jpg", width: 40, height: 30, tint: name[^6])
                .Write($"text/{name}.txt", "a red bird", "this bird is red");
        }

        _folder.Write("CUB_200_2011/images.txt", $"1 {A1}.jpg", $"2 {A2}.jpg", $"3 {B}.jpg", $"4 {C}.jpg")
            .Write(
                "CUB_200_2011/bounding_boxes.txt",
                "1 4.6 2.0 20.9 10.0",
                "2 10.0 8.0 10.0 14.0",
                "3 0.0 0.0 40.0 30.0",
                "4 1.0 1.0 9.0 9.0")
            .Pickle("train/filenames.pickle", A1, A2, B)
            .Pickle("train/class_info.pickle", 1, 1, 2)
            .Pickle("test/filenames.pickle", C)
            .Pickle("test/class_info.pickle", 3);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pickles_define_split_and_classes_and_boxes_define_the_crop()
    {
        CaptionedImageDataset data = Open();
        Assert.Equal(CubReader.DatasetFormat, data.Format);
        Assert.Equal([$"{Images}{A1}.jpg", $"{Images}{A2}.jpg", $"{Images}{B}.jpg"], data.Train.Select(image => image.Name));
        Assert.Equal(["1", "1", "2"], data.Train.Select(image => image.Class));
        Assert.Equal([$"{Images}{C}.jpg"], data.Validation.Select(image => image.Name));
        Assert.Equal("3", data.Validation[0].Class);
        Assert.Same(data.Validation, data.Split("test"));
        Assert.Equal(["a red bird", "this bird is red"], data.Train[0].Captions);
        Assert.Equal(new CropBox(-1, -8, 29, 22), data.Train[0].Crop);
        Assert.Equal(new CropBox(5, 5, 25, 25), data.Train[1].Crop);
    }

    [Fact]
    public void Batches_have_exactly_the_pixels_of_the_crop()
    {
        CaptionedImageDataset data = Open();
        var config = new DataConfig();
        var options = new BatchLoaderOptions
        {
            BatchSize = 1,
            Sizes = [20],
            CropScale = 1,
            Augment = false,
            Shuffle = false,
            DropLast = false,
        };
        var loader = new BatchLoader([data.Train[1]], config.CaptionEncoder(data.BuildVocabulary(config)), options);
        float[] planes = loader.Epoch(0, 0, TestContext.Current.CancellationToken).Single().Images[0];

        RgbImage expected = RgbImage.Load(_folder.PathOf($"{Images}{A2}.jpg"), RgbColor.White).Crop(5, 5, 20, 20);
        for (int i = 0; i < expected.Pixels.Length; i++)
        {
            Assert.Equal((expected.Pixels[i] / 127.5f) - 1, planes[(i % 3 * 400) + (i / 3)]);
        }
    }

    [Fact]
    public void Images_of_the_same_class_share_a_number_in_a_batch()
    {
        CaptionedImageDataset data = Open();
        var config = new DataConfig();
        var options = new BatchLoaderOptions { BatchSize = 3, Sizes = [16], Shuffle = false };
        long[] classes = new BatchLoader(data.Train, config.CaptionEncoder(data.BuildVocabulary(config)), options)
            .Epoch(0, 0, TestContext.Current.CancellationToken).Single().Classes;
        Assert.Equal(classes[0], classes[1]);
        Assert.NotEqual(classes[0], classes[2]);
    }

    [Fact]
    public void An_inspection_measures_the_cropped_images()
    {
        DatasetReport report = DatasetInspector.Inspect(
            _folder.Root, new DataConfig(), cancellation: TestContext.Current.CancellationToken);
        Assert.True(report.WouldTrain, string.Join('\n', report.Problems));
        Assert.Equal(40, report.Widths.Maximum);
        Assert.Equal(11, report.Widths.Minimum); // C: 6 pixels around 5, clipped on the left
        Assert.Equal(3, report.Classes);
    }

    [Fact]
    public void Without_class_numbers_the_folders_are_the_classes()
    {
        File.Delete(_folder.PathOf("train/class_info.pickle"));
        Assert.Equal(["001.Albatross", "001.Albatross", "002.Brewer's_Gull"], Open().Train.Select(image => image.Class));
    }

    [Fact]
    public void Without_pickles_the_original_split_is_used()
    {
        DeletePickles();
        _folder.Write("CUB_200_2011/train_test_split.txt", "1 0", "2 1", "3 0", "4 1");
        CaptionedImageDataset data = Open();
        Assert.Equal([$"{Images}{A2}.jpg", $"{Images}{C}.jpg"], data.Train.Select(image => image.Name));
        Assert.Equal([$"{Images}{A1}.jpg", $"{Images}{B}.jpg"], data.Validation.Select(image => image.Name));
    }

    [Fact]
    public void Without_any_split_whole_classes_are_held_out()
    {
        DeletePickles();
        var data = CaptionedImageDataset.Open(_folder.Root, new DataConfig { ValidationFraction = 0.25 });
        Assert.Equal(4, data.Train.Count + data.Validation.Count);
        Assert.NotEmpty(data.Validation);
        Assert.Empty(data.Train.Select(image => image.Class).Intersect(data.Validation.Select(image => image.Class)));
    }

    [Fact]
    public void Pickles_with_windows_line_ends_are_recognized_and_read()
    {
        _folder.Text("train/filenames.pickle", TextPickle.Of(A1, A2, B).Replace("\n", "\r\n", StringComparison.Ordinal))
            .Text("train/class_info.pickle", TextPickle.Of(1, 1, 2).Replace("\n", "\r\n", StringComparison.Ordinal));
        CaptionedImageDataset data = Open();
        Assert.Equal(["1", "1", "2"], data.Train.Select(image => image.Class));
        Assert.Equal(["train/filenames.pickle", "train/class_info.pickle"], data.Warnings.Select(problem => problem.File));
        Assert.All(data.Warnings, problem => Assert.Contains("text mode", problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Malformed_captions_are_skipped_and_reported_with_file_and_line()
    {
        _folder.Text($"text/{A1}.txt", "a red bird\r\n\r\n ... \r\nthis\uFFFD\uFFFDbird has wings\r\n");
        File.WriteAllBytes(
            _folder.PathOf($"text/{A2}.txt"), [.. "a caf\xe9 bird\nlast"u8.ToArray(), (byte)'\n', (byte)'a', 0xE9, (byte)'b']);
        CaptionedImageDataset data = Open();
        Assert.Equal(["a red bird", "this  bird has wings"], data.Train[0].Captions);
        Assert.Equal(3, data.Train[1].Captions.Count);
        Assert.Equal("a b", data.Train[1].Captions[2]);
        Assert.Equal(
            [$"text/{A1}.txt:2", $"text/{A1}.txt:3", $"text/{A1}.txt:4", $"text/{A2}.txt:3"],
            data.Warnings.Select(problem => problem.File));
    }

    [Theory]
    [InlineData("CUB_200_2011/images.txt", "x", "CUB_200_2011/images.txt:5")]
    [InlineData("CUB_200_2011/images.txt", "5 ../../escape.jpg", "CUB_200_2011/images.txt:5")]
    [InlineData("CUB_200_2011/images.txt", "4 003.Crow/other.jpg", "CUB_200_2011/images.txt:5")]
    [InlineData("CUB_200_2011/images.txt", "5 003.Crow/C_0001.jpg", "CUB_200_2011/images.txt:5")]
    [InlineData("CUB_200_2011/bounding_boxes.txt", "9 1.0 1.0 9.0 9.0", "CUB_200_2011/bounding_boxes.txt:5")]
    [InlineData("CUB_200_2011/bounding_boxes.txt", "4 1.0 1.0 9.0 9.0", "CUB_200_2011/bounding_boxes.txt:5")]
    [InlineData("CUB_200_2011/bounding_boxes.txt", "4 1.0 1.0 9.0", "CUB_200_2011/bounding_boxes.txt:5")]
    [InlineData("CUB_200_2011/bounding_boxes.txt", "4 1.0 1.0 nan 9.0", "CUB_200_2011/bounding_boxes.txt:5")]
    [InlineData("CUB_200_2011/bounding_boxes.txt", "4 1.0 1.0 0.0 9.0", "CUB_200_2011/bounding_boxes.txt:5")]
    public void A_malformed_line_of_a_table_is_reported(string file, string line, string place)
    {
        File.AppendAllText(_folder.PathOf(file), $"{line}\n");
        Assert.Equal(place, Assert.Single(Assert.Throws<DatasetException>(Open).Problems).File);
    }

    [Fact]
    public void Missing_files_are_reported_together()
    {
        File.Delete(_folder.PathOf($"text/{A1}.txt"));
        File.Delete(_folder.PathOf($"{Images}{B}.jpg"));
        _folder.Pickle("test/filenames.pickle", C, "004.Duck/D_0001").Pickle("test/class_info.pickle", 3, 4);
        DatasetException error = Assert.Throws<DatasetException>(Open);
        Assert.Equal(
            [$"{Images}{B}.jpg", "test/filenames.pickle", $"text/{A1}.txt"],
            error.Problems.Select(problem => problem.File).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_image_in_both_splits_is_rejected()
    {
        _folder.Pickle("test/filenames.pickle", C, B).Pickle("test/class_info.pickle", 3, 2);
        Assert.Contains("in train/filenames.pickle too", Assert.Throws<DatasetException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_for_another_number_of_images_are_rejected()
    {
        _folder.Pickle("train/class_info.pickle", 1, 1);
        Assert.Contains("2 classes for 3 images", Assert.Throws<DatasetException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Captions_that_are_not_unpacked_are_reported_once()
    {
        Directory.Delete(_folder.PathOf("text"), recursive: true);
        _folder.Write("text.zip", "packed");
        DatasetProblem problem = Assert.Single(Assert.Throws<DatasetException>(Open).Problems);
        Assert.Contains("unpack text.zip", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_inner_folder_is_recognized()
    {
        DatasetException error = Assert.Throws<DatasetException>(
            () => CaptionedImageDataset.Open(_folder.PathOf("CUB_200_2011"), new DataConfig()));
        Assert.Contains("specify its parent folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_published_vocabulary_is_used_if_configured()
    {
        File.Copy(ReferenceValues.PathOf("pickles/captions_p2.pickle"), _folder.PathOf("captions.pickle"));
        var config = new DataConfig { Vocabulary = VocabularySource.Official };
        Vocabulary vocabulary = Open().BuildVocabulary(config);
        Assert.Equal(["<end>", "this", "bird", "has", "a", "red", "crown", "and", "short", "beak"], vocabulary.Words);
        Assert.Equal(["<end>", "bird", "red", "a", "is", "this"], Open().BuildVocabulary(new DataConfig()).Words);
    }

    [Fact]
    public void A_missing_published_vocabulary_is_reported()
    {
        var config = new DataConfig { Vocabulary = VocabularySource.Official };
        AttnGanException error = Assert.Throws<AttnGanException>(() => Open().BuildVocabulary(config));
        Assert.Contains("captions.pickle", error.Message, StringComparison.Ordinal);
        DatasetReport report = DatasetInspector.Inspect(_folder.Root, config, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(
            "captions.pickle", Assert.Single(report.Problems, problem => problem.Severity == ProblemSeverity.Error).File);
        Assert.False(report.WouldTrain);
    }

    private CaptionedImageDataset Open() => CaptionedImageDataset.Open(_folder.Root, new DataConfig());

    private void DeletePickles()
    {
        Directory.Delete(_folder.PathOf("train"), recursive: true);
        Directory.Delete(_folder.PathOf("test"), recursive: true);
    }
}
