using System.Diagnostics.Metrics;

namespace AttnGan.Server.Generation;

/// <summary>The metrics of the generation queues, by model, and of refused API keys.</summary>
internal sealed class GenerationMetrics
{
    public const string MeterName = "AttnGan.Server";

    private readonly Counter<long> _generated;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _keysRefused;
    private readonly UpDownCounter<int> _queueLength;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _duration;

    public GenerationMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _generated = meter.CreateCounter<long>("attngan.images.generated", "{image}", "Images generated.");
        _dropped = meter.CreateCounter<long>(
            "attngan.images.dropped", "{image}", "Images not generated because their client disconnected.");
        _rejected = meter.CreateCounter<long>("attngan.images.rejected", "{image}", "Images rejected because the queue was full.");
        _keysRefused = meter.CreateCounter<long>(
            "attngan.keys.refused", "{request}", "Requests refused because their API key was missing or invalid.");
        _queueLength = meter.CreateUpDownCounter<int>("attngan.queue.length", "{image}", "Images waiting in the queue.");
        _batchSize = meter.CreateHistogram(
            "attngan.batch.size",
            "{image}",
            "Images per batch.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64] });
        _duration = meter.CreateHistogram(
            "attngan.generation.duration",
            "s",
            "Time to generate a batch.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
            });
    }

    /// <summary>Records a generated batch.</summary>
    public void Generated(string model, int images, TimeSpan duration)
    {
        _generated.Add(images, Tag(model));
        _batchSize.Record(images, Tag(model));
        _duration.Record(duration.TotalSeconds, Tag(model));
    }

    public void Dropped(string model, int images) => _dropped.Add(images, Tag(model));

    public void KeyRefused(bool isMissing) =>
        _keysRefused.Add(1, new KeyValuePair<string, object?>("reason", isMissing ? "missing" : "invalid"));

    public void Rejected(string model, int images) => _rejected.Add(images, Tag(model));

    /// <summary>Records that images joined the queue or, if the number is negative, left it.</summary>
    public void QueueChanged(string model, int images) => _queueLength.Add(images, Tag(model));

    private static KeyValuePair<string, object?> Tag(string model) => new("model", model);
}
