using System.Collections.Concurrent;
using AttnGan.Models;
using AttnGan.Models.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace AttnGan.Inference;

/// <summary>
/// The networks in ONNX Runtime, for processors that <see cref="FusedEngine"/> does not support and for execution providers.
/// </summary>
/// <remarks>
/// The graph of the package is cut between text encoder and generator, where captions can be mixed, and before outputs that are not
/// requested; and after each stage, if the caller wants stages as soon as they are computed. A session is created for each part at its
/// first use.
/// </remarks>
internal sealed class OnnxRuntimeEngine : IInferenceEngine
{
    private readonly ModelPackage _package;
    private readonly string _name;
    private readonly SessionOptions _options = OnnxRuntimeLibrary.Call(static () => new SessionOptions());
    private readonly Lazy<InferenceSession> _text;
    private readonly ConcurrentDictionary<OutputSelection, Lazy<InferenceSession>> _generators = [];
    private readonly ConcurrentDictionary<int, Lazy<InferenceSession>> _stages = [];

    /// <param name="package">The model.</param>
    /// <param name="name">The name of the model in error messages.</param>
    /// <param name="threads">Threads that one call uses, at least 1.</param>
    /// <param name="configure">Adds execution providers and other settings; may be null.</param>
    /// <exception cref="AttnGanException">
    /// A weight is missing or has a wrong shape, or ONNX Runtime's native library is missing.
    /// </exception>
    public OnnxRuntimeEngine(ModelPackage package, string name, int threads, Action<SessionOptions>? configure)
    {
        new ModelWeights(package, name).Check();
        _package = package;
        _name = name;
        _options.IntraOpNumThreads = threads;
        configure?.Invoke(_options);
        _text = new Lazy<InferenceSession>(() => Open(GraphCut.TextEncoder(package)));
    }

    public TextFeatures Encode(IReadOnlyList<int> ids)
    {
        using var tokens = OrtValue.CreateTensorValueFromMemory(ids.Select(id => (long)id).ToArray(), [1, ids.Count]);
        using var lengths = OrtValue.CreateTensorValueFromMemory(new[] { (long)ids.Count }, [1]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = Run(
            _text.Value,
            run,
            new Dictionary<string, OrtValue> { [TensorNames.Tokens] = tokens, [TensorNames.Lengths] = lengths });
        ReadOnlySpan<float> words = outputs[0].GetTensorDataAsSpan<float>(); // (1, D, T)
        float[] transposed = new float[words.Length];
        int width = _package.Architecture.Embedding;
        for (int i = 0; i < words.Length; i++)
        {
            (int feature, int word) = Math.DivRem(i, ids.Count);
            transposed[(word * width) + feature] = words[i];
        }

        return new TextFeatures(transposed, outputs[1].GetTensorDataAsSpan<float>().ToArray());
    }

    public GeneratorOutputs Generate(
        IReadOnlyList<GeneratorInputs> inputs,
        OutputSelection selection,
        CancellationToken cancellation,
        Action<StageOutputs>? onStage = null)
    {
        using var run = new RunOptions();
        using CancellationTokenRegistration registration = cancellation.Register(() => run.Terminate = true);
        using var values = new InputValues(inputs, _package.Architecture);
        try
        {
            // Without the images of all stages there is nothing to report before the end.
            return onStage is null || !selection.AllImages || !_package.Architecture.ImageAtEveryStage
                ? GenerateAtOnce(inputs, values, selection, run, onStage)
                : GenerateByStage(inputs, values, selection, run, onStage, cancellation);
        }
        catch (AttnGanException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    private GeneratorOutputs GenerateAtOnce(
        IReadOnlyList<GeneratorInputs> inputs,
        InputValues values,
        OutputSelection selection,
        RunOptions run,
        Action<StageOutputs>? onStage)
    {
        ModelArchitecture a = _package.Architecture;
        int[] stages = [.. Stages(selection)];
        int[] refinements = selection.Attention ? [.. Enumerable.Range(2, selection.LastStage - 1)] : [];
        string[] outputs = Outputs(selection);
        InferenceSession session = _generators.GetOrAdd(
            selection, _ => new Lazy<InferenceSession>(() => Open(GraphCut.Generator(_package, selection.LastStage, outputs)))).Value;
        using IDisposableReadOnlyCollection<OrtValue> results = Run(session, run, values.All);
        StageImages[] images =
            [.. stages.Select((stage, i) => new StageImages(a.SizeOf(stage), ToPixels(results[i], inputs.Count, a.SizeOf(stage))))];
        float[][][] attention =
            [.. refinements.Select((stage, i) => ToMaps(results[stages.Length + i], inputs, values.Words, a.SizeOf(stage - 1)))];
        for (int i = 0; onStage is not null && i < stages.Length; i++)
        {
            onStage(new StageOutputs(stages[i], images[i], selection.Attention && stages[i] > 1 ? attention[stages[i] - 2] : null));
        }

        return new GeneratorOutputs(images, attention);
    }

    private GeneratorOutputs GenerateByStage(
        IReadOnlyList<GeneratorInputs> inputs,
        InputValues values,
        OutputSelection selection,
        RunOptions run,
        Action<StageOutputs> onStage,
        CancellationToken cancellation)
    {
        ModelArchitecture a = _package.Architecture;
        List<StageImages> images = [];
        List<float[][]> attention = [];
        // Also the hidden contexts and excitations of earlier stages, which later ones take.
        Dictionary<string, OrtValue> available = new(values.All, StringComparer.Ordinal);
        List<IDisposable> computed = [];
        try
        {
            for (int stage = 1; stage <= selection.LastStage; stage++)
            {
                cancellation.ThrowIfCancellationRequested();
                InferenceSession session =
                    _stages.GetOrAdd(stage, number => new Lazy<InferenceSession>(() => Open(GraphCut.Stage(_package, number)))).Value;
                IDisposableReadOnlyCollection<OrtValue> results = Run(session, run, available);
                computed.Add(results);
                foreach ((string name, OrtValue value) in session.OutputNames.Zip(results))
                {
                    available[name] = value;
                }

                images.Add(new StageImages(a.SizeOf(stage), ToPixels(results[0], inputs.Count, a.SizeOf(stage))));
                float[][]? maps = stage > 1 && selection.Attention ? ToMaps(results[1], inputs, values.Words, a.SizeOf(stage - 1)) : null;
                attention.AddRange(maps is null ? [] : [maps]);
                onStage(new StageOutputs(stage, images[^1], maps));
            }
        }
        finally
        {
            computed.ForEach(results => results.Dispose());
        }

        return new GeneratorOutputs(images, attention);
    }

    public void Dispose()
    {
        IEnumerable<Lazy<InferenceSession>> sessions = _generators.Values.Concat(_stages.Values).Append(_text);
        foreach (Lazy<InferenceSession> session in sessions.Where(session => session.IsValueCreated))
        {
            session.Value.Dispose();
        }

        _options.Dispose();
    }

    private IEnumerable<int> Stages(OutputSelection selection) =>
        _package.Architecture.ImageStages().Where(
            stage => stage == selection.LastStage || (selection.AllImages && stage < selection.LastStage));

    private string[] Outputs(OutputSelection selection) =>
    [
        .. Stages(selection).Select(stage => TensorNames.Image(_package.Architecture.SizeOf(stage))),
        .. selection.Attention ? Enumerable.Range(2, selection.LastStage - 1).Select(TensorNames.Attention) : [],
    ];

    private InferenceSession Open(ModelProto part)
    {
        try
        {
            return new InferenceSession(part.ToByteArray(), _options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new AttnGanException(
                $"ONNX Runtime cannot load the model `{_name}`: {error.Message} Export the model again with `attngan export`.", error);
        }
    }

    /// <summary>Runs a part of the graph and returns its outputs in the graph's order.</summary>
    private IDisposableReadOnlyCollection<OrtValue> Run(InferenceSession session, RunOptions run, Dictionary<string, OrtValue> values)
    {
        try
        {
            // A part of the graph does not have all inputs: stage 1 has no attention.
            return session.Run(run, session.InputNames, [.. session.InputNames.Select(name => values[name])], session.OutputNames);
        }
        catch (OnnxRuntimeException error)
        {
            throw new AttnGanException($"ONNX Runtime cannot run the model `{_name}`: {error.Message}", error);
        }
    }

    /// <summary>Transposes (B, 3, S, S) to (S, S, 3) for each image.</summary>
    private static float[][] ToPixels(OrtValue images, int batch, int size)
    {
        ReadOnlySpan<float> values = images.GetTensorDataAsSpan<float>();
        int pixels = size * size;
        float[][] transposed = new float[batch][];
        for (int b = 0; b < batch; b++)
        {
            transposed[b] = new float[3 * pixels];
            for (int color = 0; color < 3; color++)
            {
                ReadOnlySpan<float> plane = values.Slice(((b * 3) + color) * pixels, pixels);
                for (int i = 0; i < pixels; i++)
                {
                    transposed[b][(3 * i) + color] = plane[i];
                }
            }
        }

        return transposed;
    }

    /// <summary>Splits (B, T, S, S) into the maps of each image, without those of padding.</summary>
    private static float[][] ToMaps(OrtValue maps, IReadOnlyList<GeneratorInputs> inputs, int length, int size)
    {
        ReadOnlySpan<float> values = maps.GetTensorDataAsSpan<float>();
        float[][] parts = new float[inputs.Count][];
        for (int b = 0; b < parts.Length; b++)
        {
            parts[b] = values.Slice(b * length * size * size, inputs[b].Words.Count * size * size).ToArray();
        }

        return parts;
    }

    /// <summary>The inputs of the generator for a batch. Words are padded to the longest caption.</summary>
    private sealed class InputValues : IDisposable
    {
        public InputValues(IReadOnlyList<GeneratorInputs> inputs, ModelArchitecture a)
        {
            int batch = inputs.Count;
            Words = inputs.Max(input => input.Words.Count);
            float[] words = new float[batch * a.Embedding * Words];
            float[] bias = new float[batch * Words];
            for (int b = 0; b < batch; b++)
            {
                AttendedWords caption = inputs[b].Words;
                for (int t = 0; t < Words; t++)
                {
                    bias[(b * Words) + t] = t < caption.Count ? caption.Bias[t] : float.NegativeInfinity;
                    for (int d = 0; t < caption.Count && d < a.Embedding; d++)
                    {
                        words[(((b * a.Embedding) + d) * Words) + t] = caption.Features[(t * a.Embedding) + d];
                    }
                }
            }

            All = new Dictionary<string, OrtValue>
            {
                [TensorNames.Sentence] = Join(inputs, input => input.Sentence),
                [TensorNames.Noise] = Join(inputs, input => input.Noise),
                [TensorNames.ConditionNoise] = Join(inputs, input => input.ConditionNoise),
                [TensorNames.Words] = OrtValue.CreateTensorValueFromMemory(words, [batch, a.Embedding, Words]),
                [TensorNames.WordBias] = OrtValue.CreateTensorValueFromMemory(bias, [batch, Words]),
            };
        }

        /// <summary>T: number of words of the longest caption.</summary>
        public int Words { get; }

        public Dictionary<string, OrtValue> All { get; }

        public void Dispose()
        {
            foreach (OrtValue value in All.Values)
            {
                value.Dispose();
            }
        }

        private static OrtValue Join(IReadOnlyList<GeneratorInputs> inputs, Func<GeneratorInputs, float[]> part)
        {
            float[] values = [.. inputs.SelectMany(part)];
            return OrtValue.CreateTensorValueFromMemory(values, [inputs.Count, values.Length / inputs.Count]);
        }
    }
}
