using AttnGan.Training.Export.Words;
using AttnGan.Training.Formats.WordNet;

namespace AttnGan.Training.Tests.Export.Words;

public sealed class WordFormsTests
{
    [Theory]
    [InlineData("dogs", "dog")]
    [InlineData("boxes", "box")]
    [InlineData("churches", "church")]
    [InlineData("berries", "berry")]
    [InlineData("potatoes", "potato")]
    [InlineData("wolves", "wolf")]
    [InlineData("knives", "knife")]
    [InlineData("firemen", "fireman")]
    [InlineData("mice", "mouse")]
    public void Plurals_have_their_singular(string word, string singular) =>
        Assert.Contains((WordClass.Noun, singular), WordForms.BasesOf(word));

    [Theory]
    [InlineData("crying", "cry")]
    [InlineData("smiling", "smile")]
    [InlineData("napping", "nap")]
    [InlineData("cried", "cry")]
    [InlineData("hopped", "hop")]
    [InlineData("slept", "sleep")]
    public void Verbs_have_their_base_form(string word, string verb) => Assert.Contains((WordClass.Verb, verb), WordForms.BasesOf(word));

    [Theory]
    [InlineData("bigger", "big")]
    [InlineData("angriest", "angry")]
    [InlineData("larger", "large")]
    public void Adjectives_have_their_positive(string word, string positive) =>
        Assert.Contains((WordClass.Adjective, positive), WordForms.BasesOf(word));

    [Theory]
    [InlineData("glass")]
    [InlineData("is")]
    [InlineData("dog")]
    [InlineData("s")]
    public void Other_words_have_none(string word) => Assert.Empty(WordForms.BasesOf(word));
}
