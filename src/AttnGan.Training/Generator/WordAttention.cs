using AttnGan.Models;
using AttnGan.Training.Encoders;
using AttnGan.Training.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Generator;

/// <summary>
/// Word attention F_attn: computes a word context for every pixel of the hidden context, a weighted mean of the words (paper, equation 2).
/// </summary>
internal sealed class WordAttention : nn.Module<Tensor, Tensor, Tensor, (Tensor Context, Tensor Attention)>
{
    private readonly int _channels;
    private readonly bool _misalignedMask;
    private readonly Conv2d conv_context;

    /// <param name="channels">C: channels of the hidden context.</param>
    /// <param name="embedding">D: width of the word features.</param>
    /// <param name="misalignedMask">
    /// Reproduces a defect of the official code: row r of the flattened scores is masked with the padding of caption r mod B, which is the
    /// wrong caption for most rows if the batch size is above 1.
    /// </param>
    public WordAttention(int channels, int embedding, bool misalignedMask)
        : base(nameof(WordAttention))
    {
        _channels = channels;
        _misalignedMask = misalignedMask;
        conv_context = Conv2d(embedding, channels, kernel_size: 1, bias: false);
        RegisterComponents();
    }

    /// <param name="hidden">h: (B, C, H, W).</param>
    /// <param name="words">e: (B, D, T).</param>
    /// <param name="padding">(B, T), true where there is no word.</param>
    /// <returns>Word context (B, C, H, W) and attention (B, T, H, W), which sums to 1 over the words.</returns>
    public override (Tensor Context, Tensor Attention) forward(Tensor hidden, Tensor words, Tensor padding)
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long channels, long height, long width) = (hidden.shape[0], hidden.shape[1], hidden.shape[2], hidden.shape[3]);
        long length = words.shape[2];

        Tensor keys = conv_context.forward(words.unsqueeze(3)).squeeze(3).to(hidden.dtype);      // (B, C, T)
        Tensor queries = hidden.permute(0, 2, 3, 1).reshape(batch, height * width, channels);    // (B, N, C)
        Tensor scores = bmm(queries, keys).masked_fill(Mask(padding, height * width), float.NegativeInfinity); // (B, N, T)
        Tensor attention = functional.softmax(scores, dim: 2);
        Tensor context = bmm(attention, keys.transpose(1, 2));                                   // (B, N, C)

        // A permuted view, not a copy: it stays in channels-last layout, in which convolutions are fastest.
        context = context.view(batch, height, width, channels).permute(0, 3, 1, 2);
        attention = attention.transpose(1, 2).reshape(batch, length, height, width);
        return (context.MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Adds word attention to an ONNX graph, always with the correct mask. With batch size 1 the misaligned mask is the same, and models
    /// that were trained with it generate one image at a time.
    /// </summary>
    public (OnnxValue Context, OnnxValue Attention) Export(OnnxGraph graph, int stage, int size, OnnxValue hidden, ExportedText text)
    {
        using DisposeScope scope = NewDisposeScope();
        OnnxValue weight = graph.Weight(TensorNames.AttentionWeight(stage), conv_context.weight.squeeze(3).squeeze(2)); // (C, D)
        OnnxValue keys = graph.MatMul(weight, text.Words);                                      // (B, C, T)
        OnnxValue queries = graph.Reshape(hidden, 0, _channels, size * size);                   // (B, C, N)

        // Words before regions, unlike in forward: attention and context then have the layout of the outputs without a transposition.
        OnnxValue scores = graph.MatMul(graph.Transpose(keys, 0, 2, 1), queries);               // (B, T, N)
        scores = graph.Add(scores, graph.Unsqueeze(text.WordBias, axis: 2));
        OnnxValue attention = graph.Softmax(scores, axis: 1);
        OnnxValue context = graph.Reshape(graph.MatMul(keys, attention), 0, 0, size, size);     // (B, C, S, S)
        attention = graph.Name(graph.Reshape(attention, 0, 0, size, size), TensorNames.Attention(stage)); // (B, T, S, S)
        return (context, attention);
    }

    private Tensor Mask(Tensor padding, long regions) => _misalignedMask
        ? padding.repeat(regions, 1).view(padding.shape[0], regions, padding.shape[1])
        : padding.unsqueeze(1);
}
