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
    public void Abbreviations_are_no_names_and_adverbs_have_no_synset()
    {
        string folder = TinyWordNet.Common().Write(_directory.File("dict"));
        Append(folder, "data.noun", "00000900 06 n 01 TV 0 000 | a receiver", "00000901 06 n 01 Tv 0 000 | a town");
        Append(folder, "index.sense", "tv%1:06:00:: 00000900 1 4", "tv%1:06:00:: 00000901 2 0", "often%4:02:00:: 00000902 1 5");

        var database = WordNetDatabase.Open(folder);

        Assert.Equal((1, 4), Assert.Single(database.SensesOf("tv")) is var tv ? (tv.Number, tv.Count) : default);
        Assert.Equal(new WordSense(WordClass.Adverb, -1, 1, 5), Assert.Single(database.SensesOf("often")));
    }

    [Fact]
    public void Synsets_have_the_words_without_the_positions_of_adjectives()
    {
        string folder = TinyWordNet.Common().Write(_directory.File("dict"));
        Append(
            folder,
            "data.adj",
            "00000900 00 a 02 asleep(p) 0 (x) 0 000 | in a state of sleep",
            "00000901 00 a 0a a 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 j 0 000"); // the number of words is hexadecimal

        var database = WordNetDatabase.Open(folder);

        Synset[] added = [.. database.Synsets.TakeLast(2)];
        Assert.Equal(["asleep", "(x)"], added[0].Words);
        Assert.Equal("in a state of sleep", added[0].Definition);
        Assert.Equal(10, added[1].Words.Count);
        Assert.Equal("", added[1].Definition);
    }

    /// <summary>Instances ("@i"), antonyms and pointers to adverbs or to missing synsets are no relations that we use.</summary>
    [Fact]
    public void Other_pointers_relate_nothing()
    {
        string folder = TinyWordNet.Common().Write(_directory.File("dict"));
        Append(
            folder,
            "data.noun",
            "00000900 05 n 01 rex 0 003 @i 00000003 n 0000 @ 00099999 n 0000 ;u 00000003 n 0000 | a dog",
            "00000901 05 n 01 spitz 0 002 ! 00000003 n 0000 & 00000003 n 0000 | a dog",
            "00000902 05 n 01 mutt 0 001 @ 00000025 n 0000 | an insult by its kind, not by its usage");
        Append(
            folder,
            "data.adj",
            "00000903 00 a 01 huge 0 002 ^ 00000021 a 0000 \\ 00000021 r 0000 | see also big");

        var database = WordNetDatabase.Open(folder);

        Synset Find(string word) => database.Synsets.Single(synset => synset.Words.Contains(word));
        Assert.All(
            (string[])["rex", "spitz"],
            word => Assert.Equal((0, 0, 0), (Find(word).Hypernyms.Count, Find(word).Hyponyms.Count, Find(word).Similar.Count)));
        Assert.All((string[])["rex", "spitz", "mutt"], word => Assert.False(Find(word).IsOffensive));
        Assert.Equal(["disparagement"], database.Synsets[Assert.Single(Find("mutt").Hypernyms)].Words);
        Assert.Equal(["big", "large"], database.Synsets[Assert.Single(Find("huge").Similar)].Words);
    }

    [Fact]
    public void The_license_is_read_without_the_numbers_of_its_lines() => Assert.Equal(
        "This is the license,\nall of it.\n", WordNetDatabase.Open(TinyWordNet.Common().Write(_directory.File("dict"))).License);

    [Fact]
    public void Empty_lines_are_skipped()
    {
        string folder = TinyWordNet.Common().Write(_directory.File("dict"));
        Append(folder, "data.noun", "", "");

        Assert.NotEmpty(WordNetDatabase.Open(folder).SensesOf("dog"));
    }

    [Fact]
    public void A_folder_without_the_database_is_named()
    {
        string message = Assert.Throws<AttnGanException>(() => WordNetDatabase.Open(_directory.File("none"))).Message;
        Assert.Contains("none` has no `data.noun`; expected the database folder of WordNet (`dict`, with data.noun, ", message);
    }

    [Theory]
    [InlineData("00000001 05 n 01 dog", "data.noun")]
    [InlineData("a dog", "data.noun")]
    [InlineData("00000001 05 n 01 dog 0 0x1", "data.noun")]
    [InlineData("99999999999 05 n 01 dog 0 000", "data.noun")]
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

    [Fact]
    public void A_meaning_that_is_there_twice_is_a_damaged_line()
    {
        string folder = TinyWordNet.Common().Write(_directory.File("dict"));
        string file = Path.Combine(folder, "data.noun");
        File.AppendAllText(file, File.ReadLines(file).First(line => char.IsDigit(line[0])));

        Assert.Contains("data.noun`, line ", Assert.Throws<AttnGanException>(() => WordNetDatabase.Open(folder)).Message);
    }

    private static void Append(string folder, string file, params IEnumerable<string> lines) =>
        File.AppendAllLines(Path.Combine(folder, file), lines);
}
