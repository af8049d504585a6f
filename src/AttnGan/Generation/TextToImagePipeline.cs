using System.Runtime.CompilerServices;
using AttnGan.Attention;
using AttnGan.Imaging;
using AttnGan.Inference;
using AttnGan.Models;
using AttnGan.Text;

namespace AttnGan.Generation;

/// <summary>
/// Draws images from captions with a model package. Safe for use by several threads at once, each of which takes memory of its own
/// while it draws. Images depend on caption, seed, model and options alone, and with <see cref="InferenceEngine.Fused"/> are the same to
/// the last bit on every machine.
/// </summary>
/// <example>
/// <code>
/// using var pipeline = TextToImagePipeline.Load("emoji.onnx");
/// GeneratedImage image = pipeline.Generate("a red heart");
/// image.Save("heart.png");
/// </code>
/// </example>
public sealed class TextToImagePipeline : IDisposable
{
    // Not the package: its graph and weights as they were read are of no use once an engine has them.
    private readonly ModelArchitecture _architecture;
    private readonly IInferenceEngine _engine;
    private readonly int _batchSize;
    private bool _disposed;

    private TextToImagePipeline(ModelPackage package, string name, PipelineOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        _architecture = package.Architecture;
        Card = package.Card;
        Captions = package.Captions;
        _batchSize = options.BatchSize;
        int threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        Engine = options.Engine switch
        {
            InferenceEngine.Auto => FusedEngine.IsSupported ? InferenceEngine.Fused : InferenceEngine.OnnxRuntime,
            InferenceEngine.Fused or InferenceEngine.OnnxRuntime => options.Engine,
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Engine, "Not an inference engine."),
        };
        _engine = Engine == InferenceEngine.Fused
            ? new FusedEngine(package, name, threads)
            : new OnnxRuntimeEngine(package, name, threads, options.ConfigureOnnxRuntime);
        StageSizes = [.. _architecture.DrawnStages().Select(_architecture.SizeOf)];
    }

    /// <summary>What readers should know of the model.</summary>
    public ModelCard Card { get; }

    /// <summary>How the model reads captions, and its vocabulary.</summary>
    public CaptionEncoder Captions { get; }

    /// <summary>Side in pixels of each image that the model draws, smallest first.</summary>
    public IReadOnlyList<int> StageSizes { get; }

    /// <summary>What computes the networks: <see cref="InferenceEngine.Fused"/> or <see cref="InferenceEngine.OnnxRuntime"/>.</summary>
    public InferenceEngine Engine { get; }

    /// <summary>Loads a model package.</summary>
    /// <param name="path">An .onnx file that <c>attngan export</c> wrote.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="AttnGanException">
    /// The file is missing, damaged, another ONNX model, of a newer format, or without the weights that it should have.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static TextToImagePipeline Load(string path, PipelineOptions? options = null) =>
        Create(ModelPackage.Open(path), path, options);

    /// <summary>Loads a model package from a stream.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="AttnGanException">As for a file.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static TextToImagePipeline Load(Stream stream, PipelineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Create(ModelPackage.Parse(stream, "the model"), "the model", options);
    }

    /// <summary>Draws an image.</summary>
    /// <param name="caption">What it shows; at least one word must be known to the model.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Heeded between stages.</param>
    /// <exception cref="AttnGanException">
    /// The model knows no word of the caption, and the message says what may have been meant; or the truncation or the size cannot be. Thrown before
    /// anything is generated.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed.</exception>
    public GeneratedImage Generate(string caption, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caption);
        options ??= new GenerationOptions();
        return Generate([new GenerationRequest(caption, options.Seed ?? Random.Shared.NextInt64(int.MaxValue))], options, cancellation).Single();
    }

    /// <summary>Draws images lazily, a batch at a time, in the order of the requests.</summary>
    /// <param name="requests">Captions, each with at least one known word, and seeds.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Heeded between stages.</param>
    /// <exception cref="AttnGanException">
    /// The model knows no word of a caption, and the message says what may have been meant; or the truncation or the size cannot be. Thrown before
    /// anything is generated.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed.</exception>
    public IEnumerable<GeneratedImage> Generate(
        IReadOnlyList<GenerationRequest> requests, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        options ??= new GenerationOptions();
        OutputSelection selection = Check(options);
        var captions = new CaptionCache(this);
        EncodedCaption[] encoded = [.. requests.Select(captions.Read)];
        return GenerateCore(
            requests.Count,
            i => new PendingImage(encoded[i], requests[i].Seed, InputsOf(captions.Features(encoded[i]), requests[i].Seed, options)),
            selection,
            options,
            cancellation);
    }

    /// <summary>Draws an image on another thread.</summary>
    /// <inheritdoc cref="Generate(string, GenerationOptions?, CancellationToken)"/>
    public Task<GeneratedImage> GenerateAsync(
        string caption, GenerationOptions? options = null, CancellationToken cancellation = default) =>
        Task.Run(() => Generate(caption, options, cancellation), cancellation);

    /// <summary>Draws images on another thread, a batch at a time, in the order of the requests.</summary>
    /// <param name="requests">Captions, each with at least one known word, and seeds.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told after each image.</param>
    /// <param name="cancellation">Heeded between stages.</param>
    /// <exception cref="AttnGanException">
    /// The model knows no word of a caption, and the message says what may have been meant; or the truncation or the size cannot be. Thrown before
    /// anything is generated.
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
    /// Draws the way from one image to another: from caption to caption, from seed to seed, or both at once. The first and the last
    /// frame are the images of the requests themselves.
    /// </summary>
    /// <remarks>
    /// Sentence features move along a straight line; so does noise, pushed out to the length that noise has. In between, a
    /// image attends to the words of both captions, those of each with as much weight as there is of it.
    /// </remarks>
    /// <param name="from">The first frame's caption and seed.</param>
    /// <param name="to">The last frame's caption and seed.</param>
    /// <param name="frames">Images, both ends included; at least 2.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Heeded between stages.</param>
    /// <exception cref="AttnGanException">
    /// The model knows no word of a caption, and the message says what may have been meant; or the truncation or the size cannot be. Thrown before
    /// anything is generated.
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
        OutputSelection selection = Check(options);
        var captions = new CaptionCache(this);
        (EncodedCaption first, EncodedCaption last) = (captions.Read(from), captions.Read(to));
        GeneratorInputs start = InputsOf(captions.Features(first), from.Seed, options);
        GeneratorInputs end = InputsOf(captions.Features(last), to.Seed, options);
        EncodedCaption both = first.Ids.SequenceEqual(last.Ids) ? first : new EncodedCaption(
            $"{first.Text} → {last.Text}",
            [.. first.Ids, .. last.Ids],
            [.. first.Words, .. last.Words],
            [.. first.UnknownWords.Union(last.UnknownWords, StringComparer.Ordinal)],
            first.Truncated || last.Truncated);
        return GenerateCore(
            frames,
            i => i == 0 ? new PendingImage(first, from.Seed, start)
                : i == frames - 1 ? new PendingImage(last, to.Seed, end)
                : new PendingImage(both, from.Seed, LatentInterpolation.Between(start, end, (float)i / (frames - 1), both == first), IsInterpolated: true),
            selection,
            options,
            cancellation);
    }

    /// <summary>Frees what the engine holds. Drawings under way must have ended.</summary>
    public void Dispose()
    {
        _disposed = true;
        _engine.Dispose();
    }

    internal static TextToImagePipeline Create(ModelPackage package, string name, PipelineOptions? options) =>
        new(package, name, options ?? new PipelineOptions());

    private IEnumerable<GeneratedImage> GenerateCore(
        int count, Func<int, PendingImage> imageOf, OutputSelection selection, GenerationOptions options, CancellationToken cancellation)
    {
        double? truncation = double.IsPositiveInfinity(options.Truncation) ? null : options.Truncation;
        for (int start = 0; start < count; start += _batchSize)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            cancellation.ThrowIfCancellationRequested();
            PendingImage[] pending = [.. Enumerable.Range(start, Math.Min(_batchSize, count - start)).Select(imageOf)];
            GeneratorOutputs outputs = _engine.Generate([.. pending.Select(image => image.Inputs)], selection, cancellation);
            for (int i = 0; i < pending.Length; i++)
            {
                yield return Finish(pending[i], outputs, i) with { Truncation = truncation };
            }
        }
    }

    private GeneratedImage Finish(PendingImage image, GeneratorOutputs outputs, int index) => new()
    {
        Caption = image.Caption,
        Seed = image.Seed,
        IsInterpolated = image.IsInterpolated,
        Model = Card.Name,
        Stages = [.. outputs.Images.Select(stage => RgbImage.FromUnit(stage.Size, stage.Size, stage.Values[index]))],
        Attention =
        [
            .. outputs.Attention.Select((maps, refinement) => new StageAttention(
                refinement + 2, _architecture.SizeOf(refinement + 1), image.Caption.Words, maps[index])),
        ],
    };

    private OutputSelection Check(GenerationOptions options)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!(options.Truncation > 0))
        {
            throw new AttnGanException($"The truncation {options.Truncation} is no distance; give a number above 0, such as 0.8.");
        }

        if (options.Size is { } size && !StageSizes.Contains(size))
        {
            throw new AttnGanException($"The model draws no images of {size} pixels, only of {string.Join(", ", StageSizes)}.");
        }

        int lastStage = options.Size is { } side ? int.Log2(side / _architecture.BaseSize) + 1 : _architecture.Stages;
        return new OutputSelection(lastStage, options.AllStages, options.Attention);
    }

    private GeneratorInputs InputsOf(TextFeatures text, long seed, GenerationOptions options)
    {
        float[] noise = new float[_architecture.Noise];
        float[] conditionNoise = new float[_architecture.Condition];
        SeededNoise.FillTruncated(seed, SeededNoise.LatentStream, options.Truncation, noise);
        SeededNoise.FillTruncated(seed, SeededNoise.ConditioningStream, options.Truncation, conditionNoise);
        var words = new AttendedWords(text.Words, new float[text.Words.Length / text.Sentence.Length]);
        return new GeneratorInputs(words, text.Sentence, noise, conditionNoise);
    }

    /// <summary>An image waiting to be generated.</summary>
    private sealed record PendingImage(EncodedCaption Caption, long Seed, GeneratorInputs Inputs, bool IsInterpolated = false);

    /// <summary>Reads each caption of a call once.</summary>
    private sealed class CaptionCache(TextToImagePipeline pipeline)
    {
        private readonly Dictionary<string, EncodedCaption> _read = new(StringComparer.Ordinal);
        private readonly Dictionary<EncodedCaption, TextFeatures> _features = new(ReferenceEqualityComparer.Instance);

        public EncodedCaption Read(GenerationRequest request)
        {
            if (request?.Caption is not { } caption)
            {
                throw new ArgumentException("A request, or its caption, is null.", nameof(request));
            }

            if (!_read.TryGetValue(caption, out EncodedCaption? encoded))
            {
                encoded = pipeline.Captions.Encode(caption);
                if (encoded.Ids.Count == 0)
                {
                    throw new AttnGanException(UnknownWords.Refuse(encoded, pipeline.Captions.Vocabulary));
                }

                _read[caption] = encoded;
            }

            return encoded;
        }

        public TextFeatures Features(EncodedCaption caption)
        {
            if (!_features.TryGetValue(caption, out TextFeatures? features))
            {
                _features[caption] = features = pipeline._engine.Encode(caption.Ids);
            }

            return features;
        }
    }
}
