using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Reports;

namespace AttnGan.Training.Evaluation;

/// <summary>The few pictures that a report shows: the first ones, the best and the worst. Others are not held.</summary>
internal sealed class KeptPictures
{
    private const int Samples = 16;
    private const int Extremes = 8;
    private const string Folder = "pictures";

    private readonly List<Kept> _samples = [];
    private readonly List<Kept> _best = [];
    private readonly List<Kept> _worst = [];

    /// <param name="pair">What was asked for.</param>
    /// <param name="seed">Seed of the drawing; null for references.</param>
    /// <param name="score">Cosine of picture and caption; NaN where nobody judges it.</param>
    /// <param name="picture">The picture.</param>
    public void Add(EvaluationPair pair, long? seed, double score, RgbImage picture)
    {
        var kept = new Kept(pair, seed, score, picture);
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

    /// <summary>Writes the pictures, and the real ones of the same captions.</summary>
    /// <param name="report">Gets the lists.</param>
    /// <param name="folder">The report's folder.</param>
    /// <param name="real">The data set's picture for a pair; null where the subject's pictures are those.</param>
    /// <param name="metadata">What the files say beside caption and seed.</param>
    public EvaluationReport Write(EvaluationReport report, string folder, Func<EvaluationPair, RgbImage>? real, ImageMetadata metadata)
    {
        Directory.CreateDirectory(folder);

        // Until the new one is complete there is no report, so that no figures stand beside pictures of others.
        foreach (string name in (string[])[ReportFile.Name, ReportPage.Name])
        {
            File.Delete(Path.Combine(folder, name));
        }

        string pictures = Path.Combine(folder, Folder);
        if (Directory.Exists(pictures))
        {
            Directory.Delete(pictures, recursive: true);
        }

        Directory.CreateDirectory(pictures);
        return report with { Samples = List("sample", _samples), Best = List("best", _best), Worst = List("worst", _worst) };

        IReadOnlyList<ScoredPicture> List(string name, List<Kept> list) => [.. list.Select((kept, i) =>
        {
            string path = Save($"{name}-{i + 1:00}", kept.Picture, metadata with { Caption = kept.Pair.Caption, Seed = kept.Seed });
            string? realPath = real is null ? null : Save($"{name}-{i + 1:00}-real", real(kept.Pair), new ImageMetadata { Caption = kept.Pair.Caption });
            return new ScoredPicture(kept.Pair.Caption, kept.Seed, kept.Score, path, realPath);
        })];

        string Save(string name, RgbImage picture, ImageMetadata said)
        {
            string path = $"{Folder}/{name}.png";
            picture.Save(Path.Combine(folder, path), said);
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

    private sealed record Kept(EvaluationPair Pair, long? Seed, double Score, RgbImage Picture);
}
