using AttnGan.Training.Data;
using AttnGan.Training.Data.Readers;

namespace AttnGan.Training.Tests.Data.Readers;

public sealed class FileSpellingsTests
{
    private readonly FileSpellings _files = new(["Birds/Red.PNG", "a.png", "b.png", "B.png"]);

    [Theory]
    [InlineData("a.png", true)]
    [InlineData("b.png", true)]
    [InlineData("B.png", true)]
    [InlineData(".hidden.png", true)]
    public void A_file_that_is_found_as_it_is_spelt_is_no_problem(string name, bool exists) =>
        Assert.Null(_files.Compare("metadata.jsonl:2", name, exists));

    [Fact]
    public void A_machine_that_finds_another_case_is_told_that_others_will_not()
    {
        DatasetProblem? problem = _files.Compare("metadata.jsonl:2", "birds/red.png", exists: true);
        Assert.Equal(ProblemSeverity.Warning, problem!.Severity);
        Assert.Equal(
            "metadata.jsonl:2: the image 'birds/red.png' is spelt 'Birds/Red.PNG' in its folder; other machines will not find it.",
            problem.ToString());
    }

    [Fact]
    public void A_machine_that_does_not_find_another_case_offers_it()
    {
        DatasetProblem? problem = _files.Compare("metadata.jsonl:2", "A.png", exists: false);
        Assert.Equal(ProblemSeverity.Error, problem!.Severity);
        Assert.EndsWith("'A.png' does not exist, but 'a.png' does; write it in the same case.", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith("'c.png' does not exist.", _files.Compare("metadata.jsonl:2", "c.png", exists: false)!.Message, StringComparison.Ordinal);
    }
}
