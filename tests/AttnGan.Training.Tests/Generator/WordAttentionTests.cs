using AttnGan.Models;
using AttnGan.Training.Encoders;
using AttnGan.Training.Generator;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Generator;

[WithoutCollections]
public sealed class WordAttentionTests
{
    private static readonly long[] Lengths = [5, 2, 1];

    [Fact]
    public void Attention_sums_to_one_over_the_words_and_is_zero_at_padding()
    {
        using DisposeScope scope = NewDisposeScope();
        using var attention = new WordAttention(channels: 4, embedding: 6, kind: AttentionKind.DotProduct, misalignedMask: false);

        (Tensor context, Tensor map) = attention.forward(randn(3, 4, 8, 8), randn(3, 6, 5), Padding());

        Assert.Equal([3, 4, 8, 8], context.shape);
        Assert.Equal([3, 5, 8, 8], map.shape);
        Assert.True(map.sum(1).allclose(ones(3, 8, 8)));
        Assert.True(map.ge(0).all().item<bool>());
        Assert.Equal(0, map.masked_select(Padding().view(3, 5, 1, 1)).abs().max().item<float>());
    }

    [Fact]
    public void A_single_word_gets_all_attention_and_is_the_context_everywhere()
    {
        using DisposeScope scope = NewDisposeScope();
        using var attention = new WordAttention(channels: 4, embedding: 6, kind: AttentionKind.DotProduct, misalignedMask: false);
        Tensor words = randn(3, 6, 5);

        (Tensor context, Tensor map) = attention.forward(randn(3, 4, 8, 8), words, Padding());

        Assert.True(map[2, 0].allclose(ones(8, 8)));
        Assert.True(context[2].allclose(context[2, .., 3, 3].view(4, 1, 1).expand(4, 8, 8)));
    }

    [Fact]
    public void Attention_by_cosines_is_a_softmax_over_the_words_and_nothing()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        using var attention = new WordAttention(channels: 4, embedding: 6, AttentionKind.Cosine, misalignedMask: false);
        (Tensor hidden, Tensor words) = (randn(3, 4, 8, 8), randn(3, 6, 5));

        (Tensor context, Tensor map) = attention.forward(hidden, words, Padding());

        Tensor key = attention.get_parameter("conv_context.weight")!.view(4, 6);
        Tensor value = attention.get_parameter("conv_value.weight")!.view(4, 6);
        Tensor nullKey = attention.get_parameter("null_key")!;
        for (int b = 0; b < 3; b++)
        {
            Tensor caption = words[b, .., ..(int)Lengths[b]];
            Tensor pixel = hidden[b, .., 2, 5];
            Tensor keys = cat([key.mm(caption), nullKey.unsqueeze(1)], dim: 1);
            Tensor cosines = pixel.matmul(keys) / (pixel.norm() * keys.square().sum(dim: 0).sqrt());
            Tensor weights = (10 * cosines).softmax(0).narrow(0, 0, Lengths[b]);

            Assert.True(map[b, ..(int)Lengths[b], 2, 5].allclose(weights, atol: 1e-5));
            Assert.True(context[b, .., 2, 5].allclose(value.mm(caption).mv(weights), atol: 1e-5));
        }

        Assert.InRange(map.sum(1).max().item<float>(), 0, 1.00001);
        Assert.InRange(map.sum(1).min().item<float>(), 0, 0.5);
        Assert.Equal(0, map.masked_select(Padding().view(3, 5, 1, 1)).abs().max().item<float>());
    }

    /// <summary>A hidden context along the null key attends to nothing, and its word context is 0.</summary>
    [Fact]
    public void The_null_key_takes_the_attention_of_pixels_that_no_word_describes()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        using var attention = new WordAttention(channels: 64, embedding: 6, AttentionKind.Cosine, misalignedMask: false);
        Tensor hidden = attention.get_parameter("null_key")!.detach().view(1, 64, 1, 1).expand(3, 64, 4, 4);

        (Tensor context, Tensor map) = attention.forward(hidden, randn(3, 6, 5), Padding());

        Assert.InRange(map.sum(1).max().item<float>(), 0, 0.05);
        Assert.InRange(context.abs().max().item<float>(), 0, 0.1);
    }

    [Fact]
    public void Temperature_null_key_and_values_have_gradients()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        using var attention = new WordAttention(channels: 4, embedding: 6, AttentionKind.Cosine, misalignedMask: false);

        attention.forward(randn(3, 4, 8, 8), randn(3, 6, 5), Padding()).Context.square().sum().backward();

        Assert.Equal(
            ["conv_context.weight", "conv_value.weight", "log_temperature", "null_key"],
            attention.named_parameters().Select(parameter => parameter.name).Order());
        Assert.All(attention.parameters(), parameter => Assert.True(parameter.grad!.abs().max().item<float>() > 1e-4));
    }

    [Fact]
    public void The_misaligned_mask_is_correct_for_batch_size_1_only()
    {
        using DisposeScope scope = NewDisposeScope();
        using var aligned = new WordAttention(channels: 4, embedding: 6, kind: AttentionKind.DotProduct, misalignedMask: false);
        using var misaligned = new WordAttention(channels: 4, embedding: 6, kind: AttentionKind.DotProduct, misalignedMask: true);
        misaligned.load_state_dict(aligned.state_dict());
        (Tensor hidden, Tensor words, Tensor padding) = (randn(3, 4, 8, 8), randn(3, 6, 5), Padding());

        Tensor oneRight = aligned.forward(hidden[1..2], words[1..2], padding[1..2]).Attention;
        Tensor oneOfficial = misaligned.forward(hidden[1..2], words[1..2], padding[1..2]).Attention;
        Tensor allRight = aligned.forward(hidden, words, padding).Attention;
        Tensor allOfficial = misaligned.forward(hidden, words, padding).Attention;

        Assert.True(oneRight.allclose(oneOfficial));
        Assert.True(allRight[1..2].allclose(oneRight));
        Assert.False(allOfficial[1..2].allclose(oneRight));
    }

    /// <summary>In evaluation mode, alone or with other captions in the batch, and with more or less padding.</summary>
    [Fact]
    public void An_image_does_not_depend_on_the_other_captions_of_its_batch()
    {
        using DisposeScope scope = NewDisposeScope();
        using var text = new TextEncoder(new() { WordEmbedding = 6, Embedding = 8 }, vocabularySize: 20);
        using var generator = new AttentionalGenerator(
            new() { BaseSize = 16, Stages = 3, Width = 4, ResidualBlocks = 1, Noise = 5, Condition = 6 }, embedding: 8, new());
        text.eval();
        generator.eval();
        Tensor captions = randint(1, 20, [3, 5]).masked_fill(Padding(), 0);
        (Tensor noise, Tensor epsilon) = (randn(3, 5), randn(3, 6));

        GeneratorOutput together = generator.forward(new(text.forward(captions, tensor(Lengths)), noise, epsilon));

        for (int i = 0; i < 3; i++)
        {
            Tensor caption = captions.narrow(0, i, 1).narrow(1, 0, Lengths[i]);
            GeneratorOutput alone = generator.forward(
                new(text.forward(caption, tensor(Lengths[i..(i + 1)])), noise.narrow(0, i, 1), epsilon.narrow(0, i, 1)));
            for (int stage = 0; stage < 3; stage++)
            {
                Assert.True(together.Images[stage].narrow(0, i, 1).allclose(alone.Images[stage], atol: 1e-5));
            }

            Assert.True(together.Attention[1].narrow(0, i, 1).narrow(1, 0, Lengths[i]).allclose(alone.Attention[1], atol: 1e-5));
        }
    }

    private static Tensor Padding() => arange(5).unsqueeze(0).ge(tensor(Lengths).unsqueeze(1));
}
