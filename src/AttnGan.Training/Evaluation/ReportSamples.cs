using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Reports;

namespace AttnGan.Training.Evaluation;

/// <summary>The few images that a report shows: the first ones, the best and the worst. Others are not held.</summary>
internal sealed class ReportSamples
{
    private const int Samples = 16;
    private const int Extremes = 8;
    private const string Folder = "images";

    private readonly List<Kept> _samples = [];
    private readonly List<Kept> _best = [];
    private readonly List<Kept> _worst = [];

    /// <param name="pair">What was asked for.</param>
    /// <param name="seed">Seed of the drawing; null for references.</param>
    /// <param name="score">Cosine of image and caption; NaN where nobody judges it.</param>
    /// <param name="image">The image.</param>
    public void Add(EvaluationPair pair, long? seed, double score, RgbImage image)
    {
        var kept = new Kept(pair, seed, score, image);
        if (_samples.Count < Samples)
        {
            _samples.Add(kept);
        }

        if (!double.IsNaN(score))
        {
            Insert(_best, kept, (a, b) => a.Score > b.Score);
            Insert(_worst, kept, (a, b) => a.Score < b.Score);
        }
    }

    /// <summary>Writes the images, and the real ones of the same captions.</summary>
    /// <param name="report">Gets the lists.</param>
    /// <param name="folder">The report's folder.</param>
    /// <param name="real">The dataset's image for a pair; null where the subject's images are those.</param>
    /// <param name="metadata">What the files say beside caption and seed.</param>
    public EvaluationReport Write(EvaluationReport report, string folder, Func<EvaluationPair, RgbImage>? real, ImageMetadata metadata)
    {
        Directory.CreateDirectory(folder);

        // Until the new one is complete there is no report, so that no figures stand beside images of others.
        foreach (string name in (string[])[ReportFile.Name, ReportPage.Name])
        {
            File.Delete(Path.Combine(folder, name));
        }

        string images = Path.Combine(folder, Folder);
        if (Directory.Exists(images))
        {
            Directory.Delete(images, recursive: true);
        }

        Directory.CreateDirectory(images);
        return report with { Samples = List("sample", _samples), Best = List("best", _best), Worst = List("worst", _worst) };

        IReadOnlyList<ScoredImage> List(string name, List<Kept> list) => [.. list.Select((kept, i) =>
        {
            string path = Save($"{name}-{i + 1:00}", kept.Image, metadata with { Caption = kept.Pair.Caption, Seed = kept.Seed });
            string? realPath = real is null ? null : Save($"{name}-{i + 1:00}-real", real(kept.Pair), new ImageMetadata { Caption = kept.Pair.Caption });
            return new ScoredImage(kept.Pair.Caption, kept.Seed, kept.Score, path, realPath);
        })];

        string Save(string name, RgbImage image, ImageMetadata said)
        {
            string path = $"{Folder}/{name}.png";
            image.Save(Path.Combine(folder, path), said);
            return path;
        }
    }

    private static void Insert(List<Kept> list, Kept kept, Func<Kept, Kept, bool> isBefore)
    {
        int at = list.FindIndex(other => isBefore(kept, other));
        list.Insert(at < 0 ? list.Count : at, kept);
        if (list.Count > Extremes)
        {
            list.RemoveAt(Extremes);
        }
    }

    private sealed record Kept(EvaluationPair Pair, long? Seed, double Score, RgbImage Image);
}
