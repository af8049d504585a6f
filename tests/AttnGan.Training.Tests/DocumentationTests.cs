using System.Text.RegularExpressions;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Tests;

/// <summary>Tests, types, settings and links that the documents refer to exist.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string s_root = Repository.Root;

    [Theory]
    [InlineData("paper-to-code.md", 13)]
    [InlineData("differences.md", 15)]
    [InlineData("evaluation.md", 4)]
    public void Every_test_in_a_document_exists(string document, int atLeast)
    {
        string text = File.ReadAllText(Path.Combine(s_root, "docs", document));
        int found = 0;
        string source = "";
        foreach (Match match in TestName().Matches(text))
        {
            if (match.Groups["class"] is { Success: true, Value: var name })
            {
                source = File.ReadAllText(Assert.Single(Directory.EnumerateFiles(
                    Path.Combine(s_root, "tests"), $"{name}.cs", SearchOption.AllDirectories)));
            }

            if (match.Groups["method"] is { Success: true, Value: var method })
            {
                Assert.Contains($" {method}(", source, StringComparison.Ordinal);
            }

            found++;
        }

        Assert.InRange(found, atLeast, int.MaxValue);
    }

    [Fact]
    public void Every_type_in_paper_to_code_exists()
    {
        string document = File.ReadAllText(Path.Combine(s_root, "docs", "paper-to-code.md"));
        string[] types = [.. TypeName().Matches(document).Select(match => match.Groups[1].Value)];
        Assert.True(types.Length >= 13);
        Assert.All(types, type => Assert.True(File.Exists(Path.Combine(s_root, "src", "AttnGan.Training", $"{type}.cs")), type));
    }

    [Theory]
    [InlineData("configuration.md")]
    [InlineData("data.md")]
    [InlineData("differences.md")]
    [InlineData("evaluation.md")]
    [InlineData("training.md")]
    public void Every_setting_in_a_document_exists(string document)
    {
        string[] sections = [.. ConfigSchema.Keys.Where(key => !key.Contains('.'))];
        string[] named =
        [
            .. SettingName().Matches(File.ReadAllText(Path.Combine(s_root, "docs", document)))
                .Select(match => match.Groups[1].Value)
                .Where(key => sections.Contains(key.Split('.')[0])),
        ];
        Assert.NotEmpty(named);
        Assert.All(named, key => Assert.Contains(key, ConfigSchema.Keys));
    }

    [Fact]
    public void The_configuration_document_lists_all_settings_with_their_defaults()
    {
        IReadOnlyList<(string Key, string Default)> expected = ConfigReader.Settings(new AttnGanConfig());
        var documented = new List<(string Key, string Default)>();
        foreach (Match row in SettingRow().Matches(File.ReadAllText(Path.Combine(s_root, "docs", "configuration.md"))))
        {
            documented.Add((row.Groups[1].Value, row.Groups[2].Value));
            Assert.All(new[] { row.Groups[3].Value, row.Groups[4].Value }, cell => Assert.False(string.IsNullOrWhiteSpace(cell)));
        }

        Assert.Equal(ConfigSchema.Settings, expected.Select(setting => setting.Key));
        Assert.Equal(expected, documented);
    }

    [Fact]
    public void Every_setting_has_a_docstring()
    {
        string source = string.Concat(Directory
            .EnumerateFiles(Path.Combine(s_root, "src", "AttnGan.Training", "Configuration"), "*Config.cs")
            .Select(path => File.ReadAllText(path).ReplaceLineEndings("\n")));
        Assert.DoesNotMatch(UndocumentedProperty(), source);
    }

    [Fact]
    public void Every_relative_link_has_a_target()
    {
        string[] documents =
        [
            .. Directory.EnumerateFiles(s_root, "*.md"),
            .. new[] { "docs", "models", "datasets" }
                .Select(folder => Path.Combine(s_root, folder))
                .Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
                .Where(path => !Path.GetRelativePath(s_root, path).Split(Path.DirectorySeparatorChar)
                    .Any(part => part is "node_modules" or "out")),
        ];
        int found = 0;
        var dead = new List<string>();
        foreach (string document in documents)
        {
            foreach (Match match in Link().Matches(File.ReadAllText(document)))
            {
                string target = Uri.UnescapeDataString(match.Groups[1].Value.Split('#')[0]);
                if (target.Length == 0 || target.Contains(':', StringComparison.Ordinal))
                {
                    continue; // in the same document, or on the web
                }

                found++;
                if (!Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, target)))
                {
                    dead.Add($"{Path.GetRelativePath(s_root, document)}: {target}");
                }
            }
        }

        Assert.Empty(dead);
        Assert.InRange(found, 15, int.MaxValue);
    }

    [Fact]
    public void Every_message_of_the_troubleshooting_page_exists()
    {
        string source = LiteralJoint().Replace(
            string.Concat(Directory
                .EnumerateFiles(Path.Combine(s_root, "src"), "*.cs", SearchOption.AllDirectories)
                .Select(File.ReadAllText)),
            "");
        string[] messages =
        [
            .. MessageCell().Matches(File.ReadAllText(Path.Combine(s_root, "docs", "troubleshooting.md")))
                .SelectMany(cell => Code().Matches(cell.Value))
                .SelectMany(message => message.Groups[1].Value.Split(
                    '…', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
        ];

        Assert.InRange(messages.Length, 15, int.MaxValue);
        Assert.All(messages, message => Assert.Contains(message, source, StringComparison.Ordinal));
    }

    // Between two lines of a concatenated message.
    [GeneratedRegex(@"""\s*\+\s*\$?""")]
    private static partial Regex LiteralJoint();

    [GeneratedRegex(@"^\| [^|]+ \|", RegexOptions.Multiline)]
    private static partial Regex MessageCell();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?:(?<class>[A-Z]\w+Tests)(?:\.(?<method>[A-Z]\w+))?|\.(?<method>[A-Z]\w+_\w+))`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^\| `([^`]+)` \| `([^`]*)` \| ([^|]+) \| ([^|]+) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex SettingRow();

    [GeneratedRegex(@"(?<!</summary>|</remarks>)\n    public [\w<>?]+ \w+ \{ get; init; \}")]
    private static partial Regex UndocumentedProperty();

    [GeneratedRegex(@"`((?:Encoders|Discriminators|Generator|Losses|Optimizers|Trainers)/\w+)")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"`([a-z_]+\.[a-z_0-9]+)(?::[^`]*)?`")]
    private static partial Regex SettingName();
}
