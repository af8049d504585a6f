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
    public void Each_letter_inserted_dropped_changed_or_swapped_counts_once(string first, string second, int expected)
    {
        Assert.Equal(expected, EditDistance.Between(first, second));
        Assert.Equal(expected, EditDistance.Between(second, first));
    }

    [Fact]
    public void Only_equal_texts_have_no_distance_and_none_is_longer_than_the_longer_text()
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
}
