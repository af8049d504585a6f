using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Evaluation;

/// <summary>Keeps the few images that a report shows: the first ones, those with the highest and those with the lowest scores.</summary>
internal sealed class ReportSamples
{
    private const int Samples = 16;
    private const int Extremes = 8;
    private const string Folder = "images";

    private readonly List<Sample> _samples = [];
    private readonly List<Sample> _best = [];
    private readonly List<Sample> _worst = [];

    /// <summary>Adds an image of the evaluation.</summary>
    /// <param name="pair">Its caption.</param>
    /// <param name="seed">Its seed; null for images that are not generated.</param>
    /// <param name="score">Cosine of image and caption; NaN without a DAMSM.</param>
    /// <param name="image">The image.</param>
    public void Add(EvaluationPair pair, long? seed, double score, RgbImage image)
    {
        var sample = new Sample(pair, seed, score, image);
        if (_samples.Count < Samples)
        {
            _samples.Add(sample);
        }

        if (!double.IsNaN(score))
        {
            Insert(_best, sample, (a, b) => a.Score > b.Score);
            Insert(_worst, sample, (a, b) => a.Score < b.Score);
        }
    }

    /// <summary>Writes the images, and the real images of the same captions, into the report's folder.</summary>
    /// <param name="report">The report to add the lists of images to.</param>
    /// <param name="folder">The report's folder.</param>
    /// <param name="real">Returns the dataset's image of a pair; null if the evaluated images are those.</param>
    /// <param name="metadata">Metadata of the files besides caption and seed.</param>
    public EvaluationReport Write(
        EvaluationReport report, string folder, Func<EvaluationPair, RgbImage>? real, ImageMetadata metadata)
    {
        Directory.CreateDirectory(folder);

        // Delete the previous report first: metrics must never lie beside the images of another evaluation.
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
        return report with { Samples = SaveAll("sample", _samples), Best = SaveAll("best", _best), Worst = SaveAll("worst", _worst) };

        IReadOnlyList<ScoredImage> SaveAll(string name, List<Sample> list) => [.. list.Select((sample, i) =>
        {
            string caption = sample.Pair.Caption;
            string path = Save($"{name}-{i + 1:00}", sample.Image, metadata with { Caption = caption, Seed = sample.Seed });
            string? realPath = real is null
                ? null
                : Save($"{name}-{i + 1:00}-real", real(sample.Pair), new ImageMetadata { Caption = caption });
            return new ScoredImage(caption, sample.Seed, sample.Score, path, realPath);
        })];

        string Save(string name, RgbImage image, ImageMetadata imageMetadata)
        {
            string path = $"{Folder}/{name}.png";
            image.Save(Path.Combine(folder, path), imageMetadata);
            return path;
        }
    }

    private static void Insert(List<Sample> list, Sample sample, Func<Sample, Sample, bool> isBefore)
    {
        int at = list.FindIndex(other => isBefore(sample, other));
        list.Insert(at < 0 ? list.Count : at, sample);
        if (list.Count > Extremes)
        {
            list.RemoveAt(Extremes);
        }
    }

    private sealed record Sample(EvaluationPair Pair, long? Seed, double Score, RgbImage Image);
}
