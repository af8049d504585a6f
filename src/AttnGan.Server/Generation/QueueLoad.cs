namespace AttnGan.Server.Generation;

/// <summary>The images of a queue that wait or are being generated, and the time that they take. Thread-safe.</summary>
/// <param name="limit">The maximum number of waiting images.</param>
internal sealed class QueueLoad(int limit)
{
    private static readonly TimeSpan s_minEstimate = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_maxEstimate = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();

    // By requested size, of which a model has a few; 0 stands for the largest.
    private readonly Dictionary<int, Work> _work = [];
    private int _waiting;

    /// <summary>The number of waiting images.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting;
            }
        }
    }

    /// <summary>Adds images; returns false if they exceed the limit.</summary>
    public bool TryAdd(int? size, int images)
    {
        lock (_lock)
        {
            if (_waiting + images > limit)
            {
                return false;
            }

            _waiting += images;
            WorkOf(size).Images += images;
            return true;
        }
    }

    /// <summary>Counts waiting images as those of the next batch.</summary>
    public void Begin(int images)
    {
        lock (_lock)
        {
            _waiting -= images;
        }
    }

    /// <summary>Removes the images of a batch.</summary>
    /// <param name="size">The requested size; null for the largest.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="duration">The time that they took; null if they were not generated.</param>
    public void End(int? size, int images, TimeSpan? duration)
    {
        lock (_lock)
        {
            Work work = WorkOf(size);
            work.Images -= images;
            work.SecondsPerImage = duration?.TotalSeconds / images ?? work.SecondsPerImage;
        }
    }

    /// <summary>Removes images that will not be generated.</summary>
    public void Remove(int? size, int images)
    {
        Begin(images);
        End(size, images, duration: null);
    }

    /// <summary>
    /// Estimates the time until all images are generated, in [1 s, 1 min]. Images of a size that was not generated yet count as those of
    /// the slowest size.
    /// </summary>
    public TimeSpan Estimate()
    {
        lock (_lock)
        {
            double slowest = _work.Values.Max(work => work.SecondsPerImage) ?? 0;
            double seconds = _work.Values.Sum(work => work.Images * (work.SecondsPerImage ?? slowest));
            return TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(seconds), s_minEstimate.TotalSeconds, s_maxEstimate.TotalSeconds));
        }
    }

    private Work WorkOf(int? size)
    {
        if (!_work.TryGetValue(size ?? 0, out Work? work))
        {
            _work[size ?? 0] = work = new Work();
        }

        return work;
    }

    private sealed class Work
    {
        /// <summary>Images that wait or are being generated.</summary>
        public int Images { get; set; }

        /// <summary>Of the last batch; null before the first one.</summary>
        public double? SecondsPerImage { get; set; }
    }
}
