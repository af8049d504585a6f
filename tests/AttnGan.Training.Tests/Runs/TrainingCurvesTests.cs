using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Runs;
using AttnGan.Training.Tests.Trainers;

namespace AttnGan.Training.Tests.Runs;

public sealed class TrainingCurvesTests
{
    [Fact]
    public void Losses_and_metrics_are_plotted_with_titles()
    {
        using var folder = new TemporaryDirectory();
        RunPart part = Log(folder, log =>
        {
            for (int i = 1; i <= 60; i++)
            {
                log.Write(TrainingLog.Training, i, 0, [new("words0", 5.0 / i), new("words1", 6.0 / i), new("loss", 11.0 / i)]);
            }

            log.Write(TrainingLog.Validation, 60, 0, [new("image_to_text_r1", 0.3)]);
        });

        TrainingCurves.Draw(part, "mine");

        var losses = RgbImage.Load(part.LossCurves, RgbColor.White);
        var metrics = RgbImage.Load(part.MetricCurves, RgbColor.White);
        Assert.Equal((1120, 384), (losses.Width, losses.Height)); // two panels
        Assert.Equal((560, 384), (metrics.Width, metrics.Height));
        Assert.All(new[] { losses, metrics }, image => Assert.InRange(Dark(image, 0, 44), 200, 5000));       // the title
        Assert.All(new[] { losses, metrics }, image => Assert.InRange(Dark(image, 44, 384), 1000, 100_000)); // axes and their text
        Assert.InRange(OfColor(losses, new RgbColor(0x00, 0x72, 0xb2)), 300, 20_000);
        Assert.InRange(OfColor(losses, new RgbColor(0xd5, 0x5e, 0x00)), 150, 20_000);
        Assert.InRange(OfColor(metrics, new RgbColor(0x00, 0x72, 0xb2)), 10, 2_000);
    }

    [Fact]
    public void A_plot_without_curves_is_not_written()
    {
        using var folder = new TemporaryDirectory();
        RunPart part = Log(folder, log => log.Write(TrainingLog.Training, 1, 0, [new("some_new_loss", 1)]));

        TrainingCurves.Draw(part, "mine");

        Assert.True(File.Exists(part.LossCurves));
        Assert.False(File.Exists(part.MetricCurves));
    }

    [Fact]
    public void A_training_updates_its_plots_after_resuming()
    {
        using var tiny = new TinyRun();
        AttnGanConfig config = TinyRun.Config with { Logging = TinyRun.Config.Logging with { Curves = true } };
        var part = new RunPart(tiny.Folder("run"), "damsm");
        Assert.False(tiny.TrainUntil(4, "run", "damsm", config: config));
        byte[] losses = File.ReadAllBytes(part.LossCurves);
        byte[] metrics = File.ReadAllBytes(part.MetricCurves);

        Assert.True(tiny.Train("run", "damsm", resume: true, config));

        Assert.NotEqual(losses, File.ReadAllBytes(part.LossCurves));
        Assert.NotEqual(metrics, File.ReadAllBytes(part.MetricCurves));
        Assert.Empty(Directory.GetFiles(part.Path, "*.tmp"));
    }

    [Fact]
    public void Smoothing_preserves_a_constant_and_reduces_noise()
    {
        var line = new Curve("line", [.. Enumerable.Range(0, 100).Select(i => new CurvePoint(i, 3))]);
        var noise = new Curve("noise", [.. Enumerable.Range(0, 100).Select(i => new CurvePoint(i, i % 2))]);

        Assert.All(line.Smoothed()!, point => Assert.Equal(3, point.Value, 1e-12));
        Assert.All(noise.Smoothed()!.Skip(5), point => Assert.InRange(point.Value, 0.4, 0.6));
        Assert.Equal(noise.Points.Select(point => point.Step), noise.Smoothed()!.Select(point => point.Step));
        Assert.Null(new Curve("few", [.. noise.Points.Take(39)]).Smoothed());
    }

    [Fact]
    public void A_log_is_read_without_its_incomplete_line()
    {
        using var folder = new TemporaryDirectory();
        string path = folder.File("log.jsonl");
        using var training = new StreamWriter(path) { AutoFlush = true };
        training.WriteLine("""{"kind":"train","step":1,"epoch":0,"loss":2}""");
        training.Write("""{"kind":"train","st""");

        LogEntry entry = Assert.Single(LogEntry.ReadAll(path));

        Assert.Equal((1, 2.0, null), (entry.Step, entry["loss"], entry["other"]));
        Assert.Empty(LogEntry.ReadAll(folder.File("none/log.jsonl")));
    }

    private static RunPart Log(TemporaryDirectory folder, Action<TrainingLog> write)
    {
        var part = new RunPart(folder.File("run"), "damsm");
        part.Begin(resume: false);
        using var log = new TrainingLog(part.Log, null, 0, evaluated: true);
        write(log);
        return part;
    }

    private static int Dark(RgbImage image, int top, int bottom) =>
        Count(image, top, bottom, (r, g, b) => Math.Max(r, Math.Max(g, b)) < 80);

    private static int OfColor(RgbImage image, RgbColor color) =>
        Count(image, 0, image.Height, (r, g, b) => (r, g, b) == (color.R, color.G, color.B));

    private static int Count(RgbImage image, int top, int bottom, Func<byte, byte, byte, bool> matches) => Enumerable
        .Range(top * image.Width, (bottom - top) * image.Width)
        .Count(pixel => matches(image.Pixels[3 * pixel], image.Pixels[(3 * pixel) + 1], image.Pixels[(3 * pixel) + 2]));
}
