using AttnGan.Training.Formats.WordNet;

namespace AttnGan.Training.Tests.Formats.WordNet;

public sealed class WordNetDatabaseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Meanings_have_class_rank_count_and_relations()
    {
        var database = WordNetDatabase.Open(TinyWordNet.Common().Write(_directory.File("dict")));

        WordSense puppy = Assert.Single(database.SensesOf("puppy"));
        Assert.Equal((WordClass.Noun, 1, 3), (puppy.Class, puppy.Number, puppy.Count));
        Synset synset = database.Synsets[puppy.Synset];
        Assert.Equal((5, "a young dog"), (synset.Field, synset.Definition));
        Synset dog = database.Synsets[Assert.Single(synset.Hypernyms)];
        Assert.Equal(["dog", "domestic_dog"], dog.Words);
        Assert.Contains(puppy.Synset, dog.Hyponyms);
        Synset gigantic = database.Synsets[Assert.Single(database.SensesOf("gigantic")).Synset];
        Assert.Equal(WordClass.Adjective, gigantic.Class);
        Assert.Contains("large", database.Synsets[Assert.Single(gigantic.Similar)].Words);
        Assert.True(database.Synsets[Assert.Single(database.SensesOf("cur")).Synset].IsOffensive);
        Assert.False(synset.IsOffensive);
    }

    [Fact]
    public void Names_are_no_meanings_and_words_with_spaces_are_left_out()
    {
        var database = WordNetDatabase.Open(TinyWordNet.Common().Write(_directory.File("dict")));

        Assert.Equal(9, Assert.Single(database.SensesOf("truck")).Count);
        Assert.DoesNotContain("domestic_dog", database.Words);
        Assert.Empty(database.SensesOf("zorgle"));
    }

    [Fact]
    public void The_license_is_read_without_the_numbers_of_its_lines() => Assert.Equal(
        "This is the license,\nall of it.\n", WordNetDatabase.Open(TinyWordNet.Common().Write(_directory.File("dict"))).License);

    [Fact]
    public void A_folder_without_the_database_is_named()
    {
        string message = Assert.Throws<AttnGanException>(() => WordNetDatabase.Open(_directory.File("none"))).Message;
        Assert.Contains("none` has no `data.noun`; expected the database folder of WordNet (`dict`, with data.noun, ", message);
    }

    [Theory]
    [InlineData("00000001 05 n 01 dog", "data.noun")]
    [InlineData("a dog", "data.noun")]
    [InlineData("dog%9:05:00:: 00000003 1 5", "index.sense")]
    [InlineData("dog%1:05:00:: 00099999 1 5", "index.sense")]
    [InlineData("dog", "index.sense")]
    public void A_damaged_line_is_named(string line, string file)
    {
        string folder = TinyWordNet.Common().Write(_directory.File("dict"));
        File.AppendAllText(Path.Combine(folder, file), line);
        int number = File.ReadLines(Path.Combine(folder, file)).Count();

        Assert.Contains(
            $"{file}`, line {number}: this is not a line of WordNet's database",
            Assert.Throws<AttnGanException>(() => WordNetDatabase.Open(folder)).Message);
    }
}
