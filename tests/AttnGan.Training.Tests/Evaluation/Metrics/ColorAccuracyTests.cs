using AttnGan.Training.Evaluation.Metrics;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

public sealed class ColorAccuracyTests
{
    [Theory]
    [InlineData("a red heart", "red")]
    [InlineData("a grey heart", "gray")]
    [InlineData("a red heart beside a red star", "red")]
    [InlineData("a heart", null)]
    [InlineData("a red heart on a white background", null)]
    public void The_named_color_of_a_caption_is_the_only_color_word_in_it(string caption, string? expected) =>
        Assert.Equal(expected, ColorAccuracy.NamedColor(caption) is { } index ? BasicColors.Names[index] : null);
}
