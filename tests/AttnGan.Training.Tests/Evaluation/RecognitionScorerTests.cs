using AttnGan.Training.Data;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation;

[WithoutCollections]
public sealed class RecognitionScorerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void Images_like_the_real_ones_are_all_recognized()
    {
        ValidationResult result = Measure(real => real);

        Assert.Equal([1, 1, 0], result.Measures.Select(measure => Math.Round(measure.Value, 6)));
        Assert.Equal(["recognition", "recognition_r10", "resnet18_fd"], result.Measures.Select(measure => measure.Name));
        Assert.Equal(1, result.Quality!.Value, 1e-6);
    }

    [Fact]
    public void Images_of_other_things_are_not_recognized()
    {
        ValidationResult result = Measure(real => real.roll(1, 0));

        Assert.Equal(0, result.Measures[0].Value);
        Assert.True(result.Quality < Measure(real => real).Quality - 0.4);
    }

    [Fact]
    public void The_mean_image_for_every_caption_is_not_recognized_and_loses_half()
    {
        ValidationResult result = Measure(real => real.mean([0], keepdim: true).expand_as(real));

        // What is left after centering is rounding, whose direction is chance.
        Assert.InRange(result.Measures[0].Value, 0, 0.1);
        Assert.Equal(((result.Measures[0].Value + result.Measures[1].Value) / 2) - 0.5, result.Quality!.Value, 1e-6);
    }

    [Fact]
    public void Features_that_are_not_numbers_have_no_quality() => Assert.Null(Measure(real => real * double.NaN).Quality);

    [Fact]
    public void Recognition_needs_two_things()
    {
        Assert.True(ThingIndex.IsPossible(Images(2)));
        Assert.False(ThingIndex.IsPossible(Images(1)));
        Assert.False(ThingIndex.IsPossible([new("a", "a", ["a"]), new("b", "b", ["b"])]));
    }

    public void Dispose() => _scope.Dispose();

    private static ValidationResult Measure(Func<Tensor, Tensor> generate)
    {
        const int Count = 24;
        Tensor real = (arange(Count * 8).to(float64).view(Count, 8) * 12.9898).sin();
        using var scorer = new RecognitionScorer(new NoNetwork());
        CaptionedImage[] images = Images(Count);
        scorer.Prepare(images, images.Select(image => image.Captions[0]), real.to(float32));
        return scorer.Measure(generate(real).to(float32));
    }

    private static CaptionedImage[] Images(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new CaptionedImage($"{i}", $"{i}", [$"a thing {i}"]) { Thing = $"{i}" })];

    private sealed class NoNetwork : IFeatureNetwork
    {
        public EvaluationNetwork Network => new("features", "none", "", "");

        public int Dimensions => 8;

        public bool HasClasses => false;

        public string? DistanceSuffix => null;

        public string? ClassesNote => null;

        public FeatureReading Read(Tensor images) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
