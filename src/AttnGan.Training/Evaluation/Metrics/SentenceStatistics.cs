using AttnGan.Text;
using AttnGan.Training.Data;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// Measures what sentence features say. Retrieval is easy for a DAMSM whose sentences say only colors, wherever colors tell the images of a
/// batch apart; a generator needs more.
/// </summary>
internal sealed class SentenceStatistics
{
    private const double VarianceShare = 0.9;

    // All pairs are compared.
    private const int MaxCaptions = 2000;

    private readonly EncodedCaption[] _captions;
    private readonly int[] _things;

    /// <param name="images">Images with the captions to measure; of too many captions, those at even intervals.</param>
    /// <param name="encoder">The caption encoder; captions without a known word are left out.</param>
    public SentenceStatistics(IReadOnlyList<CaptionedImage> images, CaptionEncoder encoder)
    {
        var index = ThingIndex.Of(images);
        (string Caption, int Thing)[] all =
            [.. images.SelectMany((image, row) => image.Captions.Select(caption => (caption, index.Things[row]))).Distinct()];
        int count = Math.Min(all.Length, MaxCaptions);
        (EncodedCaption Caption, int Thing)[] known =
        [
            .. Enumerable.Range(0, count)
                .Select(i => all[(int)((long)i * all.Length / count)])
                .Select(entry => (Caption: encoder.Encode(entry.Caption), entry.Thing))
                .Where(entry => entry.Caption.Ids.Count > 0),
        ];
        _captions = [.. known.Select(entry => entry.Caption)];
        _things = [.. known.Select(entry => entry.Thing)];
    }

    /// <summary>Measures the sentence features of a text encoder.</summary>
    public IReadOnlyList<Measure> Measure(TextEncoder encoder, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        return Measure(encoder.Encode(_captions, device).Sentence, [.. _captions.Select(caption => caption.Text)], _things);
    }

    /// <summary>Measures sentence features; what the captions do not allow to be measured is left out.</summary>
    /// <param name="sentences">(N, D): features of the captions.</param>
    /// <param name="captions">N captions.</param>
    /// <param name="things">What each caption describes, as a number.</param>
    /// <returns>
    /// <c>sentence_dimensions</c>: the smallest number of principal components with 90 % of the variance. <c>sentence_color_variance</c>:
    /// the share of the variance between captions that name one color which the color explains, in [0, 1].
    /// <c>sentence_same_thing_r1</c>: the share of captions whose nearest other caption describes the same thing, by the cosine.
    /// </returns>
    public static IReadOnlyList<Measure> Measure(Tensor sentences, IReadOnlyList<string> captions, IReadOnlyList<int> things)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = sentences.to(ScalarType.Float64);
        (string Name, double? Value)[] measures =
        [
            ("sentence_dimensions", Dimensions(features)),
            ("sentence_color_variance", ExplainedByColor(features, captions)),
            ("sentence_same_thing_r1", SameThingFirst(features, things)),
        ];
        return [.. measures.Where(measure => measure.Value is not null).Select(measure => new Measure(measure.Name, measure.Value!.Value))];
    }

    private static double? Dimensions(Tensor features)
    {
        if (features.shape[0] < 2)
        {
            return null;
        }

        Tensor variances = linalg.eigvalsh(features.t().cov()).flip(0).clamp(min: 0);
        Tensor shares = variances.cumsum(0) / variances.sum().clamp(min: double.Epsilon);
        return 1 + shares.lt(VarianceShare).sum().item<long>();
    }

    private static double? ExplainedByColor(Tensor features, IReadOnlyList<string> captions)
    {
        (int Row, int Color)[] colored =
        [
            .. captions.Select((caption, row) => (Row: row, Color: ColorAccuracy.NamedColor(caption)))
                .Where(entry => entry.Color is not null)
                .Select(entry => (entry.Row, entry.Color!.Value)),
        ];
        if (colored.Select(entry => entry.Color).Distinct().Count() < 2)
        {
            return null;
        }

        Tensor center = Rows(colored).mean([0], keepdim: true);
        double total = (Rows(colored) - center).square().sum().item<double>();
        double between = colored.GroupBy(entry => entry.Color).Sum(group =>
            group.Count() * (Rows([.. group]).mean([0], keepdim: true) - center).square().sum().item<double>());
        return total > 0 ? between / total : null;

        Tensor Rows(IReadOnlyList<(int Row, int Color)> entries) =>
            features.index_select(0, tensor([.. entries.Select(entry => (long)entry.Row)], device: features.device));
    }

    private static double? SameThingFirst(Tensor features, IReadOnlyList<int> things)
    {
        HashSet<int> repeated = [.. things.CountBy(thing => thing).Where(pair => pair.Value > 1).Select(pair => pair.Key)];
        long[] queries = [.. Enumerable.Range(0, things.Count).Where(row => repeated.Contains(things[row])).Select(row => (long)row)];
        if (queries.Length == 0 || things.Distinct().Count() < 2)
        {
            return null;
        }

        Tensor unit = Cosine.Normalize(features);
        Tensor rows = tensor(queries, device: features.device);
        Tensor scores = matmul(unit.index_select(0, rows), unit.t());
        Tensor itself = rows.unsqueeze(1).eq(arange(things.Count, device: features.device));
        scores = scores.masked_fill(itself, double.NegativeInfinity); // a caption does not find itself
        Tensor classes = tensor([.. things.Select(thing => (long)thing)], device: features.device);
        return Retrieval.RecallOf(scores, classes.index_select(0, rows), classes).At1;
    }
}
