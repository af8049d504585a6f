using System.Text.Json;
using AttnGan.Imaging;

namespace AttnGan.Cli.Tests.Dataset;

public sealed class DatasetConvertTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_round_trip_through_sidecars_preserves_all_but_classes()
    {
        _workspace.Run("dataset", "convert", "data", "--to", "metadata", "--out", "one", "--threads", "1").HasExitCode(0);
        _workspace.Run("dataset", "convert", "one", "--to", "sidecar", "--out", "two", "--threads", "1").HasExitCode(0);
        _workspace.Run("dataset", "convert", "two", "--to", "metadata", "--out", "three", "--threads", "1").HasExitCode(0);

        foreach (string file in new[] { "metadata.jsonl", "train.txt", "validation.txt" })
        {
            Assert.Equal(File.ReadAllLines(_workspace.PathOf($"one/{file}")), File.ReadAllLines(_workspace.PathOf($"three/{file}")));
        }

        Assert.Equal(File.ReadAllBytes(_workspace.PathOf("data/03.png")), File.ReadAllBytes(_workspace.PathOf("three/images/03.png")));
        Assert.Equal(["a red square", "a red square on white"], File.ReadAllLines(_workspace.PathOf("two/images/03.txt")));
        _workspace.Run("dataset", "check", "three", "--config", "tiny.yml", "--threads", "1").HasExitCode(0);
    }

    [Fact]
    public void Birds_are_cropped_exactly_and_keep_split_and_classes()
    {
        WriteBirds();
        AttnganProcess.Result result = _workspace
            .Run("dataset", "convert", "birds", "--to", "metadata", "--out", "cropped", "--threads", "1").HasExitCode(0);
        Assert.Contains("3 images (2 training, 1 validation)", result.Output, StringComparison.Ordinal);

        JsonElement[] rows =
            [.. File.ReadLines(_workspace.PathOf("cropped/metadata.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(
            ["images/001.A/a.png", "images/002.B/b.png", "images/002.B/c.png"],
            rows.Select(row => row.GetProperty("file_name").GetString()));
        Assert.Equal(["001.A", "002.B", "002.B"], rows.Select(row => row.GetProperty("class").GetString()));
        Assert.Equal(["images/002.B/c.png"], File.ReadAllLines(_workspace.PathOf("cropped/validation.txt")));
        var whole = RgbImage.Load(_workspace.PathOf("birds/CUB_200_2011/images/001.A/a.jpg"), RgbColor.White);
        var cropped = RgbImage.Load(_workspace.PathOf("cropped/images/001.A/a.png"), RgbColor.White);
        Assert.Equal(whole.Crop(5, 5, 20, 20).Pixels, cropped.Pixels);
        string[] settings = ["--set", "data.max_words=5", "--set", "gan.batch_size=2", "--set", "damsm.batch_size=2"];
        _workspace.Run(["dataset", "check", "cropped", .. settings]).HasExitCode(0);
    }

    /// <summary>A key of a WebDataset sample ends at the first dot, so these two would be one sample.</summary>
    [Fact]
    public void Images_that_would_share_a_sample_are_refused()
    {
        Directory.CreateDirectory(_workspace.PathOf("dots"));
        foreach (string name in (string[])["a.b", "a_b"])
        {
            File.Copy(_workspace.PathOf("data/00.png"), _workspace.PathOf($"dots/{name}.png"));
            File.WriteAllText(_workspace.PathOf($"dots/{name}.txt"), "a red square");
        }

        string error = _workspace.Run("dataset", "convert", "dots", "--to", "webdataset", "--out", "tars").HasExitCode(1).Error;

        Assert.Contains("'a.b.png' and 'a_b.png' of the dataset would both become 'images/a_b'", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_workspace.PathOf("tars")));
    }

    [Fact]
    public void Archives_have_each_image_once_and_what_is_left_out_is_counted()
    {
        string[] names = [.. File.ReadLines(_workspace.PathOf("data/metadata.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("file_name").GetString()!)];
        File.Delete(_workspace.PathOf("data/validation.txt"));
        File.WriteAllLines(_workspace.PathOf("data/train.txt"), names[..8]);
        File.WriteAllLines(_workspace.PathOf("data/test.txt"), names[8..^1]); // validated with, as there is no validation.txt

        AttnganProcess.Result result = _workspace
            .Run("dataset", "convert", "data", "--to", "webdataset", "--out", "tars", "--threads", "1").HasExitCode(0);

        Assert.Contains($"tars: {names.Length - 1} images", result.Output, StringComparison.Ordinal);
        Assert.Contains("1 images are in no split and are left out.", result.Error, StringComparison.Ordinal);
        string report = _workspace.Run("dataset", "check", "tars", "--config", "tiny.yml", "--threads", "1").HasExitCode(0).Output;
        Assert.Matches(@"train\D+8\D", report);
    }

    [Fact]
    public void Things_and_styles_are_kept()
    {
        Directory.CreateDirectory(_workspace.PathOf("things"));
        File.Copy(_workspace.PathOf("data/00.png"), _workspace.PathOf("things/a.png"));
        File.WriteAllText(
            _workspace.PathOf("things/metadata.jsonl"), """{"file_name":"a.png","text":"a bird","thing":"bird","style":"ink"}""");

        _workspace.Run("dataset", "convert", "things", "--to", "metadata", "--out", "kept").HasExitCode(0);

        JsonElement row = JsonDocument.Parse(File.ReadAllText(_workspace.PathOf("kept/metadata.jsonl"))).RootElement;
        Assert.Equal(("bird", "ink"), (row.GetProperty("thing").GetString(), row.GetProperty("style").GetString()));
    }

    [Fact]
    public void Dropping_classes_causes_a_warning()
    {
        WriteBirds();
        AttnganProcess.Result result = _workspace
            .Run("dataset", "convert", "birds", "--to", "sidecar", "--out", "side", "--size", "8").HasExitCode(0);
        Assert.Contains(
            "sidecar cannot store classes, so they are dropped (`--to metadata` keeps them).", result.Error, StringComparison.Ordinal);
        Assert.Equal(["a black bird"], File.ReadAllLines(_workspace.PathOf("side/images/001.A/a.txt")));
        var small = RgbImage.Load(_workspace.PathOf("side/images/001.A/a.png"), RgbColor.White);
        Assert.Equal((8, 8), (small.Width, small.Height));
    }

    [Fact]
    public void Unchanged_images_are_linked_and_scaled_ones_are_written()
    {
        _workspace.Run("dataset", "convert", "data", "--to", "metadata", "--out", "linked", "--link").HasExitCode(0);
        Assert.Equal(_workspace.PathOf("data/00.png"), new FileInfo(_workspace.PathOf("linked/images/00.png")).LinkTarget);

        _workspace.Run("dataset", "convert", "data", "--to", "metadata", "--out", "scaled", "--link", "--size", "16").HasExitCode(0);
        Assert.Null(new FileInfo(_workspace.PathOf("scaled/images/00.png")).LinkTarget);
        Assert.Equal(16, RgbImage.Load(_workspace.PathOf("scaled/images/00.png"), RgbColor.White).Width);
    }

    [Fact]
    public void Existing_folders_are_kept_and_a_failure_leaves_no_files()
    {
        string[] before = Names();
        AttnganProcess.Result result = _workspace.Run("dataset", "convert", "data", "--to", "metadata", "--out", "data").HasExitCode(1);
        Assert.Contains("already exists and is not replaced", result.Error, StringComparison.Ordinal);

        File.WriteAllText(_workspace.PathOf("data/05.png"), "no image");
        result = _workspace.Run("dataset", "convert", "data", "--to", "metadata", "--size", "16", "--out", "new").HasExitCode(1);
        Assert.Contains("05.png", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, Names());

        string[] Names() => [.. Directory.EnumerateFileSystemEntries(_workspace.Root).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Images_with_colliding_names_are_rejected()
    {
        new RgbImage(8, 8).Save(_workspace.PathOf("data/00.jpg"));
        File.AppendAllText(_workspace.PathOf("data/metadata.jsonl"), "{\"file_name\": \"00.jpg\", \"text\": \"a red circle\"}\n");
        AttnganProcess.Result result = _workspace.Run("dataset", "convert", "data", "--to", "sidecar", "--out", "new").HasExitCode(1);
        Assert.Contains("would both become 'images/00'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_options_are_rejected()
    {
        _workspace.Run("dataset", "convert", "data", "--to", "pickle", "--out", "new").HasExitCode(2);
        _workspace.Run("dataset", "convert", "data", "--to", "metadata").HasExitCode(2);
    }

    private void WriteBirds()
    {
        string[] names = ["001.A/a", "002.B/b", "002.B/c"];
        var random = new Random(3);
        foreach (string name in names)
        {
            var image = new RgbImage(40, 30);
            random.NextBytes(image.Pixels);
            string path = _workspace.PathOf($"birds/CUB_200_2011/images/{name}.jpg");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            image.Save(path);
            string text = _workspace.PathOf($"birds/text/{name}.txt");
            Directory.CreateDirectory(Path.GetDirectoryName(text)!);
            File.WriteAllText(text, "a black bird\n");
        }

        File.WriteAllLines(_workspace.PathOf("birds/CUB_200_2011/images.txt"), names.Select((name, i) => $"{i + 1} {name}.jpg"));
        File.WriteAllLines(
            _workspace.PathOf("birds/CUB_200_2011/bounding_boxes.txt"), names.Select((_, i) => $"{i + 1} 10.0 8.0 10.0 14.0"));
        File.WriteAllLines(_workspace.PathOf("birds/CUB_200_2011/train_test_split.txt"), ["1 1", "2 1", "3 0"]);
    }
}
