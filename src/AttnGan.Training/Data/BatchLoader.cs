using System.Collections.Concurrent;
using System.Threading.Channels;
using AttnGan.Imaging;
using AttnGan.Text;

namespace AttnGan.Training.Data;

/// <summary>
/// Prepares batches on background threads. The content of a batch depends only on the seed, the epoch and its index, never on threads,
/// timing or memory, so that a resumed epoch continues exactly as the interrupted one would have.
/// </summary>
public sealed class BatchLoader
{
    private readonly IReadOnlyList<CaptionedImage> _images;
    private readonly CaptionEncoder _encoder;
    private readonly BatchLoaderOptions _options;
    private readonly long[] _classes;
    private readonly int[][] _usableCaptions;
    private readonly ConcurrentDictionary<int, RgbImage> _cache = new();
    private readonly long _cacheLimit;
    private readonly ViewKeys? _views;
    private readonly Func<UInt128, bool> _needsPixels;
    private long _cachedBytes;
    private readonly ConcurrentDictionary<string, string> _damaged = new(StringComparer.Ordinal);
    private int _activeWorkers;

    /// <summary>Creates a loader and checks all captions.</summary>
    /// <remarks>
    /// With <see cref="BatchLoaderOptions.Augment"/> (training) every caption must contain a word of the vocabulary. Without it
    /// (validation) captions that contain only unknown words are skipped, but each image must have another caption.
    /// </remarks>
    /// <exception cref="DatasetException">A caption, or every caption of an image, has no known word.</exception>
    /// <exception cref="AttnGanException">There are no images, or too few for one batch.</exception>
    public BatchLoader(IReadOnlyList<CaptionedImage> images, CaptionEncoder captions, BatchLoaderOptions options)
        : this(images, captions, options, needsPixels: null)
    {
    }

    /// <param name="images">The images of the dataset part.</param>
    /// <param name="captions">The caption encoder.</param>
    /// <param name="options">The options.</param>
    /// <param name="needsPixels">
    /// With <see cref="BatchLoaderOptions.Views"/>: returns false for the key of a view whose pixels the reader does not need, which saves
    /// decoding the image. It is called on background threads. Null: all are needed.
    /// </param>
    internal BatchLoader(
        IReadOnlyList<CaptionedImage> images, CaptionEncoder captions, BatchLoaderOptions options, Func<UInt128, bool>? needsPixels)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(captions);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _images = images;
        _encoder = captions;
        _options = options;
        BatchesPerEpoch = options.DropLast ? images.Count / options.BatchSize : (images.Count + options.BatchSize - 1) / options.BatchSize;
        if (BatchesPerEpoch == 0)
        {
            throw new AttnGanException(images.Count == 0
                ? "There are no images to load."
                : $"Batch size {options.BatchSize} is larger than the number of images, {images.Count}; use a smaller one.");
        }

        // Views are decoded once, and features of them are kept instead.
        _cacheLimit = options.Views > 0 ? 0 : options.CacheMegabytes * 1024L * 1024L;
        _views = options.Views > 0 ? new ViewKeys(images, options) : null;
        _needsPixels = needsPixels ?? (static _ => true);
        _classes = NumberClasses(images);
        _usableCaptions = FindUsableCaptions(images, captions, options.Augment);
    }

    /// <summary>Images per batch; the last batch of an epoch may be smaller.</summary>
    public int BatchSize => _options.BatchSize;

    /// <summary>Number of images in the dataset part that is loaded.</summary>
    public int ImageCount => _images.Count;

    /// <summary>Number of batches in each epoch.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>The messages of damaged images that were skipped so far, by name.</summary>
    internal IReadOnlyDictionary<string, string> Damaged => _damaged;

    /// <summary>Number of running background threads: 0 once every enumerator is disposed.</summary>
    internal int ActiveWorkers => Volatile.Read(ref _activeWorkers);

    /// <summary>Enumerates the batches of an epoch in order.</summary>
    /// <param name="epoch">Index of the epoch (at least 0).</param>
    /// <param name="firstBatch">Index of the first batch; it and those after it equal the batches of a complete epoch.</param>
    /// <param name="cancellation">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="AttnGanException">An image cannot be read; the message names it.</exception>
    public IEnumerable<CaptionedBatch> Epoch(int epoch, int firstBatch = 0, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBatch, BatchesPerEpoch);
        return Enumerate(epoch, firstBatch, cancellation);
    }

    private IEnumerable<CaptionedBatch> Enumerate(int epoch, int firstBatch, CancellationToken cancellation)
    {
        int[] order = OrderOf(epoch);
        int batches = BatchesPerEpoch - firstBatch;
        // Worker w writes every workers-th batch to its own channel, and the channels are read in turn: this keeps the order without
        // sorting, and the bounded channels limit memory.
        int workers = Math.Max(1, Math.Min(Math.Min(_options.Workers, _options.Prefetch), batches));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var channels = new Channel<CaptionedBatch>[workers];
        var tasks = new Task[workers];
        for (int w = 0; w < workers; w++)
        {
            Channel<CaptionedBatch> channel = channels[w] = Channel.CreateBounded<CaptionedBatch>(
                new BoundedChannelOptions(Math.Max(1, _options.Prefetch / workers)) { SingleReader = true, SingleWriter = true });
            int first = firstBatch + w;
            CancellationToken token = stop.Token;
            tasks[w] = Task.Factory.StartNew(
                () => Work(channel.Writer, order, epoch, first, workers, token),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }

        try
        {
            for (int i = 0; i < batches; i++)
            {
                yield return Receive(channels[i % workers].Reader, cancellation);
            }
        }
        finally
        {
            stop.Cancel();
            Task.WaitAll(tasks, CancellationToken.None);
        }
    }

    private static CaptionedBatch Receive(ChannelReader<CaptionedBatch> reader, CancellationToken cancellation)
    {
        CaptionedBatch? batch;
        while (!reader.TryRead(out batch))
        {
            // Rethrows a worker's exception.
            if (!reader.WaitToReadAsync(cancellation).AsTask().GetAwaiter().GetResult())
            {
                throw new InvalidOperationException("A worker ended before its last batch.");
            }
        }

        return batch;
    }

    /// <summary>The body of a worker thread. It never throws: an exception reaches the reader through the channel.</summary>
    private void Work(
        ChannelWriter<CaptionedBatch> writer, int[] order, int epoch, int first, int step, CancellationToken stop)
    {
        Interlocked.Increment(ref _activeWorkers);
        try
        {
            for (int batch = first; batch < BatchesPerEpoch; batch += step)
            {
                writer.WriteAsync(Prepare(order, epoch, batch, stop), stop).AsTask().GetAwaiter().GetResult();
            }

            writer.Complete();
        }
        catch (Exception error)
        {
            writer.Complete(error);
        }
        finally
        {
            Interlocked.Decrement(ref _activeWorkers);
        }
    }

    private CaptionedBatch Prepare(int[] order, int epoch, int batch, CancellationToken stop)
    {
        int start = batch * _options.BatchSize;
        int globalSize = Math.Min(_options.BatchSize, order.Length - start);
        int[] rows = [.. Enumerable.Range(0, globalSize).Where(row => row % _options.Ranks == _options.Rank)];
        int size = rows.Length;
        var items = new CaptionedImage[size];
        var captions = new EncodedCaption[size];
        long[] classes = new long[size];
        float[][] images = _views is null ? [.. _options.Sizes.Select(side => new float[size * 3 * side * side])] : [];
        var views = new ImageView[_views is null ? 0 : size];
        for (int b = 0; b < size; b++)
        {
            stop.ThrowIfCancellationRequested();
            int position = start + rows[b];
            int index = order[position];
            // All four numbers are always sampled, so that disabling one leaves the others unchanged.
            var random = new CounterRandom(_options.Seed, RandomStream.Sample, epoch, position);
            int caption = random.Next(_usableCaptions[index].Length);
            if (_views is not null)
            {
                int view = _options.Augment ? random.Next(_options.Views) : 0;
                if (UseOrNext(order, position, ref index, image => PrepareView(image, view)) is not { } prepared)
                {
                    continue;
                }

                items[b] = _images[index];
                classes[b] = _classes[index];
                captions[b] = EncodeCaption(index, _options.Augment ? caption % _usableCaptions[index].Length : 0);
                views[b] = prepared;
                continue;
            }

            if (UseOrNext(order, position, ref index, Scaled) is not { } scaled)
            {
                continue;
            }

            items[b] = _images[index];
            classes[b] = _classes[index];
            caption %= _usableCaptions[index].Length;
            (int roomX, int roomY) = (scaled.Width - _options.LargestSize, scaled.Height - _options.LargestSize);
            (int x, int y) = (random.Next(roomX + 1), random.Next(roomY + 1));
            bool flip = random.NextBool();
            if (!_options.Augment)
            {
                (caption, x, y, flip) = (0, roomX / 2, roomY / 2, false);
            }

            captions[b] = EncodeCaption(index, caption);
            FillPyramid(scaled, x, y, flip && _options.Flip, images, b);
        }

        return Array.Exists(items, item => item is null)
            ? WithoutMissing(items, captions, classes, images, views)
            : new CaptionedBatch(
                items, captions, classes, _options.Sizes, images, views, Shared(order, epoch, start, globalSize, rows));
    }

    /// <summary>Returns what each process must know of the whole batch, without its images; null for one process.</summary>
    private GlobalBatch? Shared(int[] order, int epoch, int start, int size, int[] rows)
    {
        if (_options.Ranks == 1)
        {
            return null;
        }

        long[] classes = [.. Enumerable.Range(start, size).Select(position => _classes[order[position]])];
        return new GlobalBatch(rows, classes, Enumerable.Range(start, size).Max(Length));

        int Length(int position)
        {
            int index = order[position];
            var random = new CounterRandom(_options.Seed, RandomStream.Sample, epoch, position);
            int caption = random.Next(_usableCaptions[index].Length);
            return EncodeCaption(index, _options.Augment ? caption : 0).Ids.Count;
        }
    }

    private EncodedCaption EncodeCaption(int index, int usable) =>
        _encoder.Encode(_images[index].Captions[_usableCaptions[index][usable]]);

    private ImageView PrepareView(int index, int view)
    {
        bool flip = _options.Flip && view % 2 == 1;
        UInt128 key = _views!.Of(index, view == 0 ? "center" : $"{view} of {_options.Seed}{(flip ? ", flipped" : "")}");
        if (!_needsPixels(key))
        {
            return new ImageView(key, null);
        }

        int side = _options.LargestSize;
        RgbImage scaled = Scaled(index);
        (int roomX, int roomY) = (scaled.Width - side, scaled.Height - side);
        var random = new CounterRandom(_options.Seed, RandomStream.Views, view, _views.Streams[index]);
        (int x, int y) = view == 0 ? (roomX / 2, roomY / 2) : (random.Next(roomX + 1), random.Next(roomY + 1));
        float[] pixels = new float[3 * side * side];
        FillPyramid(scaled, x, y, flip, [pixels], 0);
        return new ImageView(key, pixels);
    }

    /// <summary>
    /// Prepares an image. A damaged one is skipped if the options allow it: in training, the next readable one of the epoch takes its
    /// place; in validation it is left out.
    /// </summary>
    private T? UseOrNext<T>(int[] order, int position, ref int index, Func<int, T> prepare)
        where T : class
    {
        for (int i = 0; i < order.Length; i++)
        {
            index = order[(position + i) % order.Length];
            if (!_damaged.ContainsKey(_images[index].Name))
            {
                try
                {
                    return prepare(index);
                }
                catch (AttnGanException error) when (_options.SkipDamaged)
                {
                    _damaged[_images[index].Name] = error.Message;
                }
                catch (AttnGanException error)
                {
                    throw new DamagedImageException(error.Message, error);
                }
            }

            if (!_options.Augment)
            {
                return null;
            }
        }

        throw new AttnGanException("No image of the dataset can be decoded.");
    }

    private CaptionedBatch WithoutMissing(
        CaptionedImage[] items, EncodedCaption[] captions, long[] classes, float[][] images, ImageView[] views)
    {
        int[] kept = [.. Enumerable.Range(0, items.Length).Where(b => items[b] is not null)];
        if (kept.Length == 0)
        {
            throw new AttnGanException("No image of a validation batch can be decoded; see `attngan dataset check`.");
        }

        return new CaptionedBatch(
            [.. kept.Select(b => items[b])],
            [.. kept.Select(b => captions[b])],
            [.. kept.Select(b => classes[b])],
            _options.Sizes,
            [
                .. images.Select(level => kept
                    .SelectMany(b => level.AsSpan(b * (level.Length / items.Length), level.Length / items.Length).ToArray())
                    .ToArray()),
            ],
            [.. kept.Where(_ => views.Length > 0).Select(b => views[b])]);
    }

    private void FillPyramid(RgbImage scaled, int x, int y, bool flip, float[][] images, int b)
    {
        RgbImage largest = scaled.Crop(x, y, _options.LargestSize, _options.LargestSize);
        if (flip)
        {
            largest = largest.FlipHorizontally();
        }

        for (int level = 0; level < images.Length; level++)
        {
            int side = _options.Sizes[level];
            RgbImage image = side == _options.LargestSize ? largest : largest.Resize(side, side);
            ToPlanes(image.Pixels, images[level].AsSpan(b * 3 * side * side, 3 * side * side));
        }
    }

    /// <summary>Converts (H, W, 3) bytes to (3, H, W) in [-1, 1].</summary>
    internal static void ToPlanes(ReadOnlySpan<byte> pixels, Span<float> planes)
    {
        int area = planes.Length / 3;
        Span<float> red = planes[..area];
        Span<float> green = planes.Slice(area, area);
        Span<float> blue = planes[(2 * area)..];
        for (int i = 0, from = 0; i < red.Length; i++, from += 3)
        {
            red[i] = (pixels[from] / 127.5f) - 1;
            green[i] = (pixels[from + 1] / 127.5f) - 1;
            blue[i] = (pixels[from + 2] / 127.5f) - 1;
        }
    }

    /// <summary>Returns an image scaled for cropping, from the cache if it is there.</summary>
    private RgbImage Scaled(int index)
    {
        if (_cache.TryGetValue(index, out RgbImage? cached))
        {
            return cached;
        }

        RgbImage scaled = Scale(_images[index], _options.Background, _options.ScaledSide);

        // No image is ever evicted: a shuffled epoch needs each once, so no choice of cached images is better than another.
        if (Interlocked.Add(ref _cachedBytes, scaled.Pixels.Length) > _cacheLimit || !_cache.TryAdd(index, scaled))
        {
            Interlocked.Add(ref _cachedBytes, -scaled.Pixels.Length);
        }

        return scaled;
    }

    /// <summary>Reads an image and scales its shorter side to <paramref name="side"/> pixels.</summary>
    /// <exception cref="AttnGanException">The image cannot be read; the message names it.</exception>
    internal static RgbImage Scale(CaptionedImage image, RgbColor background, int side)
    {
        try
        {
            RgbImage decoded = image.Load(background);
            (int width, int height) = ShorterSide.Scale(decoded.Width, decoded.Height, side, image.Path);
            return decoded.Resize(width, height);
        }
        catch (Exception error) when (error is not AttnGanException)
        {
            throw new AttnGanException($"{image.Path}: the image cannot be prepared: {error.Message}", error);
        }
    }

    private int[] OrderOf(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, _images.Count)];
        if (_options.Shuffle)
        {
            new CounterRandom(_options.Seed, RandomStream.Order, epoch).Shuffle(order.AsSpan());
        }

        return order;
    }

    private static long[] NumberClasses(IReadOnlyList<CaptionedImage> images)
    {
        var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
        long[] classes = new long[images.Count];
        for (int i = 0; i < classes.Length; i++)
        {
            // An image without a class is its own class, with a number above those of named classes.
            classes[i] = images[i].Class is not { } name ? images.Count + i
                : numbers.TryGetValue(name, out long number) ? number
                : numbers[name] = numbers.Count;
        }

        return classes;
    }

    private static int[][] FindUsableCaptions(IReadOnlyList<CaptionedImage> images, CaptionEncoder encoder, bool all)
    {
        var problems = new List<DatasetProblem>();
        int[][] usable = new int[images.Count][];
        for (int i = 0; i < usable.Length; i++)
        {
            IReadOnlyList<string> captions = images[i].Captions;
            usable[i] = [.. Enumerable.Range(0, captions.Count).Where(c => encoder.Encode(captions[c]).Ids.Count > 0)];
            if (usable[i].Length == 0 || (all && usable[i].Length < captions.Count))
            {
                int first = Enumerable.Range(0, captions.Count).Except(usable[i]).First();
                problems.Add(new DatasetProblem(
                    images[i].Name,
                    ProblemSeverity.Error,
                    $"no word of caption \"{captions[first]}\" is in the vocabulary; reword it or lower data.min_word_count."));
            }
        }

        return problems.Count == 0 ? usable : throw DatasetException.OfCaptions(problems);
    }
}
