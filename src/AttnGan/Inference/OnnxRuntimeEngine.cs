using System.Collections.Concurrent;
using AttnGan.Models;
using AttnGan.Models.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace AttnGan.Inference;

/// <summary>
/// The networks in ONNX Runtime: for processors that <see cref="FusedEngine"/> is not made for and for the runtime's execution providers.
/// </summary>
/// <remarks>
/// The package's graph is cut between text encoder and generator, so that captions can be mixed there, and in front of images that
/// nobody asks for. A session is made for each kind of drawing when it is first asked for.
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
    /// <param name="name">What messages call it.</param>
    /// <param name="threads">Threads that one drawing uses, at least 1.</param>
    /// <param name="configure">Adds execution providers and other settings; may be null.</param>
    /// <exception cref="AttnGanException">A weight is missing or of a wrong size.</exception>
    public OnnxRuntimeEngine(ModelPackage package, string name, int threads, Action<SessionOptions>? configure)
    {
        new ModelWeights(package, name).Check();
        _package = package;
        _name = name;
        _options.IntraOpNumThreads = threads;
        configure?.Invoke(_options);
        IReadOnlyList<ValueInfoProto> inputs =
        [
            .. package.Model.Graph.Input.Where(input => input.Name is TensorNames.Tokens or TensorNames.Lengths),
        ];
        _text = new Lazy<InferenceSession>(() => Open(inputs, [TensorNames.Words, TensorNames.Sentence]));
    }

    public TextFeatures Encode(IReadOnlyList<int> ids)
    {
        using var tokens = OrtValue.CreateTensorValueFromMemory(ids.Select(id => (long)id).ToArray(), [1, ids.Count]);
        using var lengths = OrtValue.CreateTensorValueFromMemory(new[] { (long)ids.Count }, [1]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = Run(
            _text.Value, run, [TensorNames.Tokens, TensorNames.Lengths], [tokens, lengths], [TensorNames.Words, TensorNames.Sentence]);
        ReadOnlySpan<float> words = outputs[0].GetTensorDataAsSpan<float>(); // (1, D, T)
        float[] turned = new float[words.Length];
        int width = _package.Architecture.Embedding;
        for (int i = 0; i < words.Length; i++)
        {
            (int feature, int word) = Math.DivRem(i, ids.Count);
            turned[(word * width) + feature] = words[i];
        }

        return new TextFeatures(turned, outputs[1].GetTensorDataAsSpan<float>().ToArray());
    }

    public GeneratorOutputs Generate(IReadOnlyList<GeneratorInputs> inputs, OutputSelection selection, CancellationToken cancellation)
    {
        ModelArchitecture a = _package.Architecture;
        int[] stages = [.. Stages(selection)];
        int[] refinements = selection.Attention ? [.. Enumerable.Range(2, selection.LastStage - 1)] : [];
        string[] outputs = Outputs(selection);
        InferenceSession session = _generators.GetOrAdd(
            selection, _ => new Lazy<InferenceSession>(() => Open(GeneratorInputsOf(a), outputs))).Value;

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
            // A model of one stage attends to nothing.
            using IDisposableReadOnlyCollection<OrtValue> results = selection.LastStage == 1
                ? Run(session, run, s_sentenceInputs, [sentence, noise, conditionNoise], outputs)
                : Run(session, run, [.. s_sentenceInputs, .. s_wordInputs], [sentence, noise, conditionNoise, wordsValue, biasValue], outputs);
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
        _package.Architecture.DrawnStages().Where(stage => stage == selection.LastStage || (selection.AllImages && stage < selection.LastStage));

    private string[] Outputs(OutputSelection selection) =>
    [
        .. Stages(selection).Select(stage => TensorNames.Image(_package.Architecture.SizeOf(stage))),
        .. selection.Attention ? Enumerable.Range(2, selection.LastStage - 1).Select(TensorNames.Attention) : [],
    ];

    private static IReadOnlyList<ValueInfoProto> GeneratorInputsOf(ModelArchitecture a) =>
    [
        GraphCut.Float(TensorNames.Sentence, -1, a.Embedding),
        GraphCut.Float(TensorNames.Noise, -1, a.Noise),
        GraphCut.Float(TensorNames.ConditionNoise, -1, a.Condition),
        GraphCut.Float(TensorNames.Words, -1, a.Embedding, -1),
        GraphCut.Float(TensorNames.WordBias, -1, -1),
    ];

    private InferenceSession Open(IReadOnlyList<ValueInfoProto> inputs, string[] outputs)
    {
        ModelProto part = GraphCut.Extract(_package.Model, inputs, outputs);
        try
        {
            return new InferenceSession(part.ToByteArray(), _options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new AttnGanException(
                $"ONNX Runtime cannot load the model `{_name}`: {error.Message} Make the model package again with `attngan export`.", error);
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
            throw new AttnGanException($"ONNX Runtime cannot draw with the model `{_name}`: {error.Message}", error);
        }
    }

    private static OrtValue Join(IReadOnlyList<GeneratorInputs> inputs, Func<GeneratorInputs, float[]> part)
    {
        float[] values = [.. inputs.SelectMany(part)];
        return OrtValue.CreateTensorValueFromMemory(values, [inputs.Count, values.Length / inputs.Count]);
    }

    /// <summary>(B, 3, S, S) to (S, S, 3) for each image.</summary>
    private static float[][] ToPixels(OrtValue images, int batch, int size)
    {
        ReadOnlySpan<float> values = images.GetTensorDataAsSpan<float>();
        int pixels = size * size;
        float[][] turned = new float[batch][];
        for (int b = 0; b < batch; b++)
        {
            turned[b] = new float[3 * pixels];
            for (int color = 0; color < 3; color++)
            {
                ReadOnlySpan<float> plane = values.Slice(((b * 3) + color) * pixels, pixels);
                for (int i = 0; i < pixels; i++)
                {
                    turned[b][(3 * i) + color] = plane[i];
                }
            }
        }

        return turned;
    }

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
