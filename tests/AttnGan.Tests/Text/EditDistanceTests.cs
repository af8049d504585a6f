using AttnGan.Text;
using CsCheck;

namespace AttnGan.Tests.Text;

public sealed class EditDistanceTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("red", "red", 0)]
    [InlineData("", "red", 3)]
    [InlineData("red", "reed", 1)]
    [InlineData("red", "rd", 1)]
    [InlineData("red", "rod", 1)]
    [InlineData("red", "erd", 1)]
    [InlineData("batchsize", "batch_size", 1)]
    [InlineData("elephant", "relevant", 3)]
    public void Insertions_deletions_substitutions_and_transpositions_count_once(string first, string second, int expected)
    {
        Assert.Equal(expected, EditDistance.Between(first, second));
        Assert.Equal(expected, EditDistance.Between(second, first));
    }

    [Fact]
    public void The_distance_is_zero_for_equal_texts_only_and_bounded_by_the_longer_text()
    {
        Gen<string> word = Gen.String[Gen.Char['a', 'c'], 0, 6];
        Gen.Select(word, word).Sample((first, second) =>
        {
            int distance = EditDistance.Between(first, second);
            return (distance == 0) == (first == second)
                && distance >= Math.Abs(first.Length - second.Length)
                && distance <= Math.Max(first.Length, second.Length)
                && distance == EditDistance.Between(second, first);
        });
    }

    [Fact]
    public void A_limit_changes_only_distances_above_it()
    {
        Gen<string> word = Gen.String[Gen.Char['a', 'c'], 0, 9];
        Gen.Select(word, word, Gen.Int[0, 9]).Sample((first, second, limit) =>
        {
            int distance = EditDistance.Between(first, second), limited = EditDistance.Within(first, second, limit);
            return distance <= limit ? limited == distance : limited > limit;
        });
    }
}
