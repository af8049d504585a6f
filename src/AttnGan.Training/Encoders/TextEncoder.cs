using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Formats;
using AttnGan.Training.Layers;
using AttnGan.Training.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.utils.rnn;

namespace AttnGan.Training.Encoders;

/// <summary>
/// The text encoder of the DAMSM, a bidirectional recurrent network (paper, section 3.2): word features e and sentence feature E. State
/// names are those of the official <c>RNN_ENCODER</c>.
/// </summary>
public sealed class TextEncoder : nn.Module<Tensor, Tensor, TextFeatures>
{
    private readonly Embedding encoder;
    private readonly GlobalDropout drop;
    private readonly nn.Module rnn;

    /// <summary>Creates a network with random weights on the CPU. Must not be called within a dispose scope.</summary>
    /// <param name="config">Widths, kind of the recurrent network, dropout.</param>
    /// <param name="vocabularySize">Number of words, the end token included (at least 1): <see cref="Vocabulary.Count"/>.</param>
    public TextEncoder(TextEncoderConfig config, int vocabularySize)
        : base(nameof(TextEncoder))
    {
        encoder = Embedding(vocabularySize, config.WordEmbedding);
        init.uniform_(encoder.weight!, -0.1, 0.1);
        encoder.weight!.requires_grad = !config.FreezeWords;
        drop = new GlobalDropout(config.Dropout);
        int hidden = config.Embedding / 2;
        rnn = config.Rnn switch
        {
            RnnKind.Lstm => LSTM(config.WordEmbedding, hidden, batchFirst: true, bidirectional: true),
            _ => GRU(config.WordEmbedding, hidden, batchFirst: true, bidirectional: true),
        };
        RegisterComponents();
    }

    /// <summary>The recurrent network, whose gradients are clipped in DAMSM training.</summary>
    internal nn.Module Rnn => rnn;

    /// <summary>Sets the word embeddings to word vectors. Words without a vector keep their embeddings.</summary>
    /// <param name="vectors">The vectors, of the width of the embeddings.</param>
    /// <param name="vocabulary">The vocabulary of the network.</param>
    /// <returns>The words without a vector, the most frequent first.</returns>
    internal IReadOnlyList<string> LoadWords(WordVectors vectors, Vocabulary vocabulary)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradientsOff = no_grad();
        var missing = new List<string>();
        for (int id = 1; id < vocabulary.Count; id++)
        {
            ReadOnlySpan<float> vector = vectors.Of(vocabulary[id]);
            if (vector.IsEmpty)
            {
                missing.Add(vocabulary[id]);
            }
            else
            {
                encoder.weight![id].copy_(tensor(vector.ToArray()));
            }
        }

        return missing;
    }

    /// <summary>Computes the features of a batch of captions.</summary>
    /// <param name="captions">(B, T) word IDs, padded with 0 at the end (<see cref="BatchTensors.Captions"/>).</param>
    /// <param name="lengths">(B) number of words of each caption, at least 1, on the CPU (<see cref="BatchTensors.Lengths"/>).</param>
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

    /// <summary>Encodes captions that are not in a batch of a loader.</summary>
    /// <param name="captions">B captions with at least one known word each.</param>
    /// <param name="device">The device of the network.</param>
    public TextFeatures Encode(IReadOnlyList<EncodedCaption> captions, Device device)
    {
        int length = captions.Max(caption => caption.Ids.Count);
        long[] ids = new long[captions.Count * length];
        for (int b = 0; b < captions.Count; b++)
        {
            for (int t = 0; t < captions[b].Ids.Count; t++)
            {
                ids[b * length + t] = captions[b].Ids[t];
            }
        }

        using DisposeScope scope = NewDisposeScope();
        TextFeatures text = forward(
            tensor(ids, [captions.Count, length], device: device),
            tensor(captions.Select(caption => (long)caption.Ids.Count).ToArray()));
        return new TextFeatures(
            text.Words.MoveToOuterDisposeScope(), text.Sentence.MoveToOuterDisposeScope(), text.Padding.MoveToOuterDisposeScope());
    }

    /// <summary>Adds the network in evaluation mode to an ONNX graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="captions">(B, T) integers: word IDs.</param>
    /// <param name="lengths">(B) integers: number of words, at least 1.</param>
    internal ExportedText Export(OnnxGraph graph, OnnxValue captions, OnnxValue lengths)
    {
        using DisposeScope scope = NewDisposeScope();
        long hidden = rnn.get_parameter("weight_hh_l0")!.shape[1]; // D / 2

        // The first dimension of ONNX's recurrent operators is time.
        OnnxValue table = graph.Weight(TensorNames.EmbeddingWeight, encoder.weight!);
        OnnxValue embedded = graph.Gather(table, graph.Transpose(captions, 1, 0)); // (T, B, W)
        OnnxValue inputWeight = graph.Weight(TensorNames.RnnInputWeight, BothDirections(suffix => Gates($"weight_ih_l0{suffix}")));
        OnnxValue hiddenWeight = graph.Weight(TensorNames.RnnHiddenWeight, BothDirections(suffix => Gates($"weight_hh_l0{suffix}")));
        OnnxValue bias = graph.Weight(
            TensorNames.RnnBias, BothDirections(suffix => cat([Gates($"bias_ih_l0{suffix}"), Gates($"bias_hh_l0{suffix}")])));
        RnnKind kind = rnn is LSTM ? RnnKind.Lstm : RnnKind.Gru;

        // (T, 2, B, D / 2) and (2, B, D / 2)
        (OnnxValue output, OnnxValue lastState) = graph.Recurrent(kind, hidden, embedded, inputWeight, hiddenWeight, bias, lengths);
        OnnxValue words = graph.Reshape(graph.Transpose(output, 2, 1, 3, 0), 0, 2 * hidden, -1); // (B, D, T)
        words = graph.Name(words, TensorNames.Words);
        OnnxValue sentence = graph.Reshape(graph.Transpose(lastState, 1, 0, 2), 0, 2 * hidden);  // (B, D)
        sentence = graph.Name(sentence, TensorNames.Sentence);
        return new ExportedText(words, sentence, ExportWordBias(graph, captions, lengths));
    }

    private static OnnxValue ExportWordBias(OnnxGraph graph, OnnxValue captions, OnnxValue lengths)
    {
        OnnxValue positions = graph.Range(graph.Gather(graph.Shape(captions), graph.Scalar(1L)));              // (T)
        OnnxValue isWord = graph.Less(graph.Unsqueeze(positions, axis: 0), graph.Unsqueeze(lengths, axis: 1)); // (B, T)
        OnnxValue bias = graph.Where(isWord, graph.Scalar(0f), graph.Scalar(float.NegativeInfinity));
        return graph.Name(bias, TensorNames.WordBias);
    }

    private static Tensor BothDirections(Func<string, Tensor> weight) => stack([weight(""), weight("_reverse")]);

    /// <summary>
    /// Returns a parameter with its gates in ONNX's order. LSTM: input, forget, cell, output becomes input, output, forget, cell. GRU:
    /// reset, update, new becomes update, reset, new.
    /// </summary>
    private Tensor Gates(string parameter)
    {
        int[] order = rnn is LSTM ? [0, 3, 1, 2] : [1, 0, 2];
        Tensor[] gates = rnn.get_parameter(parameter)!.detach().chunk(order.Length);
        return cat([.. order.Select(gate => gates[gate])]);
    }
}

/// <summary>Features of a batch of captions.</summary>
/// <param name="Words">e: (B, D, T), zero at padding.</param>
/// <param name="Sentence">E: (B, D).</param>
/// <param name="Padding">(B, T), true where there is no word.</param>
public sealed record TextFeatures(Tensor Words, Tensor Sentence, Tensor Padding);

/// <summary>The outputs of the text encoder in an ONNX graph.</summary>
/// <param name="Words">e: (B, D, T), zero at padding.</param>
/// <param name="Sentence">E: (B, D).</param>
/// <param name="WordBias">(B, T): 0 at words, minus infinity at padding, to be added to scores.</param>
internal sealed record ExportedText(OnnxValue Words, OnnxValue Sentence, OnnxValue WordBias);
