using AttnGan.Training.Checkpoints;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Subjects;
using AttnGan.Training.Tests.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

/// <summary>The metrics of a DAMSM, which is not trained: which captions are nearest is chosen, not learned.</summary>
[WithoutCollections]
public sealed class EncodedPairsTests : IDisposable
{
    private const int Images = 12;

    private readonly TinyRun _tiny = new();
    private readonly DamsmScorer _scorer;
    private readonly DisposeScope _scope;
    private readonly Tensor _images;
    private readonly Tensor _cosines; // (images, captions)
    private readonly CandidatePool _captions;

    public EncodedPairsTests()
    {
        Checkpoint checkpoint = _tiny.DamsmCheckpoint();
        _scorer = DamsmScorer.Open(checkpoint.Path, DamsmScorer.Role, CPU);
        _scope = NewDisposeScope();
        string[] colors = [.. TinyRun.Colors.Select(color => color.Name)];
        _captions = new CandidatePool(
            from first in colors
            from second in colors
            from end in (string[])["disc", "ground"]
            let caption = $"{first} {second} {end}"
            select (caption, caption));
        _images = cat([.. Enumerable.Range(0, Images).Select(i => ReferenceValues.FormulaImage(1, 32, i))]);
        Tensor codes = _scorer.Codes(_images), sentences = _scorer.Sentences(_captions.Captions);
        _cosines = matmul(codes / codes.norm(1, keepdim: true, p: 2), (sentences / sentences.norm(1, keepdim: true, p: 2)).t());
    }

    [Fact]
    public void Each_image_is_compared_with_its_own_caption()
    {
        EvaluationPair[] pairs = [.. Enumerable.Range(0, Images).Select(i => MetricExamples.Pair(_captions.Captions[(i * 5) + 3]))];
        using EncodedPairs encoded = Encode(pairs);
        using IMetric metric = CaptionSimilarity.Definition.Create(MetricExamples.Context(pairs) with { Damsm = encoded });

        MetricResult result = MetricExamples.Only(metric);

        double[] expected = [.. Enumerable.Range(0, Images).Select(i => (double)_cosines[i, (i * 5) + 3].item<float>())];
        Assert.Equal(expected, result.PerImage!.Select(cosine => cosine!.Value), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.True(expected.Max() - expected.Min() > 0.01);
        Assert.Equal(expected.Average(), result.Value.Value, 1e-5);
        Assert.Equal(("caption_similarity", "damsm", Images), (result.Value.Name, result.Value.Network, result.Value.Count));
        Assert.True(result.Value is { HigherIsBetter: true, IsShare: false, Deviation: null });
    }

    [Fact]
    public void The_independent_DAMSM_has_names_of_its_own()
    {
        using var independent = DamsmScorer.Open(_tiny.DamsmCheckpoint().Path, DamsmScorer.IndependentRole, CPU);
        EvaluationPair[] pairs = [MetricExamples.Pair(_captions.Captions[0])];
        using EncodedPairs encoded = Encode(pairs, independent);

        MetricValue value = encoded.CreateValue("recall", "Recall", 0.5, 0.25, isShare: true, "note");

        Assert.Equal(
            new MetricValue("recall_independent", "Recall (independent)", 0.5, 0.25, true, true, "independent_damsm", 1, "note"), value);
    }

    /// <summary>Every third image has the nearest caption of all, the others the farthest.</summary>
    [Fact]
    public void R_precision_is_the_share_of_images_closer_to_their_own_caption_than_to_99_others()
    {
        EvaluationPair[] pairs =
        [
            .. Enumerable.Range(0, Images).Select(i =>
                MetricExamples.Pair(_captions.Captions[(int)(i % 3 == 0 ? _cosines[i].argmax() : _cosines[i].argmin()).item<long>()])),
        ];
        using EncodedPairs encoded = Encode(pairs);
        MetricContext context = MetricExamples.Context(pairs) with { Captions = _captions, Damsm = encoded };
        using IMetric metric = RPrecision.Definition.Create(context);

        MetricResult result = MetricExamples.Only(metric);

        Assert.Equal(Enumerable.Range(0, Images).Select(i => (double?)(i % 3 == 0 ? 1 : 0)), result.PerImage!);
        Assert.Equal(1 / 3.0, result.Value.Value, 1e-12);
        Assert.Equal(("r_precision", "damsm", Images), (result.Value.Name, result.Value.Network, result.Value.Count));
        Assert.True(result.Value is { HigherIsBetter: true, IsShare: true, Deviation: > 0 });
        Assert.Null(RPrecision.Definition.FindObstacle(context));
    }

    /// <summary>All captions but one name red and no other basic color; the others have too few of the same color.</summary>
    [Fact]
    public void R_precision_of_same_colors_competes_with_captions_of_the_same_colors()
    {
        string[] words = ["red", "cyan", "magenta", "disc", "ground"];
        string[] reds =
        [
            .. from first in words from second in words from third in words from fourth in words
               let caption = $"{first} {second} {third} {fourth}"
               where caption.Contains("red", StringComparison.Ordinal)
               select caption,
        ];
        var pool = new CandidatePool([("blue disc", "blue"), .. reds.Select(caption => (caption, caption))]);
        Tensor codes = _scorer.Codes(_images), sentences = _scorer.Sentences(reds, TestContext.Current.CancellationToken);
        Tensor cosines = matmul(codes, (sentences / sentences.norm(1, keepdim: true, p: 2)).t());
        EvaluationPair[] pairs =
        [
            .. Enumerable.Range(0, Images).Select(i => i == 4
                ? MetricExamples.Pair("blue disc", "blue")
                : MetricExamples.Pair(reds[(int)(i % 3 == 0 ? cosines[i].argmax() : cosines[i].argmin()).item<long>()])),
        ];
        using var encoded = new EncodedPairs(_scorer, pool, pairs, TestContext.Current.CancellationToken);
        encoded.Add(encoded.Encode(_images, 0));
        using IMetric metric = ColorRPrecision.Definition.Create(
            MetricExamples.Context(pairs) with { Captions = pool, Damsm = encoded });

        MetricResult result = MetricExamples.Only(metric);

        Assert.Equal(Enumerable.Range(0, Images).Select(i => i == 4 ? null : (double?)(i % 3 == 0 ? 1 : 0)), result.PerImage!);
        Assert.Equal(4 / 11.0, result.Value.Value, 1e-12);
        Assert.Equal(
            ("r_precision_same_color", "R-precision, same colors", "damsm", 11),
            (result.Value.Name, result.Value.Title, result.Value.Network, result.Value.Count));
        Assert.True(result.Value is { HigherIsBetter: true, IsShare: true, Deviation: > 0 });
        Assert.StartsWith("1 positive and 99 negatives of other classes with the same color words", result.Value.Note);
    }

    [Theory]
    [InlineData(100, null)]
    [InlineData(99, "each image needs 99 captions of other classes, and some have only 98 in the split")]
    public void R_precision_needs_99_captions_of_other_classes(int captions, string? obstacle)
    {
        string[] few = [.. _captions.Captions.Take(captions)];

        Assert.Equal(obstacle, RPrecision.Definition.FindObstacle(MetricExamples.Context(MetricExamples.Pair(few[0])) with
        {
            Captions = new CandidatePool(few.Select(caption => (caption, caption))),
        }));
    }

    [Fact]
    public void Recall_ranks_the_captions_of_the_evaluated_images_by_class()
    {
        // Two images of each class.
        EvaluationPair[] pairs =
        [
            .. Enumerable.Range(0, Images).Select(i => MetricExamples.Pair(_captions.Captions[(i * 7) + 1], $"class {i / 2}")),
        ];
        using EncodedPairs encoded = Encode(pairs);
        using IMetric metric = RecallAtK.Definition.Create(MetricExamples.Context(pairs) with { Damsm = encoded });

        MetricValue[] values = [.. metric.Compute().Select(result => result.Value)];

        float[,] cosines = new float[Images, Images];
        for (int image = 0; image < Images; image++)
        {
            for (int caption = 0; caption < Images; caption++)
            {
                cosines[image, caption] = _cosines[image, (caption * 7) + 1].item<float>();
            }
        }

        Assert.Equal(
            ["image_to_text_r1", "image_to_text_r5", "image_to_text_r10", "text_to_image_r1", "text_to_image_r5", "text_to_image_r10"],
            values.Select(value => value.Name));
        Assert.Equal(
            [
                .. ((int[])[1, 5, 10]).Select(k => Share((image, caption) => cosines[image, caption], k)),
                .. ((int[])[1, 5, 10]).Select(k => Share((caption, image) => cosines[image, caption], k)),
            ],
            values.Select(value => value.Value),
            (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.All(values, value => Assert.True(value is { IsShare: true, HigherIsBetter: true, Count: Images, Network: "damsm" }));
        Assert.All(values, value => Assert.StartsWith("among 12 candidates", value.Note, StringComparison.Ordinal));

        static double Share(Func<int, int, float> score, int k) => Enumerable.Range(0, Images).Average(query =>
            Enumerable.Range(0, Images).OrderByDescending(answer => score(query, answer)).Take(k)
                .Any(answer => answer / 2 == query / 2) ? 1.0 : 0);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _scorer.Dispose();
        _tiny.Dispose();
    }

    /// <summary>Encodes the images in two batches.</summary>
    private EncodedPairs Encode(EvaluationPair[] pairs, DamsmScorer? scorer = null)
    {
        var encoded = new EncodedPairs(scorer ?? _scorer, _captions, pairs, TestContext.Current.CancellationToken);
        encoded.Add(encoded.Encode(_images[..5], 0));
        if (pairs.Length > 5)
        {
            encoded.Add(encoded.Encode(_images[5..], 5));
        }

        return encoded;
    }
}
