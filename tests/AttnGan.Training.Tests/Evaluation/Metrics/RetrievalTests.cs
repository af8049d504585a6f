using AttnGan.Training.Evaluation.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

[WithoutCollections]
public sealed class RetrievalTests
{
    [Fact]
    public void Recall_is_computed_in_both_directions()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scores = tensor(new float[,]
        {
            { 9, 1, 2 }, // image 0: its caption ranks first
            { 8, 5, 7 }, // image 1: two captions rank above its own
            { 0, 6, 3 }, // image 2: one caption ranks above its own
        });

        RetrievalResult result = Measure(scores, arange(3));

        Assert.Equal(1 / 3.0, result.ImageToText.At1, 1e-12);
        Assert.Equal(1, result.ImageToText.At5, 1e-12);

        // Caption 0 ranks its image first, captions 1 and 2 rank another image above theirs.
        Assert.Equal(1 / 3.0, result.TextToImage.At1, 1e-12);
        Assert.Equal(1, result.TextToImage.At10, 1e-12);
    }

    [Fact]
    public void Recall_at_1_5_and_10_differ()
    {
        using DisposeScope scope = NewDisposeScope();

        // Image i and caption j score j: 11 - i captions rank above caption i.
        Tensor scores = arange(12).to(float32).unsqueeze(0).expand(12, 12);

        Recall recall = Measure(scores, arange(12)).ImageToText;

        Assert.Equal((1 / 12.0, 5 / 12.0, 10 / 12.0), (recall.At1, recall.At5, recall.At10));
    }

    [Theory]
    [InlineData(12, 12, 1, 5, 10)] // 11 wrong candidates each
    [InlineData(11, 11, 1, 5, 10)]
    [InlineData(10, 10, 1, 5)]
    [InlineData(11, 5, 1, 5)] // two or three of each class
    [InlineData(5, 5, 1)]
    [InlineData(4, 1)]
    public void Recall_that_any_ranking_reaches_is_not_informative(int pairs, int classes, params int[] expected)
    {
        using DisposeScope scope = NewDisposeScope();

        RetrievalResult result = Measure(rand(pairs, pairs), arange(pairs).remainder(classes));

        Assert.Equal(expected, result.ImageToText.Informative().Select(recall => recall.K));
        Assert.Equal(expected, result.TextToImage.Informative().Select(recall => recall.K));
    }

    [Fact]
    public void Any_answer_of_the_same_class_is_correct()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scores = tensor(new float[,] { { 1, 9, 0 }, { 1, 0, 0.5f }, { 0, 0, 1 } });

        Assert.Equal(1 / 3.0, Measure(scores, tensor(new long[] { 0, 1, 2 })).ImageToText.At1, 1e-12);
        Assert.Equal(1, Measure(scores, tensor(new long[] { 4, 4, 2 })).ImageToText.At1, 1e-12);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    public void Collapsed_or_NaN_features_do_not_look_perfect(float score)
    {
        using DisposeScope scope = NewDisposeScope();

        RetrievalResult result = Measure(full(30, 30, score), arange(30));

        Assert.Equal((0, 0, 0), (result.ImageToText.At1, result.ImageToText.At5, result.ImageToText.At10));
        Assert.Equal((0, 0, 0), (result.TextToImage.At1, result.TextToImage.At5, result.TextToImage.At10));
    }

    [Fact]
    public void Ranking_in_chunks_equals_ranking_all_scores_at_once()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(2).Dispose();
        Tensor sentences = randn(600, 4);
        Tensor codes = sentences + randn(600, 4) * 0.3;
        Tensor classes = arange(600).div(2, RoundingMode.floor); // two pairs of each class
        Tensor cosines = nn.functional.cosine_similarity(codes.unsqueeze(1), sentences.unsqueeze(0), 2);
        float[,] scores = cosines.data<float>().ToNDArray() as float[,] ?? throw new InvalidOperationException();

        RetrievalResult result = Retrieval.Measure(codes, sentences, classes);

        Assert.Equal(ShareFirst((image, caption) => scores[image, caption]), result.ImageToText.At1, 1e-9);
        Assert.Equal(ShareFirst((caption, image) => scores[image, caption]), result.TextToImage.At1, 1e-9);
        Assert.InRange(result.ImageToText.At1, 0.01, 0.5);
        Assert.NotEqual(result.ImageToText, result.TextToImage);

        static double ShareFirst(Func<int, int, float> score) => Enumerable.Range(0, 600)
            .Average(query => Enumerable.Range(0, 600).MaxBy(answer => score(query, answer)) / 2 == query / 2 ? 1.0 : 0.0);
    }

    /// <summary>Measures features whose cosines are the scores, up to a factor for each image.</summary>
    private static RetrievalResult Measure(Tensor scores, Tensor classes) => Retrieval.Measure(scores, eye(scores.shape[0]), classes);
}
