using AttnGan.Imaging;
using AttnGan.Training.Data;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Subjects;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation;

/// <summary>
/// ResNet-18's features of emoji of the sample: those of one artist, and those of another artist, blurred, one image repeated, noise, and
/// plain images as of an untrained generator.
/// </summary>
public sealed class DrawnFeatures : IDisposable
{
    internal const int Count = 48;
    private const int Size = 96;

    private readonly DisposeScope _scope = NewDisposeScope();

    public DrawnFeatures()
    {
        using var pause = CollectionPause.Begin();
        set_num_threads(1);

        // The same emoji by two artists, in the same order.
        IReadOnlyDictionary<string, CaptionedImage> images = CaptionedImageDataset.Open(EvaluationFixture.Data, new()).Images;
        (CaptionedImage First, CaptionedImage Second)[] pairs =
        [
            .. images.Values.Where(image => image.Style == "twemoji").OrderBy(image => image.Name, StringComparer.Ordinal)
                .Select(image => (image, images.GetValueOrDefault(image.Name.Replace("twemoji", "noto", StringComparison.Ordinal))!))
                .Where(pair => pair.Item2 is not null)
                .Take(Count),
        ];
        string[] names = [.. pairs.Select(pair => pair.First.Thing!)];
        Things = [.. names.Select(name => Array.IndexOf(names, name))];
        var random = new CounterRandom(7, RandomStream.NoisePixels);
        RgbImage[] second = [.. pairs.Select(pair => Load(pair.Second))];
        using ResNet18Features network = CreateNetwork();
        Gallery = Features(network, [.. pairs.Select(pair => Load(pair.First))]);
        Sets["another artist"] = Features(network, second);
        Sets["blurred"] = Features(network, [.. second.Select(BlurredImages.Blur)]);
        Sets["repeated"] = Sets["another artist"][..1].expand(Count, -1);
        Sets["noise"] = Features(network, [.. second.Select(_ => Noise(ref random))]);
        Sets["untrained"] = Features(network, [.. second.Select((_, i) => Metrics.Shapes.Plain(118, (byte)(120 + (i % 8)), 122, Size))]);
    }

    internal int[] Things { get; }

    /// <summary>(N, D): features of the first artist's images.</summary>
    internal Tensor Gallery { get; }

    /// <summary>(N, D) of each kind of image.</summary>
    internal Dictionary<string, Tensor> Sets { get; } = [];

    public void Dispose() => _scope.Dispose();

    // A network within a dispose scope would be disposed with it.
    private static ResNet18Features CreateNetwork()
    {
        ResNet18Features? network = null;
        var thread = new Thread(() => network = new ResNet18Features(CPU, Size));
        thread.Start();
        thread.Join();
        return network!;
    }

    private static RgbImage Load(CaptionedImage image) => image.Load(RgbColor.White).Resize(Size, Size);

    private static RgbImage Noise(ref CounterRandom random)
    {
        var image = new RgbImage(Size, Size);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)random.Next(256);
        }

        return image;
    }

    private static Tensor Features(ResNet18Features network, RgbImage[] images)
    {
        using IDisposable gradientsOff = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return cat([.. images.Chunk(24).Select(chunk => network.Compute(ImageTensor.Of(chunk)).cpu())]).MoveToOuterDisposeScope();
    }
}

/// <summary>Metrics rank another artist's images before everything else.</summary>
[WithoutCollections]
public sealed class FeatureMetricsOrderTests(DrawnFeatures drawn) : IClassFixture<DrawnFeatures>
{
    [Fact]
    public void Recognition_ranks_another_artist_before_everything_else()
    {
        double real = Recognized("another artist");

        Assert.InRange(real, 0.3, 0.9);
        Assert.InRange(Recognized("blurred"), 0, real - 0.1);
        Assert.All(["repeated", "noise", "untrained"], name => Assert.InRange(Recognized(name), 0, 0.15));
        Assert.InRange(Recognized("another artist", wrongCaptions: true), 0, 0.15);
        Assert.InRange(Recognized("another artist", number: 10), real, 1);
    }

    [Fact]
    public void Distances_rank_another_artist_before_everything_else()
    {
        foreach (Func<Tensor, double> distance in (Func<Tensor, double>[])
            [
                features => KernelDistance.Between(features, drawn.Gallery, seed: 0, subsets: 4).Distance.Mean,
                features => Frechet(features),
            ])
        {
            double real = distance(drawn.Sets["another artist"]);

            Assert.All(["blurred", "repeated", "noise", "untrained"], name => Assert.True(distance(drawn.Sets[name]) > 1.5 * real, name));
        }
    }

    [Fact]
    public void Precision_and_recall_rank_another_artist_before_everything_else()
    {
        Manifold real = Measure("another artist");

        foreach (string name in (string[])["blurred", "noise", "untrained"])
        {
            Assert.True(real.Precision > Measure(name).Precision, name);
            Assert.True(real.Density > Measure(name).Density, name);
        }

        foreach (string name in (string[])["blurred", "repeated", "noise", "untrained"])
        {
            Assert.True(real.Recall > Measure(name).Recall, name);
            Assert.True(real.Coverage > Measure(name).Coverage, name);
        }
    }

    [Fact]
    public void Different_images_are_more_diverse_than_plain_ones() => Assert.True(
        Diversity.OfFeatures(drawn.Sets["another artist"]) > 2 * Diversity.OfFeatures(drawn.Sets["untrained"]));

    private double Recognized(string name, bool wrongCaptions = false, int number = 1)
    {
        Tensor center = drawn.Gallery.mean([0], keepdim: true);
        int shift = wrongCaptions ? DrawnFeatures.Count / 2 : 0;
        IReadOnlySet<int>[] correct =
        [
            .. Enumerable.Range(0, DrawnFeatures.Count)
                .Select(i => new HashSet<int> { drawn.Things[(i + shift) % DrawnFeatures.Count] }),
        ];
        return Recognition.ShareBelow(Recognition.Ranks(drawn.Sets[name] - center, drawn.Gallery - center, drawn.Things, correct), number);
    }

    private double Frechet(Tensor features)
    {
        using var first = FeatureStatistics.Of(features);
        using var second = FeatureStatistics.Of(drawn.Gallery);
        return FrechetDistance.Between(first, second);
    }

    private Manifold Measure(string name) => PrecisionRecall.Measure(drawn.Gallery, drawn.Sets[name], PrecisionRecall.DensityNeighbors);
}
