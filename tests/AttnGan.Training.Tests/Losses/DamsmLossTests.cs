using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Losses;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Losses;

[WithoutCollections]
public sealed class DamsmLossTests
{
    private static readonly DamsmLoss Loss = new(new DamsmConfig());

    [Theory]
    [InlineData("none")]
    [InlineData("distinct")]
    [InlineData("repeated")]
    public void Words_loss_and_gradients_equal_the_official_ones(string classes)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("words_loss");
        Tensor regions = reference["in.img_features"].requires_grad_();
        Tensor words = reference["in.words_emb"].requires_grad_();
        Tensor padding = Padding(reference, words);

        DamsmTerms terms = Loss.Compute(
            new ImageFeatures(regions, ones(4, 16)),
            new TextFeatures(words, ones(4, 16), padding),
            Classes(reference, classes));
        terms.Words.backward();

        reference.AssertClose($"out.{classes}.loss0", terms.Words0);
        reference.AssertClose($"out.{classes}.loss1", terms.Words1);
        reference.AssertCloseInNorm($"grad.{classes}.img_features", regions.grad);
        reference.AssertCloseInNorm($"grad.{classes}.words_emb", words.grad);
        if (classes == "none")
        {
            reference.AssertClose("out.none.scores", Loss.WordScores(regions.flatten(2), words, padding));
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("distinct")]
    [InlineData("repeated")]
    public void Sentence_loss_and_gradients_equal_the_official_ones(string classes)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("sent_loss");
        Tensor code = reference["in.cnn_code"].requires_grad_();
        Tensor sentence = reference["in.rnn_code"].requires_grad_();

        DamsmTerms terms = Loss.Compute(
            new ImageFeatures(ones(4, 16, 3, 3), code),
            new TextFeatures(ones(4, 16, 2), sentence, zeros(4, 2, dtype: ScalarType.Bool)),
            Classes(reference, classes));
        terms.Sentence.backward();

        reference.AssertClose($"out.{classes}.loss0", terms.Sentence0);
        reference.AssertClose($"out.{classes}.loss1", terms.Sentence1);
        reference.AssertCloseInNorm($"grad.{classes}.cnn_code", code.grad);
        reference.AssertCloseInNorm($"grad.{classes}.rnn_code", sentence.grad);
        if (classes == "none")
        {
            reference.AssertClose("out.none.scores", Loss.SentenceScores(code, sentence));
        }
    }

    /// <summary>A foil is one more caption to choose from for its own image, and nothing else.</summary>
    [Fact]
    public void Foils_are_negatives_of_their_own_image_only()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(7);
        var image = new ImageFeatures(randn(3, 8, 2, 2), randn(3, 8));
        var text = new TextFeatures(randn(3, 8, 5), randn(3, 8), zeros(3, 5, dtype: ScalarType.Bool));
        var foilText = new TextFeatures(randn(3, 8, 5), randn(3, 8), zeros(3, 5, dtype: ScalarType.Bool));
        Tensor isFoil = tensor(new[] { true, false, true });

        DamsmTerms without = Loss.Compute(image, text, null);
        DamsmTerms with = Loss.Compute(image, text, null, new FoilFeatures(foilText, isFoil));

        Assert.Equal(
            Expected(Loss.WordScores(image.Regions.flatten(2), text.Words, text.Padding),
                Loss.WordScores(image.Regions.flatten(2), foilText.Words, foilText.Padding)),
            with.Words0.ReadScalar(),
            1e-4);
        Assert.Equal(
            Expected(Loss.SentenceScores(image.Code, text.Sentence), Loss.SentenceScores(image.Code, foilText.Sentence)),
            with.Sentence0.ReadScalar(),
            1e-4);
        Assert.Equal(without.Words1.ReadScalar(), with.Words1.ReadScalar());
        Assert.Equal(without.Sentence1.ReadScalar(), with.Sentence1.ReadScalar());

        // Cross entropy by hand: image 1 has no foil.
        static double Expected(Tensor scores, Tensor foils) => Enumerable.Range(0, 3).Average(i =>
        {
            double own = Math.Exp(scores[i, i].ReadScalar());
            double all = Enumerable.Range(0, 3).Sum(j => Math.Exp(scores[i, j].ReadScalar()));
            return Math.Log(i == 1 ? all : all + Math.Exp(foils[i, i].ReadScalar())) - Math.Log(own);
        });
    }

    private static Tensor Padding(ReferenceValues reference, Tensor words) =>
        arange(words.shape[2]).unsqueeze(0).ge(reference["in.cap_lens"].unsqueeze(1));

    private static Tensor? Classes(ReferenceValues reference, string name) =>
        name == "none" ? null : reference[$"in.class_ids.{name}"];
}
