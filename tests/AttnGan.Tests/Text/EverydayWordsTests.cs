using AttnGan.Models;
using AttnGan.Text;

namespace AttnGan.Tests.Text;

/// <summary>
/// What the bundled model reads everyday words as, compared with readings that people wrote. The limits are what the table reaches; a
/// table with better rules raises them.
/// </summary>
public sealed class EverydayWordsTests
{
    private static readonly CaptionEncoder s_captions = ModelInfo.Read(Repository.BundledModel).Captions;

    [Theory]
    [InlineData("everyday-words.txt", 200, 172, 12)]
    [InlineData("held-out-words.txt", 98, 76, 11)]
    public void Most_words_have_a_right_reading_and_few_a_wrong_one(string file, int count, int minRight, int maxWrong)
    {
        (string Word, string[] Expected, string Read)[] words =
            [.. Words(file).Select(line => (line.Word, line.Expected, Read(line.Word)))];
        string[] wrong =
            [.. words.Where(word => word.Read != "-" && !word.Expected.Contains(word.Read)).Select(word => $"{word.Word} {word.Read}")];
        int right = words.Count(word => word.Expected.Contains(word.Read));

        Assert.Equal(count, words.Length);
        Assert.True(right >= minRight && wrong.Length <= maxWrong, $"{right} are right; wrong are {string.Join(", ", wrong)}.");
    }

    [Fact]
    public void Words_that_name_nothing_stay_unknown()
    {
        string[] unknown = [.. Words("everyday-words.txt").Where(line => line.Expected is ["-"]).Select(line => line.Word)];
        Assert.True(unknown.Length >= 18);
        Assert.Equal(unknown, s_captions.Encode(string.Join(' ', unknown)).UnknownWords);
    }

    [Fact]
    public void The_table_takes_less_than_300_KB()
    {
        string json = ModelPackage.Open(Repository.BundledModel).Model.MetadataProps.Single(entry => entry.Key == "attngan.readings").Value;
        Assert.InRange(json.Length, 50_000, 300_000);
        Assert.InRange(s_captions.Readings.Count, 5_000, 60_000);
    }

    [Fact]
    public void The_license_of_WordNet_is_in_the_package() => Assert.Contains(
        ModelPackage.Open(Repository.BundledModel).Model.MetadataProps,
        entry => entry.Key == "attngan.readings.license"
            && entry.Value.Contains("Princeton University", StringComparison.Ordinal)
            && entry.Value.Contains("WARRANTIES", StringComparison.Ordinal));

    private static string Read(string word) => s_captions.Encode(word).Readings is [var reading] ? reading.Known : "-";

    private static IEnumerable<(string Word, string[] Expected)> Words(string file) =>
        File.ReadLines(Path.Combine(Repository.Root, "tests/AttnGan.Tests/Text", file))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' '))
            .Select(parts => (parts[0], parts[1].Split('|')));
}
