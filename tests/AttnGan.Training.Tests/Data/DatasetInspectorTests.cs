using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;

namespace AttnGan.Training.Tests.Data;

public sealed class DatasetInspectorTests : IDisposable
{
    private readonly TemporaryDataset _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_valid_dataset_is_counted()
    {
        _folder.Image("a.png", 20, 30).Image("b.jpg", 40, 10).Image("c.webp", 30, 30).Image("d.png", 5, 5)
            .Metadata(
                new { file_name = "a.png", captions = new[] { "a small red bird", "bird" }, @class = "x" },
                new { file_name = "b.jpg", text = "a fox" },
                new { file_name = "c.webp", text = "a blue fox" },
                new { file_name = "d.png", text = "a whale" })
            .Write("train.txt", "a.png", "b.jpg").Write("validation.txt", "c.webp");
        var seen = new Progress();
        DatasetReport report = Inspect(new DataConfig { MaxWords = 3, Workers = 2, ValidationFraction = 0 }, seen);

        Assert.True(report.WouldTrain);
        Assert.Empty(report.Problems);
        Assert.Equal([new SplitSummary("train", 2, 3), new("validation", 1, 1), new("other", 1, 1)], report.Splits);
        Assert.Equal(new Distribution(5, 20, 40, 40), report.Widths);
        Assert.Equal(new Distribution(5, 10, 30, 30), report.Heights);
        Assert.Equal(2, report.Formats[ImageFormat.Png]);
        Assert.Equal(1, report.Formats[ImageFormat.Jpeg]);
        Assert.Equal(1, report.Formats[ImageFormat.WebP]);
        Assert.Equal(new Distribution(1, 2, 4, 4), report.CaptionLengths);
        Assert.Equal(0.2, report.TruncatedShare, 1e-9);
        Assert.Equal(6, report.VocabularySize);
        Assert.Equal(3, report.WordsSeenOnce);
        Assert.Equal(1 / 3.0, report.UnknownValidationWordShare, 1e-9);
        Assert.Equal(1, report.Classes);
        Assert.Equal(4, seen.Reports.Count);
        Assert.Contains(new InspectionProgress(4, 4), seen.Reports);
    }

    [Fact]
    public void Unreadable_images_are_errors_that_name_their_files()
    {
        _folder.WithImages(3);
        File.WriteAllText(_folder.PathOf("01.png"), "no image");
        byte[] bytes = File.ReadAllBytes(_folder.PathOf("02.png"));
        File.WriteAllBytes(_folder.PathOf("02.png"), bytes[..(bytes.Length * 2 / 3)]);
        DatasetReport report = Inspect();
        Assert.False(report.WouldTrain);
        Assert.Equal(["01.png", "02.png"], report.UnreadableImages);
        Assert.Equal(["01.png", "02.png"], report.Problems.Select(problem => problem.File));
        Assert.All(report.Problems, problem => Assert.Equal(ProblemSeverity.Error, problem.Severity));
        Assert.StartsWith("not an image", report.Problems[0].Message, StringComparison.Ordinal);
        Assert.StartsWith("the image is damaged", report.Problems[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_is_too_narrow_is_reported_with_the_message_of_training()
    {
        _folder.WithImages(2).Image("01.png", 1, 1100);
        DatasetReport report = Inspect();
        Assert.Equal(["01.png"], report.UnreadableImages);
        string message = Assert.Single(report.Problems).Message;
        Assert.StartsWith("1 x 1100 pixels is too narrow", message, StringComparison.Ordinal);

        // 304 is 256 times the crop scale of 76/64.
        var data = CaptionedImageDataset.Open(_folder.Root, new DataConfig { ValidationFraction = 0 });
        var loader = new BatchLoader(
            data.Train,
            new DataConfig().CaptionEncoder(data.BuildVocabulary(new DataConfig())),
            BatchLoaderOptions.For(new DataConfig(), 2, [256], 1));
        DamagedImageException error = Assert.Throws<DamagedImageException>(
            () => loader.Epoch(0, cancellation: TestContext.Current.CancellationToken).ToList());
        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("side of 304", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_image_in_both_splits_is_a_warning()
    {
        _folder.WithImages(3).Write("validation.txt", "02.png");
        File.Copy(_folder.PathOf("00.png"), _folder.PathOf("01.png"), overwrite: true);
        DatasetReport report = Inspect();
        Assert.Equal(["00.png", "01.png"], Assert.Single(report.Duplicates));
        Assert.Empty(report.Problems);

        File.Copy(_folder.PathOf("00.png"), _folder.PathOf("02.png"), overwrite: true);
        report = Inspect();
        DatasetProblem problem = Assert.Single(report.Problems);
        Assert.Equal(("02.png", ProblemSeverity.Warning), (problem.File, problem.Severity));
        Assert.Contains("its content equals the training image 00.png", problem.Message, StringComparison.Ordinal);
        Assert.True(report.WouldTrain);
    }

    [Fact]
    public void Captions_that_training_cannot_use_are_errors()
    {
        _folder.Image("a.png").Image("b.png", tint: 1).Image("c.png", tint: 2).Metadata(
            new { file_name = "a.png", captions = new[] { "a bird", "!?" } },
            new { file_name = "b.png", captions = new[] { "a bird", "zebra" } },
            new { file_name = "c.png", captions = new[] { "wolf", "elk" } });
        _folder.Write("train.txt", "a.png").Write("validation.txt", "b.png", "c.png");
        DatasetReport report = Inspect();
        Assert.Equal(
            ["a.png Error", "b.png Warning", "c.png Warning", "c.png Warning", "(validation split) Warning"],
            report.Problems.Select(problem => $"{problem.File} {problem.Severity}"));
        Assert.Contains("\"!?\" has no words", report.Problems[0].Message, StringComparison.Ordinal);
        Assert.False(report.WouldTrain);
    }

    [Fact]
    public void A_caption_of_rare_words_is_distinguished_from_one_without_words()
    {
        _folder.WithImages(2).Image("z.png").Metadata(
            new { file_name = "00.png", text = "a bird" },
            new { file_name = "01.png", text = "a bird" },
            new { file_name = "z.png", text = "zebra" });
        DatasetReport report = Inspect(new DataConfig { MinWordCount = 2, ValidationFraction = 0 });
        Assert.EndsWith(
            "are too rare; reword it or lower data.min_word_count.", Assert.Single(report.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_of_the_folder_do_not_throw()
    {
        _folder.Image("a.png").Image("unused.png", tint: 1).Metadata(new { file_name = "a.png", text = "a" }, "{");
        DatasetReport report = Inspect();
        Assert.False(report.WouldTrain);
        Assert.Equal(["metadata.jsonl:2", "unused.png"], report.Problems.Select(problem => problem.File));
        Assert.Equal(ProblemSeverity.Warning, report.Problems[1].Severity);

        DatasetReport missing = DatasetInspector.Inspect(
            _folder.PathOf("missing"), new DataConfig(), cancellation: TestContext.Current.CancellationToken);
        Assert.False(missing.WouldTrain);
        Assert.Equal(new Distribution(0, 0, 0, 0), missing.Widths);
    }

    [Fact]
    public void The_report_accepts_exactly_the_datasets_that_training_accepts()
    {
        _folder.WithImages(4);
        Assert.True(Inspect().WouldTrain);
        Assert.NotEmpty(CaptionedImageDataset.Open(_folder.Root, new DataConfig()).Train);
        _folder.Write("train.txt", "gone.png");
        Assert.False(Inspect().WouldTrain);
        Assert.Throws<DatasetException>(() => CaptionedImageDataset.Open(_folder.Root, new DataConfig()));
    }

    private DatasetReport Inspect(DataConfig? config = null, IProgress<InspectionProgress>? progress = null) =>
        DatasetInspector.Inspect(
            _folder.Root,
            config ?? new DataConfig { ValidationFraction = 0 },
            progress,
            largestSize: 256,
            cancellation: TestContext.Current.CancellationToken);

    private sealed class Progress : IProgress<InspectionProgress>
    {
        public System.Collections.Concurrent.ConcurrentBag<InspectionProgress> Reports { get; } = [];

        public void Report(InspectionProgress value) => Reports.Add(value);
    }
}
