using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AttnGan.Tests;

/// <summary>The C# examples of a document, which are programs. Other test projects link this file.</summary>
internal static partial class DocumentedExamples
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Asserts that a document has examples, and that all of them compile.</summary>
    public static void AssertCompile(string document, int atLeast)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, document));
        string[] examples = [.. Example().Matches(text).Select(match => match.Groups[1].Value)];

        Assert.True(examples.Length >= atLeast, $"{document} has {examples.Length} examples.");
        Assert.All(examples, example => Assert.Empty(Errors(example)));
    }

    private static IEnumerable<string> Errors(string example)
    {
        // Directives of file-based programs (#:package) are for the SDK, not for the compiler.
        string program = FileDirective().Replace(example.ReplaceLineEndings("\n"), "");
        string assemblies = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        var compilation = CSharpCompilation.Create(
            "example",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(program)],
            assemblies.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        return compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => diagnostic.ToString());
    }

    [GeneratedRegex("```csharp\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^#:.*$", RegexOptions.Multiline)]
    private static partial Regex FileDirective();
}
