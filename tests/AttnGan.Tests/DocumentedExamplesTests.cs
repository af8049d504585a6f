namespace AttnGan.Tests;

/// <summary>The C# examples of the documentation are programs that compile.</summary>
public sealed class DocumentedExamplesTests
{
    [Theory]
    [InlineData("README.md", 2)]
    [InlineData("src/AttnGan/README.md", 1)]
    [InlineData("docs/model-package.md", 1)]
    public void Every_example_compiles(string document, int atLeast) => DocumentedExamples.AssertCompile(document, atLeast);
}
