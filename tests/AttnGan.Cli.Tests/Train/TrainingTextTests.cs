using AttnGan.Cli.Train;
using AttnGan.Training.Trainers;

namespace AttnGan.Cli.Tests.Train;

public sealed class TrainingTextTests
{
    [Fact]
    public void The_coverage_of_word_vectors_names_the_first_missing_words()
    {
        Assert.Equal("3 of 3 words of the vocabulary have a vector in `v.txt`.", TrainingText.Words(new WordCoverage("v.txt", 3, [])));
        Assert.Equal(
            "1 of 3 words of the vocabulary have a vector in `v.txt`; the others begin with random values: a, b.",
            TrainingText.Words(new WordCoverage("v.txt", 3, ["a", "b"])));
        Assert.EndsWith(
            ": 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ….",
            TrainingText.Words(new WordCoverage("v.txt", 30, [.. Enumerable.Range(0, 20).Select(i => $"{i}")])));
    }
}
