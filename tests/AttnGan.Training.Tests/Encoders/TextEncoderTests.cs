using AttnGan.Models;
using AttnGan.Training.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Encoders;

[WithoutCollections]
public sealed class TextEncoderTests
{
    [Theory]
    [InlineData(RnnKind.Lstm, "")]
    [InlineData(RnnKind.Lstm, ".short")]
    [InlineData(RnnKind.Gru, "")]
    [InlineData(RnnKind.Gru, ".short")]
    public void Features_and_gradients_equal_those_of_the_official_network(RnnKind rnn, string batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues(rnn == RnnKind.Lstm ? "text_encoder_lstm" : "text_encoder_gru");
        using var network = new TextEncoder(new() { Rnn = rnn, WordEmbedding = 20, Embedding = 16 }, vocabularySize: 40);
        reference.LoadInto(network);
        network.eval();
        Tensor captions = reference["in.captions" + batch];
        Tensor lengths = reference["in.cap_lens" + batch];
        long longest = lengths.max().item<long>();

        TextFeatures text = network.forward(captions, lengths);

        // The official network cuts word features at the longest caption; here they keep the length of the batch.
        Tensor words = text.Words.narrow(2, 0, longest);
        ((words * reference["in.R1" + batch]).sum() + (text.Sentence * reference["in.R2" + batch]).sum()).backward();
        reference.AssertClose("out.words_emb" + batch, words);
        reference.AssertClose("out.sent_emb" + batch, text.Sentence);
        Assert.Equal(captions.shape[1], text.Words.shape[2]);
        Assert.Equal(0, text.Words.detach().masked_select(text.Padding.unsqueeze(1).expand_as(text.Words)).abs().sum().item<float>());
        Assert.Equal(lengths.data<long>().ToArray(), text.Padding.logical_not().sum(1).data<long>().ToArray());
        reference.AssertGradients(network, batch.Length == 0 ? "grad." : "grad.short.");
    }
}
