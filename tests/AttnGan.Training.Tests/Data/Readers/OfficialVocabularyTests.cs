using AttnGan.Training.Data.Readers;

namespace AttnGan.Training.Tests.Data.Readers;

public sealed class OfficialVocabularyTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("captions_p0")]
    [InlineData("captions_p0_crlf")]
    [InlineData("captions_p2")]
    [InlineData("captions_py2_p0")]
    [InlineData("captions_py2_p2")]
    public void Words_have_their_published_IDs(string fixture) =>
        Assert.Equal(
            ["<end>", "this", "bird", "has", "a", "red", "crown", "and", "short", "beak"],
            OfficialVocabulary.Read(ReferenceValues.PathOf($"pickles/{fixture}.pickle")).Words);

    [Theory]
    [InlineData("filenames_p0")]
    [InlineData("class_info_p0")]
    public void Other_pickles_are_rejected(string fixture)
    {
        string path = ReferenceValues.PathOf($"pickles/{fixture}.pickle");
        AttnGanException error = Assert.Throws<AttnGanException>(() => OfficialVocabulary.Read(path));
        Assert.Contains("not a captions.pickle", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(l(l(dI0\nV<end>\nsI2\nVbird\ns(dt.")] // 1 is missing
    [InlineData("(l(l(dI0\nV<end>\nsI-1\nVbird\ns(dt.")]
    [InlineData("(l(l(dI0\nV<end>\nsVx\nVbird\ns(dt.")]
    [InlineData("(l(l(dI0\nV<end>\nsI1\nI5\ns(dt.")]
    public void IDs_with_gaps_are_rejected(string pickle)
    {
        string path = _folder.File("captions.pickle");
        File.WriteAllText(path, "(" + pickle); // a tuple around all
        AttnGanException error = Assert.Throws<AttnGanException>(() => OfficialVocabulary.Read(path));
        Assert.Contains("IDs 0 to 1", error.Message, StringComparison.Ordinal);
    }
}
