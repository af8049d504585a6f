using System.Collections.Concurrent;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using AttnGan.Models;

namespace AttnGan.Inference;

/// <summary>
/// The networks in vector code. It needs fewer multiplications than a general runtime (<see cref="ResidualConvolution"/>,
/// <see cref="UpsamplingConvolution"/>), every layer except the attention passes over memory once, and the results are bit-identical on
/// every machine, in every batch and with any number of threads.
/// </summary>
/// <remarks>Feature maps are channels-last. A hidden context has room for its word context behind its own channels.</remarks>
internal sealed unsafe class FusedEngine : IInferenceEngine
{
    private const int SeedSize = ModelArchitecture.SeedSize;

    // Workspaces of more concurrent calls than usual are released.
    private const int KeptWorkspaces = 2;

    private readonly ModelArchitecture _architecture;
    private readonly Workers _workers;
    private readonly ConcurrentBag<Workspace> _workspaces = [];
    private readonly RecurrentEncoder _text;
    private readonly GatedLinear _conditioning;
    private readonly GatedLinear _seed;
    private readonly UpsamplingConvolution[] _initialUps;
    private readonly RefinementStage[] _refinements;
    private readonly Dictionary<int, ImageHead> _heads = [];

    /// <param name="package">The model.</param>
    /// <param name="name">The name of the model in error messages.</param>
    /// <param name="threads">Threads that one call uses, at least 1.</param>
    /// <exception cref="AttnGanException">A weight is missing or has a wrong shape.</exception>
    public FusedEngine(ModelPackage package, string name, int threads)
    {
        ModelArchitecture a = _architecture = package.Architecture;
        var weights = new ModelWeights(package, name);
        _workers = new Workers(threads);
        _text = new RecurrentEncoder(weights, a);
        _conditioning = new GatedLinear(
            weights.Get(TensorNames.ConditionWeight),
            weights.Get(TensorNames.ConditionBias).ToArray(),
            a.Embedding,
            ChannelMap.GatedColumns(ChannelMap.Of(2 * a.Condition), 2 * a.Condition));

        int ups = int.Log2(a.BaseSize / SeedSize);
        _seed = Seed(weights, a, a.Width << ups);
        _initialUps =
        [
            .. Enumerable.Range(1, ups).Select(block => Up(
                weights, TensorNames.InitialUp(block), ChannelMap.Of(a.Width << (ups - block + 1)), a.Width << (ups - block))),
        ];
        _refinements = [.. Enumerable.Range(2, a.Stages - 1).Select(stage => new RefinementStage(weights, a, stage))];
        foreach (int stage in a.ImageStages())
        {
            _heads[stage] = new ImageHead(weights.Get(TensorNames.HeadWeight(stage)), a.Width);
        }
    }

    /// <summary>True if the processor has the vector instructions for this engine; without them it is correct but slow.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated ? Fma.IsSupported : AdvSimd.Arm64.IsSupported;

    public TextFeatures Encode(IReadOnlyList<int> ids) => _text.Encode(ids);

    public GeneratorOutputs Generate(
        IReadOnlyList<GeneratorInputs> inputs,
        OutputSelection selection,
        CancellationToken cancellation,
        Action<StageOutputs>? onStage = null)
    {
        if (!_workspaces.TryTake(out Workspace? workspace))
        {
            workspace = new Workspace(_workers);
        }

        try
        {
            return Generate(inputs, selection, workspace, onStage, cancellation);
        }
        finally
        {
            // Also after a cancellation, which happens between stages.
            if (_workspaces.Count < KeptWorkspaces)
            {
                _workspaces.Add(workspace);
            }

            GC.KeepAlive(workspace);
        }
    }

    /// <summary>Releases the memory that is kept for further calls.</summary>
    public void Dispose() => _workspaces.Clear();

    private GeneratorOutputs Generate(
        IReadOnlyList<GeneratorInputs> inputs,
        OutputSelection selection,
        Workspace workspace,
        Action<StageOutputs>? onStage,
        CancellationToken cancellation)
    {
        List<StageImages> images = [];
        List<float[][]> attention = [];
        AttendedWords[] words = [.. inputs.Select(input => input.Words)];
        List<ContextMap> initial = ComputeInitialContexts(inputs, workspace);
        ContextMap hidden = initial[^1];
        ComputeImage(1, null);
        for (int stage = 2; stage <= selection.LastStage; stage++)
        {
            cancellation.ThrowIfCancellationRequested();
            ContextMap contexts = hidden;
            float[][]? maps = selection.Attention
                ? [.. words.Select(caption => new float[caption.Count * contexts.Size * contexts.Size])]
                : null;
            attention.AddRange(maps is null ? [] : [maps]);
            hidden = _refinements[stage - 2].Run(hidden, initial, words, maps, workspace);
            ComputeImage(stage, maps);
        }

        return new GeneratorOutputs(images, attention);

        void ComputeImage(int stage, float[][]? maps)
        {
            if ((selection.AllImages || stage == selection.LastStage) && _heads.TryGetValue(stage, out ImageHead? head))
            {
                ContextMap map = hidden;
                float[][] values = [.. inputs.Select(_ => new float[3 * map.Size * map.Size])];
                head.Run(hidden, values, workspace);
                images.Add(new StageImages(map.Size, values));
                onStage?.Invoke(new StageOutputs(stage, images[^1], maps));
            }
        }
    }

    /// <summary>
    /// Computes conditioning augmentation and F_0 (paper, equation 1). Returns the maps of all sizes, the last of which is h_0.
    /// </summary>
    private List<ContextMap> ComputeInitialContexts(IReadOnlyList<GeneratorInputs> inputs, Workspace workspace)
    {
        int batch = inputs.Count;
        // Slack for the last vector that Condition reads.
        float* gaussians = workspace.Get("conditioning", (long)batch * _conditioning.Outputs, slack: Gemm.Lanes);
        _conditioning.Run([.. inputs.Select(input => input.Sentence)], gaussians, workspace);
        float[][] rows = new float[batch][];
        for (int i = 0; i < batch; i++, gaussians += _conditioning.Outputs)
        {
            rows[i] = [.. Condition(gaussians, inputs[i].ConditionNoise), .. inputs[i].Noise];
        }

        float* data = workspace.Get("context 4", (long)batch * _seed.Outputs);
        _seed.Run(rows, data, workspace);
        var context = new ContextMap(data, batch, SeedSize, _seed.Outputs / (SeedSize * SeedSize));
        List<ContextMap> contexts = [context];
        for (int i = 0; i < _initialUps.Length; i++)
        {
            int channels = ChannelMap.Padded(_architecture.Width << (_initialUps.Length - 1 - i));
            bool isLast = i == _initialUps.Length - 1;
            ContextMap next = Allocate(workspace, batch, 2 * context.Size, isLast ? 2 * channels : channels);
            _initialUps[i].Run(context, next, workspace);
            context = next;
            contexts.Add(context);
        }

        return contexts;
    }

    /// <summary>Returns the conditioning vector c = mu + sigma epsilon, with sigma = exp(log variance / 2).</summary>
    private float[] Condition(float* gaussian, float[] epsilon)
    {
        float[] code = new float[ChannelMap.Padded(epsilon.Length)];
        for (int i = 0; i < code.Length; i += Gemm.Lanes)
        {
            Vector512<float> deviation = VectorMath.Exp(Vector512.Create(0.5f) * Vector512.Load(gaussian + epsilon.Length + i));
            deviation.CopyTo(code, i);
        }

        for (int i = 0; i < epsilon.Length; i++)
        {
            code[i] = float.FusedMultiplyAdd(code[i], epsilon[i], gaussian[i]);
        }

        return code[..epsilon.Length];
    }

    private static ContextMap Allocate(Workspace workspace, int batch, int size, int stride) => new(
        workspace.Get($"context {size}", (long)batch * size * size * stride, WordAttention.Slack(stride)), batch, size, stride);

    /// <summary>Creates the linear layer of the first stage. Its weights are channels-first, its outputs channels-last.</summary>
    private static GatedLinear Seed(ModelWeights weights, ModelArchitecture a, int channels)
    {
        const int Pixels = SeedSize * SeedSize;
        int outputs = channels * Pixels;
        int padded = ChannelMap.Padded(channels);
        int[] places = new int[Pixels * padded];
        for (int i = 0; i < places.Length; i++)
        {
            (int pixel, int channel) = Math.DivRem(i, padded);
            places[i] = channel < channels ? (channel * Pixels) + pixel : -1;
        }

        return new GatedLinear(
            weights.Get(TensorNames.SeedWeight),
            weights.Get(TensorNames.SeedBias).ToArray(),
            a.Condition + a.NoiseInput,
            ChannelMap.GatedColumns(places, outputs));
    }

    private static UpsamplingConvolution Up(ModelWeights weights, string name, int[] inputs, int outputs) => new(
        weights.Get(TensorNames.WeightOf(name)),
        weights.Get(TensorNames.BiasOf(name)).ToArray(),
        inputs,
        ChannelMap.GatedColumns(ChannelMap.Of(outputs), outputs));

    /// <summary>F_i: computes the next hidden context from the last one and its word context (paper, equation 1).</summary>
    private sealed class RefinementStage
    {
        private readonly WordAttention _attention;
        private readonly (ResidualConvolution First, ResidualConvolution Second)[] _blocks;
        private readonly UpsamplingConvolution _up;
        private readonly SkipExcitation? _excitation;
        private readonly bool _isLast;
        private readonly int _padded;
        private readonly int _inner;

        public RefinementStage(ModelWeights weights, ModelArchitecture a, int stage)
        {
            int channels = 2 * a.Width;
            int[] pair = ChannelMap.OfPair(a.Width), inner = ChannelMap.Of(channels);
            (_padded, _inner, _isLast) = (ChannelMap.Padded(a.Width), inner.Length, stage == a.Stages);
            CosineWeights? cosine = a.Attention == AttentionKind.Cosine
                ? new CosineWeights(
                    weights.Get(TensorNames.ValueWeight(stage)),
                    weights.Get(TensorNames.NullKey(stage)).ToArray(),
                    weights.Get(TensorNames.Temperature(stage)).ToArray()[0])
                : null;
            _attention = new WordAttention(
                weights.Get(TensorNames.AttentionWeight(stage)), a.Width, a.Embedding, cosine);
            _blocks =
            [
                .. Enumerable.Range(0, a.ResidualBlocks).Select(block =>
                (
                    Convolution(block, 1, pair, ChannelMap.GatedColumns(inner, channels), gated: true),
                    Convolution(block, 2, inner, ChannelMap.PlainColumns(pair), gated: false)
                )),
            ];
            _up = Up(weights, TensorNames.Up(stage), pair, a.Width);
            _excitation = a.SkipExcitation
                ? new SkipExcitation(
                    weights.Get(TensorNames.SqueezeWeight(stage)),
                    weights.Get(TensorNames.ExciteWeight(stage)),
                    a.ExcitingSize(stage),
                    a.InitialChannels(a.ExcitingSize(stage)),
                    a.Width)
                : null;

            ResidualConvolution Convolution(int block, int number, int[] inputs, int[] columns, bool gated)
            {
                string name = TensorNames.Residual(stage, block, number);
                return new ResidualConvolution(
                    weights.Get(TensorNames.WeightOf(name)),
                    weights.Get(TensorNames.BiasOf(name)).ToArray(),
                    inputs,
                    columns,
                    gated);
            }
        }

        /// <param name="contexts">The hidden contexts; receives intermediate values.</param>
        /// <param name="initial">The maps of the first stage.</param>
        /// <param name="words">The words of each image.</param>
        /// <param name="maps">Receives the attention of each image; null to skip it.</param>
        /// <param name="workspace">Scratch memory and workers.</param>
        public ContextMap Run(
            ContextMap contexts,
            IReadOnlyList<ContextMap> initial,
            IReadOnlyList<AttendedWords> words,
            float[][]? maps,
            Workspace workspace)
        {
            _attention.Run(contexts, words, maps, workspace);
            var inner = new ContextMap(
                workspace.Get($"inner {contexts.Size}", (long)contexts.Pixels * _inner), contexts.Batch, contexts.Size, _inner);
            foreach ((ResidualConvolution first, ResidualConvolution second) in _blocks)
            {
                first.Run(contexts, inner, workspace);
                second.Run(inner, contexts, workspace);
            }

            ContextMap next = Allocate(workspace, contexts.Batch, 2 * contexts.Size, _isLast ? _padded : 2 * _padded);
            _up.Run(contexts, next, workspace);
            _excitation?.Run(initial, next, workspace);
            return next;
        }
    }
}
