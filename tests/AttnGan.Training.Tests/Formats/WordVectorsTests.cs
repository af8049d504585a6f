using AttnGan.Training.Formats;

namespace AttnGan.Training.Tests.Formats;

public sealed class WordVectorsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Words_and_numbers_are_read_in_the_order_of_the_file()
    {
        WordVectors vectors = Read("the 0.5 -1e-2\ndog 1 2\n");
        Assert.Equal(2, vectors.Width);
        Assert.Equal(["the", "dog"], vectors.Words);
        Assert.Equal([0.5f, -0.01f], vectors.Of("the").ToArray());
        Assert.True(vectors.Of("cat").IsEmpty);
    }

    [Fact]
    public void The_header_of_word2vec_is_skipped() => Assert.Equal(["dog", "cat"], Read("2 3\ndog 1 2 3 \r\ncat 4 5 6 \r\n").Words);

    [Fact]
    public void A_word_may_look_like_a_number() => Assert.Equal(["2", "3"], Read("2 1.5\n3 2.5\n").Words);

    [Fact]
    public void Only_the_first_line_is_a_header_and_empty_lines_are_skipped() =>
        Assert.Equal(["dog", "2"], Read("1 1\n\ndog 1\n\n2 3\n").Words);

    [Fact]
    public void Only_wanted_words_are_kept_and_the_first_of_equal_ones()
    {
        var vectors = WordVectors.Read(Write("a 1 1\ndog 1 2\ndog 7 7\nnew york 3 4\n"), word => word != "a");
        Assert.Equal(["dog"], vectors.Words);
        Assert.Equal([1f, 2f], vectors.Of("dog").ToArray());
    }

    [Fact]
    public void Similarity_is_the_cosine()
    {
        WordVectors vectors = Read("a 1 0\nb 2 0\nc 0 3\nd -1 0\nzero 0 0\n");
        Assert.Equal([1f, 0f, -1f, 0f, 0f], new[] { "b", "c", "d", "zero", "none" }.Select(word => vectors.Similarity("a", word)));
    }

    [Theory]
    [InlineData("", "has no word vectors")]
    [InlineData("dog\n", "line 1: the line has no word, or no numbers")]
    [InlineData(" 1 2.5\n", "line 1: the line has no word, or no numbers")]
    [InlineData("dog 1 2\ncat 1\n", "line 2: the line has 1 numbers, and lines before it 2")]
    [InlineData("dog 1 two\n", "line 1: 'two' is not a number")]
    [InlineData("dog 1 NaN\n", "line 1: 'NaN' is not a number")]
    public void A_damaged_file_is_named_with_its_line(string text, string problem)
    {
        string message = Assert.Throws<AttnGanException>(() => Read(text)).Message;
        Assert.Contains(problem, message);
        Assert.Contains("vectors.txt", message);
        Assert.Contains("GloVe's text format", message);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        Assert.StartsWith($"The word vectors `{_directory.File("none.txt")}` cannot be read: ", Unreadable("none.txt"));
        Directory.CreateDirectory(_directory.File("folder"));
        Assert.StartsWith($"The word vectors `{_directory.File("folder")}` cannot be read: ", Unreadable("folder"));

        string Unreadable(string name) =>
            Assert.Throws<AttnGanException>(() => WordVectors.Read(_directory.File(name))).Message;
    }

    private WordVectors Read(string text) => WordVectors.Read(Write(text));

    private string Write(string text)
    {
        File.WriteAllText(_directory.File("vectors.txt"), text);
        return _directory.File("vectors.txt");
    }
}
