using AttnGan.Training.Configuration;
using AttnGan.Training.Generator;
using AttnGan.Training.Tests.Trainers;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Generator;

public sealed class WhitenedConditionTests
{
    private const int Embedding = 12;

    /// <summary>Mean 0, variance 1 and no correlation over the captions, whatever the covariance of the sentence features.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(Embedding)]
    [InlineData(20)]
    public void The_mean_of_the_condition_is_the_whitened_sentence(int condition)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(4);
        using var augmentation = new ConditioningAugmentation(Embedding, condition);
        Tensor sentences = matmul(randn(500, Embedding) * arange(1, Embedding + 1), linalg.qr(randn(Embedding, Embedding)).Q) + 3;

        augmentation.Whiten(sentences);
        Conditioning conditioning = augmentation.forward(sentences, zeros(500, condition));

        int used = Math.Min(condition, Embedding);
        Tensor mu = conditioning.Mu[.., ..used];
        Assert.InRange(mu.mean([0]).abs().max().item<float>(), 0, 1e-3f);
        Assert.InRange((matmul(mu.t(), mu) / 500 - eye(used)).abs().max().item<float>(), 0, 1e-3f);
        Assert.InRange((conditioning.LogVariance / 2).exp().mean().item<float>(), 0.0999f, 0.1001f);
        Assert.Equal(0, conditioning.Mu[.., used..].abs().sum().item<float>());
    }

    [Fact]
    public void Components_of_small_variance_are_not_amplified()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(5);
        using var augmentation = new ConditioningAugmentation(Embedding, Embedding);
        Tensor sentences = randn(500, Embedding);
        sentences[.., 0] *= 1e-6;

        augmentation.Whiten(sentences);
        Tensor mu = augmentation.forward(sentences, zeros(500, Embedding)).Mu;

        Assert.InRange(mu.std(0).min().item<float>(), 0, 1e-4f);
    }

    /// <summary>With the initial weights of the published code, c contains little information of the sentence.</summary>
    [Fact]
    public void Training_starts_with_a_whitened_condition_if_configured()
    {
        using var tiny = new TinyRun();
        double published = FirstDivergence(tiny, TinyRun.Config);
        double whitened = FirstDivergence(tiny, TinyRun.Config with { Gan = TinyRun.Config.Gan with { WhitenCondition = true } });

        Assert.InRange(published, 0, 0.2);

        // -1/2 (1 + log s^2 - mu^2 - s^2) with s = 0.1 and mu^2 between 0 and 1 for these few captions.
        Assert.InRange(whitened, 1.7, 3);
    }

    private static double FirstDivergence(TinyRun tiny, AttnGanConfig config)
    {
        using GanTrainer trainer = tiny.Gan(config);
        return trainer.Step(TinyRun.FirstBatch(trainer), 0).Single(measure => measure.Name == "kl").Value;
    }
}
