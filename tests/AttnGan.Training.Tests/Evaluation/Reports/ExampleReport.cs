using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Tests.Evaluation.Reports;

/// <summary>A typical report with its images.</summary>
internal static class ExampleReport
{
    public const string Hostile = "<script>document.title='owned'</script> & \"quoted\" 'single' <img src=x onerror=alert(1)>";

    public static EvaluationNetwork Features { get; } =
        new("features", "Inception-v3 (torchvision)", new string('a', 63) + "1", "299 pixels, pooled features, 2048 dimensions");

    public static EvaluationNetwork Damsm { get; } =
        new("damsm", "DAMSM of the run", new string('b', 63) + "2", "64 pixels, 256 dimensions");

    public static MetricValue Fid { get; } = new(
        "fid", "Fréchet inception distance", 23.4125, null, HigherIsBetter: false, IsShare: false, "features", 1000,
        "Biased by the count: comparable only with values over as many images.");

    public static MetricValue RPrecision { get; } =
        new("r_precision", "R-precision", 0.6128, 0.0128, HigherIsBetter: true, IsShare: true, "damsm", 1000);

    public static MetricValue Coverage { get; } =
        new("coverage", "Coverage", 0.482, null, HigherIsBetter: true, IsShare: true, "features", 1000);

    public static MetricValue Cosine { get; } =
        new("cosine", "Cosine of image and caption", 0.4321, 0.02, HigherIsBetter: true, IsShare: false, "damsm", 1000);

    /// <summary>Returns a report without images.</summary>
    public static EvaluationReport Create() => new()
    {
        Version = "0.2.0",
        Created = new DateTimeOffset(2026, 3, 14, 17, 5, 0, TimeSpan.FromHours(2)),
        Subject = new(SubjectKind.Model, "emoji", new string('c', 63) + "3", 256, 0.9, 48_000),
        Data = new("sample", "validation", 1234, new string('d', 63) + "4", 1.1875),
        Count = 1000,
        Seed = 7654321,
        Networks = [Features, Damsm],
        Metrics = [Fid, RPrecision, Coverage, Cosine],
        Skipped = [new("diversity", "there is one image <each>")],
        Categories =
        [
            Category("objects", 412, 0.58, 0.41),
            Category("food-drink", 120, 0.82, 0.55),
            Category("animals-nature", 233, 0.31, 0.22),
        ],
    };

    /// <summary>Returns a report with plain images, which it writes into <paramref name="folder"/>.</summary>
    public static EvaluationReport CreateWithImages(string folder)
    {
        Save("generated.png", 10, 200, 30);
        Save("real.jpg", 200, 10, 30);
        return Create() with
        {
            Samples =
            [
                new("a red heart", 42, 0.5123, "generated.png", "real.jpg"),
                new(Hostile, null, -0.25, "generated.png", null),
            ],
            Best = [new("a yellow star", 4, 0.75, "generated.png", "real.jpg")],
            Worst = [new("a gray elephant", 5, -0.31, "generated.png", "real.jpg")],
        };

        void Save(string name, byte r, byte g, byte b)
        {
            var image = new RgbImage(16, 12);
            for (int i = 0; i < image.Pixels.Length; i += 3)
            {
                (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]) = (r, g, b);
            }

            image.Save(Path.Combine(folder, name));
        }
    }

    public static CategoryScore Category(string name, int count, double rPrecision, double cosine) =>
        new(name, count, new Dictionary<string, double> { ["r_precision"] = rPrecision, ["cosine"] = cosine });
}
