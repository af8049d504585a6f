using AttnGan.Training.Data;

namespace AttnGan.Training.Tests.Data;

public sealed class SubsetTests
{
    private static readonly CaptionedImage[] s_ten = [.. Enumerable.Range(0, 10).Select(i => new CaptionedImage($"{i}", $"{i}", ["a"]))];

    [Theory]
    [InlineData(0, "0 1 2 3 4 5 6 7 8 9")]
    [InlineData(99, "0 1 2 3 4 5 6 7 8 9")]
    [InlineData(5, "0 2 4 6 8")]
    [InlineData(3, "0 3 6")]
    public void Images_are_taken_at_even_intervals(int max, string chosen) =>
        Assert.Equal(chosen, string.Join(' ', Subset.Choose(s_ten, max).Select(image => image.Name)));
}
