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
/// requested. A session is created for each selection of outputs at its first use.
/// </remarks>
internal sealed class OnnxRuntimeEngine : IInferenceEngine
{
    private static readonly string[] s_sentenceInputs = [TensorNames.Sentence, TensorNames.Noise, TensorNames.ConditionNoise];
    private static readonly string[] s_wordInputs = [TensorNames.Words, TensorNames.WordBias];

    private readonly ModelPackage _package;
    private readonly string _name;
    private readonly SessionOptions _options = new();
    private readonly Lazy<InferenceSession> _text;
    private readonly ConcurrentDictionary<OutputSelection, Lazy<InferenceSession>> _generators = [];

    /// <param name="package">The model.</param>
    /// <param name="name">The name of the model in error messages.</param>
    /// <param name="threads">Threads that one call uses, at least 1.</param>
    /// <param name="configure">Adds execution providers and other settings; may be null.</param>
    /// <exception cref="AttnGanException">A weight is missing or has a wrong shape.</exception>
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
            _text.Value, run, [TensorNames.Tokens, TensorNames.Lengths], [tokens, lengths], [TensorNames.Words, TensorNames.Sentence]);
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

    public GeneratorOutputs Generate(IReadOnlyList<GeneratorInputs> inputs, OutputSelection selection, CancellationToken cancellation)
    {
        ModelArchitecture a = _package.Architecture;
        int[] stages = [.. Stages(selection)];
        int[] refinements = selection.Attention ? [.. Enumerable.Range(2, selection.LastStage - 1)] : [];
        string[] outputs = Outputs(selection);
        InferenceSession session = _generators.GetOrAdd(
            selection, _ => new Lazy<InferenceSession>(() => Open(GraphCut.Generator(_package, selection.LastStage, outputs)))).Value;

        int batch = inputs.Count;
        int length = inputs.Max(input => input.Words.Count);
        float[] words = new float[batch * a.Embedding * length];
        float[] bias = new float[batch * length];
        for (int b = 0; b < batch; b++)
        {
            AttendedWords caption = inputs[b].Words;
            for (int t = 0; t < length; t++)
            {
                bias[(b * length) + t] = t < caption.Count ? caption.Bias[t] : float.NegativeInfinity;
                for (int d = 0; t < caption.Count && d < a.Embedding; d++)
                {
                    words[(((b * a.Embedding) + d) * length) + t] = caption.Features[(t * a.Embedding) + d];
                }
            }
        }

        using var run = new RunOptions();
        using CancellationTokenRegistration registration = cancellation.Register(() => run.Terminate = true);
        using var wordsValue = OrtValue.CreateTensorValueFromMemory(words, [batch, a.Embedding, length]);
        using var biasValue = OrtValue.CreateTensorValueFromMemory(bias, [batch, length]);
        using OrtValue sentence = Join(inputs, input => input.Sentence);
        using OrtValue noise = Join(inputs, input => input.Noise);
        using OrtValue conditionNoise = Join(inputs, input => input.ConditionNoise);
        try
        {
            // Stage 1 has no attention.
            using IDisposableReadOnlyCollection<OrtValue> results = selection.LastStage == 1
                ? Run(session, run, s_sentenceInputs, [sentence, noise, conditionNoise], outputs)
                : Run(
                    session,
                    run,
                    [.. s_sentenceInputs, .. s_wordInputs],
                    [sentence, noise, conditionNoise, wordsValue, biasValue],
                    outputs);
            return new GeneratorOutputs(
                [.. stages.Select((stage, i) => new StageImages(a.SizeOf(stage), ToPixels(results[i], batch, a.SizeOf(stage))))],
                [.. refinements.Select((stage, i) => ToMaps(results[stages.Length + i], inputs, length, a.SizeOf(stage - 1)))]);
        }
        catch (AttnGanException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    public void Dispose()
    {
        foreach (Lazy<InferenceSession> session in _generators.Values.Append(_text).Where(session => session.IsValueCreated))
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

    private IDisposableReadOnlyCollection<OrtValue> Run(
        InferenceSession session, RunOptions run, string[] names, OrtValue[] values, string[] outputs)
    {
        try
        {
            return session.Run(run, names, values, outputs);
        }
        catch (OnnxRuntimeException error)
        {
            throw new AttnGanException($"ONNX Runtime cannot run the model `{_name}`: {error.Message}", error);
        }
    }

    private static OrtValue Join(IReadOnlyList<GeneratorInputs> inputs, Func<GeneratorInputs, float[]> part)
    {
        float[] values = [.. inputs.SelectMany(part)];
        return OrtValue.CreateTensorValueFromMemory(values, [inputs.Count, values.Length / inputs.Count]);
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
}
