using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AttnGan.Attention;
using AttnGan.Imaging;
using AttnGan.Inference;
using AttnGan.Models;
using AttnGan.Text;

namespace AttnGan.Generation;

/// <summary>Generates images from captions with a model package.</summary>
/// <remarks>
/// <para>Thread-safe: each call has its own memory.</para>
/// <para>
/// Images depend only on the caption, the seed, the model and the options, and <see cref="InferenceEngine.Fused"/> makes them
/// bit-identical on every machine.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// using var pipeline = TextToImagePipeline.Load("emoji.onnx");
/// GeneratedImage image = pipeline.Generate("a red heart");
/// image.Save("heart.png");
/// </code>
/// </example>
public sealed class TextToImagePipeline : IDisposable
{
    // Not the package: the engine has its own copy of the weights, so the package's can be freed.
    private readonly ModelArchitecture _architecture;
    private readonly SharedEngine _engine;
    private readonly int _batchSize;

    private TextToImagePipeline(ModelPackage package, string name, PipelineOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        _architecture = package.Architecture;
        Card = package.Card;
        Captions = package.Captions;
        _batchSize = options.BatchSize;
        int threads = ProcessorThreads.Limit(options.Threads);
        Engine = options.Engine switch
        {
            InferenceEngine.Auto =>
                FusedEngine.IsSupported || !OnnxRuntimeLibrary.IsAvailable ? InferenceEngine.Fused : InferenceEngine.OnnxRuntime,
            InferenceEngine.Fused or InferenceEngine.OnnxRuntime => options.Engine,
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Engine, "Not an inference engine."),
        };
        _engine = new SharedEngine(
            Engine == InferenceEngine.Fused
                ? new FusedEngine(package, name, threads)
                : new OnnxRuntimeEngine(package, name, threads, options.ConfigureOnnxRuntime),
            this);
        StageSizes = [.. _architecture.ImageStages().Select(_architecture.SizeOf)];
    }

    /// <summary>The model card.</summary>
    public ModelCard Card { get; }

    /// <summary>The encoder of captions, with the model's vocabulary.</summary>
    public CaptionEncoder Captions { get; }

    /// <summary>The side in pixels of each image that the model generates, smallest first.</summary>
    public IReadOnlyList<int> StageSizes { get; }

    /// <summary>The styles that the model tells apart, such as artists; empty if it has none. The seed chooses one.</summary>
    public IReadOnlyList<string> Styles => _architecture.Styles ?? [];

    /// <summary>The engine in use: <see cref="InferenceEngine.Fused"/> or <see cref="InferenceEngine.OnnxRuntime"/>.</summary>
    public InferenceEngine Engine { get; }

    /// <summary>The metadata of the model.</summary>
    internal ModelInfo Info => new(Card, Captions, _architecture);

    /// <summary>Loads a model package.</summary>
    /// <param name="path">An .onnx file written by <c>attngan export</c>.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="AttnGanException">
    /// The file is missing, damaged, another ONNX model, of a newer format, or lacks weights.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static TextToImagePipeline Load(string path, PipelineOptions? options = null)
    {
        if (options?.Engine is null or InferenceEngine.Auto or InferenceEngine.Fused)
        {
            Kernels.StartCompiling();
        }

        return Create(ModelPackage.Open(path), path, options);
    }

    /// <summary>Loads a model package from a stream.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="AttnGanException">The stream is damaged, another ONNX model, of a newer format, or lacks weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static TextToImagePipeline Load(Stream stream, PipelineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Create(ModelPackage.Parse(stream, "the model"), "the model", options);
    }

    /// <summary>Generates an image.</summary>
    /// <param name="caption">Describes the image; the model must know at least one of its words.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <exception cref="AttnGanException">
    /// The model knows no word of the caption (the message suggests known ones), or an option is out of range. Thrown before anything is
    /// generated.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed.</exception>
    public GeneratedImage Generate(string caption, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caption);
        options ??= new GenerationOptions();
        long seed = options.Seed ?? Random.Shared.NextInt64(int.MaxValue);
        return Generate([new GenerationRequest(caption, seed)], options, cancellation).Single();
    }

    /// <summary>Generates images lazily, a batch at a time, in the order of the requests.</summary>
    /// <param name="requests">Captions and seeds; the model must know at least one word of each caption.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <exception cref="AttnGanException">
    /// The model knows no word of a caption (the message suggests known ones), or an option is out of range. Thrown before anything is
    /// generated.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed.</exception>
    public IEnumerable<GeneratedImage> Generate(
        IReadOnlyList<GenerationRequest> requests, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        return Generate(requests, options ?? new GenerationOptions(), onStage: null, cancellation);
    }

    /// <summary>
    /// Generates an image stage by stage: each stage is returned as soon as it is computed, and further ones are computed meanwhile, on a
    /// thread of the pool. Ending the loop ends the computation.
    /// </summary>
    /// <param name="caption">Describes the image; the model must know at least one of its words.</param>
    /// <param name="options">Null for the defaults. All stages are returned that have an image, up to that of the requested size.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <exception cref="AttnGanException">
    /// The model knows no word of the caption (the message suggests known ones), or an option is out of range. Thrown before anything is
    /// generated.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed.</exception>
    public async IAsyncEnumerable<GeneratedStage> GenerateStagesAsync(
        string caption, GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caption);
        options = (options ?? new GenerationOptions()) with { AllStages = true };
        GenerationRequest[] requests = [new(caption, options.Seed ?? Random.Shared.NextInt64(int.MaxValue))];
        var stages = Channel.CreateUnbounded<GeneratedStage>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var computation = Task.Run(Compute, CancellationToken.None);
        try
        {
            await foreach (GeneratedStage stage in stages.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                // The computation may be ahead of the reader.
                cancellation.ThrowIfCancellationRequested();
                yield return stage;
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await computation.ConfigureAwait(false);
        }

        void Compute()
        {
            Exception? error = null;
            try
            {
                foreach (GeneratedImage _ in Generate(requests, options, stage => stages.Writer.TryWrite(stage), ending.Token))
                {
                }
            }
#pragma warning disable CA1031 // The reader of the stages throws it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                error = exception is OperationCanceledException && cancellation.IsCancellationRequested
                    ? new OperationCanceledException(cancellation)
                    : exception;
            }

            stages.Writer.Complete(error);
        }
    }

    /// <summary>Generates images lazily, a batch at a time, in the order of the requests.</summary>
    /// <param name="requests">Captions and seeds.</param>
    /// <param name="options">The options.</param>
    /// <param name="onStage">
    /// Called with each stage that has an image as soon as it is computed, of all images of a batch; with the last stage only unless the
    /// options request all. Null for none.
    /// </param>
    /// <param name="cancellation">Checked between stages.</param>
    internal IEnumerable<GeneratedImage> Generate(
        IReadOnlyList<GenerationRequest> requests,
        GenerationOptions options,
        Action<GeneratedStage>? onStage,
        CancellationToken cancellation)
    {
        OutputSelection selection = Select(options);
        Caption[] captions = Encode(requests, options.StrictWords);
        return GenerateCore(
            requests.Count,
            i => Prepare(captions[i], requests[i].Seed, options),
            selection,
            options,
            cancellation,
            onStage);
    }

    /// <summary>Generates an image on a thread of the pool.</summary>
    /// <inheritdoc cref="Generate(string, GenerationOptions?, CancellationToken)"/>
    public Task<GeneratedImage> GenerateAsync(
        string caption, GenerationOptions? options = null, CancellationToken cancellation = default) =>
        Task.Run(() => Generate(caption, options, cancellation), cancellation);

    /// <summary>Generates images on a thread of the pool, a batch at a time, in the order of the requests.</summary>
    /// <param name="requests">Captions and seeds; the model must know at least one word of each caption.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Receives a report after each image; null for none.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <exception cref="AttnGanException">
    /// The model knows no word of a caption (the message suggests known ones), or an option is out of range. Thrown before anything is
    /// generated.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed.</exception>
    public async IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<GenerationRequest> requests,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using IEnumerator<GeneratedImage> images = Generate(requests, options, cancellation).GetEnumerator();
        for (int done = 1; await Task.Run(images.MoveNext, cancellation).ConfigureAwait(false); done++)
        {
            progress?.Report(new GenerationProgress(done, requests.Count));
            yield return images.Current;
        }
    }

    /// <summary>
    /// Interpolates between two images: from caption to caption, from seed to seed, or both at once. The first and the last frame are
    /// the images of the requests themselves.
    /// </summary>
    /// <remarks>
    /// Sentence features and styles are interpolated linearly, noise vectors linearly and rescaled to the interpolated length. The frames
    /// in between attend to the words of both captions, weighted by the share of each.
    /// </remarks>
    /// <param name="from">The caption and seed of the first frame.</param>
    /// <param name="to">The caption and seed of the last frame.</param>
    /// <param name="frames">Number of frames, both ends included; at least 2.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <exception cref="AttnGanException">
    /// The model knows no word of a caption (the message suggests known ones), or an option is out of range. Thrown before anything is
    /// generated.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed.</exception>
    public IEnumerable<GeneratedImage> Interpolate(
        GenerationRequest from,
        GenerationRequest to,
        int frames,
        GenerationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 2);
        options ??= new GenerationOptions();
        OutputSelection selection = Select(options);
        Caption[] captions = Encode([from, to], options.StrictWords);
        PendingImage first = Prepare(captions[0], from.Seed, options);
        PendingImage last = Prepare(captions[1], to.Seed, options);
        bool sameWords = first.Caption.Ids.SequenceEqual(last.Caption.Ids);
        EncodedCaption both = sameWords ? first.Caption : Join(first.Caption, last.Caption);
        string? style = first.Style == last.Style ? first.Style : null;
        return GenerateCore(
            frames,
            i => i == 0 ? first : i == frames - 1 ? last : Between((float)i / (frames - 1)),
            selection,
            options,
            cancellation);

        PendingImage Between(float share)
        {
            GeneratorInputs inputs = LatentInterpolation.Between(first.Inputs, last.Inputs, share, sameWords, _architecture.Noise);
            return new PendingImage(both, from.Seed, style, inputs, IsInterpolated: true);
        }
    }

    /// <summary>
    /// Releases the engine. Calls that are still running end with an <see cref="ObjectDisposedException"/> before their next stage, and
    /// the last of them releases the memory.
    /// </summary>
    public void Dispose() => _engine.Dispose();

    internal static TextToImagePipeline Create(ModelPackage package, string name, PipelineOptions? options) =>
        new(package, name, options ?? new PipelineOptions());

    /// <summary>Returns the style of an image; null if the model has none.</summary>
    /// <param name="seed">The seed of the image.</param>
    /// <param name="requested">The requested style; null for the one that the seed chooses.</param>
    internal string? StyleOf(long seed, string? requested) =>
        requested ?? (Styles.Count > 0 ? Styles[LatentNoise.StyleOf(seed, Styles.Count)] : null);

    private IEnumerable<GeneratedImage> GenerateCore(
        int count,
        Func<int, PendingImage> imageOf,
        OutputSelection selection,
        GenerationOptions options,
        CancellationToken cancellation,
        Action<GeneratedStage>? onStage = null)
    {
        for (int start = 0; start < count; start += _batchSize)
        {
            _engine.ThrowIfDisposed();
            cancellation.ThrowIfCancellationRequested();
            PendingImage[] pending = [.. Enumerable.Range(start, Math.Min(_batchSize, count - start)).Select(imageOf)];
            int first = start;
            GeneratorOutputs outputs = _engine.Generate(
                [.. pending.Select(image => image.Inputs)],
                selection,
                cancellation,
                onStage is null ? null : stage => Report(stage, pending, first, selection.LastStage, onStage));
            for (int i = 0; i < pending.Length; i++)
            {
                yield return Finish(pending[i], outputs, i) with { Truncation = options.Truncation };
            }
        }
    }

    private void Report(StageOutputs outputs, PendingImage[] pending, int first, int lastStage, Action<GeneratedStage> onStage)
    {
        for (int i = 0; i < pending.Length; i++)
        {
            onStage(new GeneratedStage
            {
                Index = first + i,
                Caption = pending[i].Caption,
                Style = pending[i].Style,
                Stage = outputs.Stage,
                Image = RgbImage.FromUnit(outputs.Images.Size, outputs.Images.Size, outputs.Images.Values[i]),
                Attention = outputs.Attention is { } maps
                    ? new StageAttention(outputs.Stage, _architecture.SizeOf(outputs.Stage - 1), pending[i].Caption.Words, maps[i])
                    : null,
                IsLast = outputs.Stage == lastStage,
            });
        }
    }

    private GeneratedImage Finish(PendingImage image, GeneratorOutputs outputs, int index) => new()
    {
        Caption = image.Caption,
        Seed = image.Seed,
        Style = image.Style,
        IsInterpolated = image.IsInterpolated,
        Model = Card.Name,
        Stages = [.. outputs.Images.Select(stage => RgbImage.FromUnit(stage.Size, stage.Size, stage.Values[index]))],
        Attention =
        [
            .. outputs.Attention.Select((maps, refinement) => new StageAttention(
                refinement + 2, _architecture.SizeOf(refinement + 1), image.Caption.Words, maps[index])),
        ],
    };

    private OutputSelection Select(GenerationOptions options)
    {
        _engine.ThrowIfDisposed();
        options.Validate(StageSizes, Styles);
        int lastStage = options.Size is { } size ? int.Log2(size / _architecture.BaseSize) + 1 : _architecture.Stages;
        return new OutputSelection(lastStage, options.AllStages, options.Attention);
    }

    private PendingImage Prepare(Caption caption, long seed, GenerationOptions options)
    {
        float[] conditionNoise = new float[_architecture.Condition];
        double truncation = options.Truncation ?? double.PositiveInfinity;
        float[] noise = LatentNoise.Of(seed, _architecture.Noise, Styles.Count, StyleIndex(options), truncation);
        SeededNoise.FillTruncated(seed, SeededNoise.ConditioningStream, truncation, conditionNoise);
        TextFeatures text = caption.Features;
        var words = new AttendedWords(text.Words, new float[text.Words.Length / text.Sentence.Length]);
        var inputs = new GeneratorInputs(words, text.Sentence, noise, conditionNoise);
        return new PendingImage(caption.Encoded, seed, StyleOf(seed, options.Style), inputs);
    }

    private int? StyleIndex(GenerationOptions options) => options.Style is { } style
        ? Enumerable.Range(0, Styles.Count).First(i => Styles[i] == style)
        : null;

    /// <summary>Encodes the caption of each request; equal captions share one result.</summary>
    /// <exception cref="AttnGanException">The model knows no word of a caption.</exception>
    private Caption[] Encode(IReadOnlyList<GenerationRequest> requests, bool strictWords)
    {
        var encoded = new Dictionary<string, Caption>(StringComparer.Ordinal);
        foreach (GenerationRequest request in requests)
        {
            if (request?.Caption is not { } text)
            {
                throw new ArgumentException("A request or its caption is null.", nameof(requests));
            }

            if (!encoded.ContainsKey(text))
            {
                EncodedCaption caption = Captions.Encode(text, strictWords);
                encoded[text] = caption.Ids.Count > 0
                    ? new Caption(caption, _engine)
                    : throw new AttnGanException(UnknownWords.NoKnownWordMessage(caption, Captions));
            }
        }

        return [.. requests.Select(request => encoded[request.Caption])];
    }

    private static EncodedCaption Join(EncodedCaption first, EncodedCaption last) => new(
        $"{first.Text} → {last.Text}",
        [.. first.Ids, .. last.Ids],
        [.. first.Words, .. last.Words],
        [.. first.UnknownWords.Union(last.UnknownWords, StringComparer.Ordinal)],
        first.Truncated || last.Truncated)
    {
        Readings = [.. first.Readings.Union(last.Readings)],
    };

    /// <summary>An image that waits for its batch.</summary>
    private sealed record PendingImage(
        EncodedCaption Caption, long Seed, string? Style, GeneratorInputs Inputs, bool IsInterpolated = false);

    /// <summary>A caption of a call. The text encoder runs once for it, when its first image is due.</summary>
    private sealed class Caption(EncodedCaption encoded, IInferenceEngine engine)
    {
        public EncodedCaption Encoded => encoded;

        public TextFeatures Features => field ??= engine.Encode(encoded.Ids);
    }
}
