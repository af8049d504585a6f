using System.Diagnostics.Metrics;

namespace AttnGan.Server.Generation;

/// <summary>What is measured of drawing, each value by model.</summary>
internal sealed class GenerationMetrics
{
    public const string MeterName = "AttnGan.Server";

    private readonly Counter<long> _images;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _rejected;
    private readonly UpDownCounter<int> _waiting;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _duration;

    public GenerationMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _images = meter.CreateCounter<long>("attngan.images.drawn", "{image}", "Images drawn.");
        _dropped = meter.CreateCounter<long>("attngan.images.dropped", "{image}", "Images that were not drawn, as their client had gone.");
        _rejected = meter.CreateCounter<long>("attngan.images.rejected", "{image}", "Images that were not taken, as the queue was full.");
        _waiting = meter.CreateUpDownCounter<int>("attngan.queue.length", "{image}", "Images that wait to be drawn.");
        _batchSize = meter.CreateHistogram(
            "attngan.batch.size",
            "{image}",
            "Images drawn at once.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64] });
        _duration = meter.CreateHistogram(
            "attngan.drawing.duration",
            "s",
            "Time that a batch took.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
            });
    }

    public void GeneratorOutputs(string model, int images, TimeSpan duration)
    {
        _images.Add(images, Of(model));
        _batchSize.Record(images, Of(model));
        _duration.Record(duration.TotalSeconds, Of(model));
    }

    public void Dropped(string model, int images) => _dropped.Add(images, Of(model));

    public void Rejected(string model, int images) => _rejected.Add(images, Of(model));

    /// <summary>Images came to the queue or, where the number is negative, left it.</summary>
    public void Waiting(string model, int change) => _waiting.Add(change, Of(model));

    private static KeyValuePair<string, object?> Of(string model) => new("model", model);
}
