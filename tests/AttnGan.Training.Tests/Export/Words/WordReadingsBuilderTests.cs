using AttnGan.Training.Export.Words;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.WordNet;

namespace AttnGan.Training.Tests.Export.Words;

public sealed class WordReadingsBuilderTests : IDisposable
{
    private static readonly string[] s_known = ["a", "dog", "cat", "truck", "red", "blue", "big", "hamster", "crying", "animal", "vehicle"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("dogs", "dog")]
    [InlineData("puppy", "dog")]
    [InlineData("puppies", "dog")]
    [InlineData("kitten", "cat")]
    [InlineData("tabby", "cat")]
    [InlineData("lorry", "truck")]
    [InlineData("crimson", "red")]
    [InlineData("azure", "blue")]
    [InlineData("gigantic", "big")]
    [InlineData("weeping", "crying")]
    [InlineData("gerbil", "hamster")]
    public void Words_are_read_as_the_nearest_known_one(string word, string known) => Assert.Equal(known, Builder().Read(word));

    [Theory]
    [InlineData("theory")]      // a thought
    [InlineData("cur")]         // an insult
    [InlineData("the")]         // a function word
    [InlineData("color")]       // a word of captions
    [InlineData("zorgle")]      // no word
    [InlineData("x")]
    [InlineData("Puppy")]       // captions are in lower case
    public void Words_without_a_good_reading_have_none(string word) => Assert.Null(Builder().Read(word));

    [Fact]
    public void Colors_are_never_read_as_their_neighbors()
    {
        string[] known = ["dog", "blue", "big"];
        Assert.Null(Builder(known: known).Read("crimson"));
        Assert.Equal("blue", Builder(known: known).Read("azure"));
    }

    [Fact]
    public void Vectors_refuse_what_they_find_unlike()
    {
        string[] vectors =
            [.. TinyWordNet.Vectors().Where(line => !line.StartsWith("gerbil ", StringComparison.Ordinal)), "gerbil 0 0 1 0"];
        Assert.Null(Builder(vectors).Read("gerbil"));
    }

    [Fact]
    public void Without_vectors_only_more_general_words_and_synonyms_are_found()
    {
        Assert.Equal("dog", Builder([]).Read("puppy"));
        Assert.Equal("red", Builder([]).Read("crimson"));
        Assert.NotEqual("hamster", Builder([]).Read("gerbil"));
    }

    [Fact]
    public void A_rare_word_that_is_one_slip_from_a_known_one_has_no_reading()
    {
        string[] vectors = [.. TinyWordNet.Vectors(), "heart 0 0 0 1", "deer 1 0 0 0", "hart 1 0.1 0 0"];

        Assert.Null(Builder(vectors, ["heart", "deer"], WithDeer()).Read("hart"));
        Assert.Equal("deer", Builder(vectors, ["deer"], WithDeer()).Read("hart"));
    }

    [Fact]
    public void Things_come_before_persons_and_sizes()
    {
        var net = TinyWordNet.Common();
        int person = net.Add('n', 3, "person:9", "a human being");
        int leader = net.Add('n', 18, "ruler:4 swayer", "a person who rules", person);
        net.Add('n', 18, "king:5", "a male sovereign", leader);
        net.Add('n', 6, "ruler:2", "a measuring stick");
        string[] vectors = [.. TinyWordNet.Vectors(), "king 1 0 0 0", "ruler 1 0.1 0 0", "person 0.9 0.1 0 0"];

        Assert.Equal("person", Builder(vectors, ["ruler", "person"], net).Read("king"));
    }

    private static TinyWordNet WithDeer()
    {
        var net = TinyWordNet.Common();
        int deer = net.Add('n', 5, "deer:5", "a hoofed mammal", 2);
        net.Add('n', 5, "hart", "a male deer", deer);
        net.Add('n', 8, "heart:9", "the organ that pumps blood");
        return net;
    }

    private WordReadingsBuilder Builder(string[]? vectors = null, string[]? known = null, TinyWordNet? net = null)
    {
        var database = WordNetDatabase.Open((net ?? TinyWordNet.Common()).Write(_directory.File("dict")));
        string file = _directory.File("vectors.txt");
        File.WriteAllLines(file, vectors ?? TinyWordNet.Vectors());
        return new WordReadingsBuilder(database, vectors is [] ? null : WordVectors.Read(file), known ?? s_known);
    }
}
