using AttnGan.Models;
using AttnGan.Training.Encoders;
using AttnGan.Training.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Generator;

/// <summary>
/// Word attention F_attn: computes a word context for every pixel of the hidden context, a weighted mean of the words (paper, equation 2;
/// <see cref="AttentionKind.Cosine"/> is not in the paper).
/// </summary>
internal sealed class WordAttention : nn.Module<Tensor, Tensor, Tensor, (Tensor Context, Tensor Attention)>
{
    private const double InitialTemperature = 10;

    private readonly int _channels;
    private readonly bool _misalignedMask;
    private readonly Conv2d conv_context;
    private readonly Conv2d? conv_value;
    private readonly Parameter? null_key;
    private readonly Parameter? log_temperature;

    /// <param name="channels">C: channels of the hidden context.</param>
    /// <param name="embedding">D: width of the word features.</param>
    /// <param name="kind">How pixels attend to words.</param>
    /// <param name="misalignedMask">
    /// Reproduces a defect of the official code: row r of the flattened scores is masked with the padding of caption r mod B, which is the
    /// wrong caption for most rows if the batch size is above 1.
    /// </param>
    public WordAttention(int channels, int embedding, AttentionKind kind, bool misalignedMask)
        : base(nameof(WordAttention))
    {
        _channels = channels;
        _misalignedMask = misalignedMask;
        conv_context = Conv2d(embedding, channels, kernel_size: 1, bias: false);
        if (kind == AttentionKind.Cosine)
        {
            conv_value = Conv2d(embedding, channels, kernel_size: 1, bias: false);
            null_key = Parameter(randn(channels));
            log_temperature = Parameter(full(1, Math.Log(InitialTemperature)));
        }

        RegisterComponents();
    }

    /// <param name="hidden">h: (B, C, H, W).</param>
    /// <param name="words">e: (B, D, T).</param>
    /// <param name="padding">(B, T), true where there is no word.</param>
    /// <returns>
    /// Word context (B, C, H, W) and attention (B, T, H, W), which sums to 1 over the words, or with the null key's to 1.
    /// </returns>
    public override (Tensor Context, Tensor Attention) forward(Tensor hidden, Tensor words, Tensor padding)
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long channels, long height, long width) = (hidden.shape[0], hidden.shape[1], hidden.shape[2], hidden.shape[3]);
        long length = words.shape[2];

        Tensor keys = Project(conv_context, words);                                              // (B, C, T)
        Tensor values = conv_value is null ? keys : Project(conv_value, words);                  // (B, C, T)
        Tensor queries = hidden.permute(0, 2, 3, 1).reshape(batch, height * width, channels);    // (B, N, C)
        if (null_key is not null)
        {
            Tensor all = cat([keys, null_key.to(keys.dtype).view(1, -1, 1).expand(batch, -1, 1)], dim: 2); // (B, C, T + 1)
            keys = functional.normalize(all, dim: 1) * log_temperature!.exp().to(keys.dtype);
            queries = functional.normalize(queries, dim: 2);
            padding = cat([padding, zeros_like(padding[.., ..1])], dim: 1);
        }

        Tensor scores = bmm(queries, keys).masked_fill(Mask(padding, height * width), float.NegativeInfinity); // (B, N, T or T + 1)
        Tensor attention = functional.softmax(scores, dim: 2).narrow(2, 0, length);
        Tensor context = bmm(attention, values.transpose(1, 2));                                 // (B, N, C)

        // A permuted view, not a copy: it stays in channels-last layout, in which convolutions are fastest.
        context = context.view(batch, height, width, channels).permute(0, 3, 1, 2);
        attention = attention.transpose(1, 2).reshape(batch, length, height, width);
        return (context.MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());

        Tensor Project(Conv2d projection, Tensor features) => projection.forward(features.unsqueeze(3)).squeeze(3).to(hidden.dtype);
    }

    /// <summary>
    /// Adds word attention to an ONNX graph, always with the correct mask. With batch size 1 the misaligned mask is the same, and models
    /// that were trained with it generate one image at a time.
    /// </summary>
    public (OnnxValue Context, OnnxValue Attention) Export(OnnxGraph graph, int stage, int size, OnnxValue hidden, ExportedText text)
    {
        using DisposeScope scope = NewDisposeScope();
        OnnxValue keys = Project(TensorNames.AttentionWeight(stage), conv_context);             // (B, C, T)
        OnnxValue values = conv_value is null ? keys : Project(TensorNames.ValueWeight(stage), conv_value);
        OnnxValue queries = graph.Reshape(hidden, 0, _channels, size * size);                   // (B, C, N)
        OnnxValue? nothing = null;
        if (null_key is not null)
        {
            OnnxValue temperature = graph.Weight(TensorNames.Temperature(stage), log_temperature!.exp());
            keys = graph.Multiply(graph.Normalize(keys, axis: 1), temperature);
            queries = graph.Normalize(queries, axis: 1);
            OnnxValue key = graph.Weight(TensorNames.NullKey(stage), functional.normalize(null_key, dim: 0)); // (C)
            nothing = graph.MatMul(graph.Unsqueeze(graph.Multiply(key, temperature), axis: 0), queries); // (B, 1, N)
        }

        // Words before regions, unlike in forward: attention and context then have the layout of the outputs without a transposition.
        OnnxValue scores = graph.MatMul(graph.Transpose(keys, 0, 2, 1), queries);               // (B, T, N)
        scores = graph.Add(scores, graph.Unsqueeze(text.WordBias, axis: 2));
        OnnxValue attention = nothing is { } last
            ? graph.Before(graph.Softmax(graph.Concat(axis: 1, scores, last), axis: 1), end: -1, axis: 1)
            : graph.Softmax(scores, axis: 1);
        OnnxValue context = graph.Reshape(graph.MatMul(values, attention), 0, 0, size, size);   // (B, C, S, S)
        attention = graph.Name(graph.Reshape(attention, 0, 0, size, size), TensorNames.Attention(stage)); // (B, T, S, S)
        return (context, attention);

        OnnxValue Project(string name, Conv2d projection) =>
            graph.MatMul(graph.Weight(name, projection.weight!.squeeze(3).squeeze(2)), text.Words);
    }

    private Tensor Mask(Tensor padding, long regions) => _misalignedMask
        ? padding.repeat(regions, 1).view(padding.shape[0], regions, padding.shape[1])
        : padding.unsqueeze(1);
}
