using AttnGan.Tests;

namespace AttnGan.Extensions.AI.Tests;

/// <summary>The C# examples of the documentation are programs that compile.</summary>
public sealed class DocumentedExamplesTests
{
    [Theory]
    [InlineData("src/AttnGan.Extensions.AI/README.md", 1)]
    public void Every_example_compiles(string document, int atLeast) => DocumentedExamples.AssertCompile(document, atLeast);
}
