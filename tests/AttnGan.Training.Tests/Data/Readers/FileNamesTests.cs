using AttnGan.Training.Data;
using AttnGan.Training.Data.Readers;

namespace AttnGan.Training.Tests.Data.Readers;

public sealed class FileNamesTests
{
    private readonly FileNames _files = new(["Birds/Red.PNG", "a.png", "b.png", "B.png"]);

    [Theory]
    [InlineData("a.png", true)]
    [InlineData("b.png", true)]
    [InlineData("B.png", true)]
    [InlineData(".hidden.png", true)]
    public void A_name_in_the_right_case_is_not_a_problem(string name, bool exists) =>
        Assert.Null(_files.Check("metadata.jsonl:2", name, exists));

    [Fact]
    public void A_name_in_another_case_that_is_found_is_a_warning()
    {
        DatasetProblem? problem = _files.Check("metadata.jsonl:2", "birds/red.png", exists: true);
        Assert.Equal(ProblemSeverity.Warning, problem!.Severity);
        Assert.Equal(
            "metadata.jsonl:2: the image 'birds/red.png' is named 'Birds/Red.PNG' on disk; other machines will not find it.",
            problem.ToString());
    }

    [Fact]
    public void A_name_in_another_case_that_is_not_found_is_an_error_that_suggests_the_file()
    {
        DatasetProblem? problem = _files.Check("metadata.jsonl:2", "A.png", exists: false);
        Assert.Equal(ProblemSeverity.Error, problem!.Severity);
        Assert.EndsWith("'A.png' does not exist, but 'a.png' does; write it in the same case.", problem.Message, StringComparison.Ordinal);

        DatasetProblem? missing = _files.Check("metadata.jsonl:2", "c.png", exists: false);
        Assert.EndsWith("'c.png' does not exist.", missing!.Message, StringComparison.Ordinal);
    }
}
