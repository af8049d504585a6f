using System.Security.Cryptography;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Data.Shapes;
using AttnGan.Training.Evaluation.Metrics;

namespace AttnGan.Training.Tests.Data.Shapes;

public sealed class ShapeDatasetTests : IDisposable
{
    private const string ExpectedPixels = "ac553f472575078ffa3104c262e178853a93ab74a33e0dc62370d1517fb31d19";

    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_arguments_give_the_same_bytes()
    {
        Make(PathOf("one"), 30, seed: 5);
        Make(PathOf("two"), 30, seed: 5);
        Make(PathOf("other"), 30, seed: 6);

        Assert.Equal(Checksum("one"), Checksum("two"));
        Assert.NotEqual(Checksum("one"), Checksum("other"));
    }

    [Fact]
    public void Pixels_are_the_same_on_every_machine()
    {
        // Of the pixels, not of the file: how PNG is compressed is the library's business.
        byte[] pixels = [.. Enumerable.Range(0, 200).SelectMany(i => ShapeRenderer.Render(ShapeDataset.Describe(1, i).Scene, 64).Pixels)];
        Assert.Equal(ExpectedPixels, Convert.ToHexStringLower(SHA256.HashData(pixels)));
    }

    [Fact]
    public void It_is_a_dataset_without_problems()
    {
        Make(PathOf("data"), 100, seed: 1);

        var dataset = CaptionedImageDataset.Open(PathOf("data"), new DataConfig());

        Assert.Empty(dataset.Warnings);
        Assert.Equal((100, 80, 10), (dataset.Images.Count, dataset.Train.Count, dataset.Validation.Count));
        Assert.Equal(10, File.ReadAllLines(Path.Combine(PathOf("data"), "composition.txt")).Length);
    }

    [Fact]
    public void Held_out_combinations_are_in_the_composition_list_alone()
    {
        for (int i = 0; i < 2000; i++)
        {
            Assert.Equal(i % 10 == 9, ShapeSampler.IsHeldOut(ShapeDataset.Describe(1, i).Scene));
        }
    }

    [Fact]
    public void Every_attribute_occurs_in_training()
    {
        ShapeObject[] items =
            [.. Enumerable.Range(0, 3000).Where(i => i % 10 < 8).SelectMany(i => ShapeDataset.Describe(1, i).Scene.Objects)];

        Assert.Equal(8, items.Select(item => item.Shape).Distinct().Count());
        Assert.Equal(11, items.Select(item => item.Color).Distinct().Count());
        Assert.Equal(3, items.Select(item => item.Texture).Distinct().Count());
        Assert.Equal(2, items.Select(item => item.Size).Distinct().Count());
        Assert.Equal(5, items.Select(item => item.Place).Distinct().Count());
    }

    [Fact]
    public void Objects_lie_within_the_image_and_apart()
    {
        for (int i = 0; i < 2000; i++)
        {
            ShapeScene scene = ShapeDataset.Describe(1, i).Scene;
            Assert.All(scene.Objects, item =>
            {
                Assert.InRange(item.X, item.Radius, 1 - item.Radius);
                Assert.InRange(item.Y, item.Radius, 1 - item.Radius);
            });
            if (scene.Objects is [var a, var b])
            {
                Assert.True(Math.Max(Math.Abs(a.X - b.X), Math.Abs(a.Y - b.Y)) > a.Radius + b.Radius, $"They touch: {scene}");
            }
        }
    }

    [Fact]
    public void Colors_are_those_that_metrics_recognize() => Assert.All(
        ShapePalette.Colors,
        color => Assert.Equal(
            color, BasicColors.Names[BasicColors.Classify(ShapePalette.Of(color).R, ShapePalette.Of(color).G, ShapePalette.Of(color).B)]));

    [Fact]
    public void A_mask_covers_its_object_alone()
    {
        ShapeScene scene = Enumerable.Range(0, 100).Select(i => ShapeDataset.Describe(1, i).Scene).First(scene => scene.Objects.Count == 2);
        RgbImage image = ShapeRenderer.Render(scene, 64);
        RgbImage[] masks = [.. scene.Objects.Select(item => ShapeRenderer.RenderMask(item, 64))];
        RgbColor background = ShapePalette.Of(scene.Background);

        for (int i = 0; i < 64 * 64; i++)
        {
            bool isObject = !image.Pixels.AsSpan(3 * i, 3).SequenceEqual([background.R, background.G, background.B]);
            Assert.Equal(isObject, masks.Any(mask => mask.Pixels[3 * i] > 0));
            Assert.False(masks.All(mask => mask.Pixels[3 * i] > 0));
        }
    }

    [Fact]
    public void A_folder_with_files_is_not_replaced()
    {
        Directory.CreateDirectory(PathOf("full"));
        File.WriteAllText(Path.Combine(PathOf("full"), "mine.txt"), "kept");

        AttnGanException error = Assert.Throws<AttnGanException>(() => Make(PathOf("full"), 10, seed: 1));

        Assert.Contains("already exists and is not replaced", error.Message, StringComparison.Ordinal);
        Assert.Equal(["mine.txt"], Directory.EnumerateFileSystemEntries(PathOf("full")).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void Cancellation_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            ShapeDataset.Make(PathOf("canceled"), 10, 64, seed: 1, cancellation: cancellation.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private static void Make(string folder, int count, long seed) =>
        ShapeDataset.Make(folder, count, 64, seed, cancellation: TestContext.Current.CancellationToken);

    private string PathOf(string name) => Path.Combine(_folder.Path, name);

    private string Checksum(string name) => string.Join('\n', Directory.EnumerateFiles(PathOf(name), "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(path => $"{Path.GetRelativePath(PathOf(name), path)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}"));
}
