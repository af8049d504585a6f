using AttnGan.Models;
using AttnGan.Training.Configuration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.utils.rnn;

namespace AttnGan.Training.Encoders;

/// <summary>
/// Bi-directional recurrent text encoder (paper, section 3.2): word features e and sentence feature E.
/// State names are those of the official <c>RNN_ENCODER</c>.
/// </summary>
internal sealed class TextEncoder : nn.Module<Tensor, Tensor, TextFeatures>
{
    private readonly Embedding encoder;
    private readonly Dropout drop;
    private readonly nn.Module rnn;

    public TextEncoder(TextEncoderConfig config, int vocabularySize)
        : base(nameof(TextEncoder))
    {
        encoder = Embedding(vocabularySize, config.WordEmbedding);
        init.uniform_(encoder.weight!, -0.1, 0.1);
        drop = Dropout(config.Dropout);
        int hidden = config.Embedding / 2;
        rnn = config.Rnn switch
        {
            RnnKind.Lstm => LSTM(config.WordEmbedding, hidden, batchFirst: true, bidirectional: true),
            _ => GRU(config.WordEmbedding, hidden, batchFirst: true, bidirectional: true),
        };
        RegisterComponents();
    }

    /// <summary>The recurrent network, whose gradients DAMSM training clips.</summary>
    public nn.Module Rnn => rnn;

    /// <param name="captions">(B, T) word ids, padded with 0 after each caption's end.</param>
    /// <param name="lengths">(B) number of words of each caption, at least 1, on the CPU.</param>
    public override TextFeatures forward(Tensor captions, Tensor lengths)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor embedded = drop.forward(encoder.forward(captions)); // (B, T, W)
        PackedSequence packed = pack_padded_sequence(embedded, lengths, batch_first: true, enforce_sorted: false);

        PackedSequence output;
        Tensor lastState; // (2, B, D / 2): forward after the last word, backward after the first
        if (rnn is LSTM lstm)
        {
            (output, lastState, _) = lstm.call(packed);
        }
        else
        {
            (output, lastState) = ((GRU)rnn).call(packed);
        }

        (Tensor words, _) = pad_packed_sequence(output, batch_first: true, total_length: captions.shape[1]);
        Tensor sentence = lastState.transpose(0, 1).contiguous().view(captions.shape[0], -1);
        return new TextFeatures(
            words.transpose(1, 2).MoveToOuterDisposeScope(),
            sentence.MoveToOuterDisposeScope(),
            captions.eq(0).MoveToOuterDisposeScope());
    }
}

/// <summary>What the text encoder says of a batch of captions.</summary>
/// <param name="Words">e: (B, D, T), zero at padding.</param>
/// <param name="Sentence">E: (B, D).</param>
/// <param name="Padding">(B, T), true where there is no word.</param>
internal sealed record TextFeatures(Tensor Words, Tensor Sentence, Tensor Padding);
