namespace AttnGan.Architecture.Tests;

/// <summary>Rules of .editorconfig that the compiler does not enforce.</summary>
public sealed class SourceStyleTests
{
    [Fact]
    public void Lines_of_code_have_at_most_140_characters()
    {
        string[] tooLong =
        [
            .. from folder in new[] { "src", "tests", "bench", "samples", "eng" }
               from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
               let relative = Path.GetRelativePath(Repository.Root, path)
               where !relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules")
               from line in File.ReadLines(path).Index()
               where line.Item.Length > 140
               select $"{relative}:{line.Index + 1}",
        ];

        Assert.True(tooLong.Length == 0, string.Join('\n', tooLong));
    }
}
