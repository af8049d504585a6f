namespace AttnGan.Cli.Tests.Completion;

public sealed class CompletionTests
{
    private static readonly string s_folder = AppContext.BaseDirectory;

    [Theory]
    [InlineData("", "generate\tGenerate images from captions")]
    [InlineData("", "train\tTrain on captioned images: the DAMSM, then the GAN")]
    [InlineData("gen", "generate\tGenerate images from captions")]
    [InlineData("generate --gr", "--grid\tAlso write an image grid")]
    [InlineData("generate \"a red heart\" --format ", "webp")]
    [InlineData("train gan --dev", "--device\tDevice to compute on; auto selects CUDA if available")]
    [InlineData("completion ", "fish\tPrint the script for fish")]
    public void Completions_have_descriptions(string line, string expected) => Assert.Contains(expected, Complete(line));

    [Theory]
    [InlineData("generate --gr", "--seed")]
    [InlineData("completion ", "list")]
    [InlineData("generate --", "/?")]
    public void Others_are_left_out(string line, string unexpected) =>
        Assert.DoesNotContain(Complete(line), completion => completion.Split('\t')[0] == unexpected);

    [Theory]
    [InlineData("generate --out ")]
    [InlineData("generate --captions x")]
    public void Names_of_files_are_left_to_the_shell(string line) => Assert.Empty(Complete(line));

    [Fact]
    public void Bash_completes()
    {
        string words = RunShell("bash", """
            export PATH="$1:$PATH"
            source <(attngan completion bash)
            COMP_WORDS=(attngan train --res) COMP_LINE="attngan train --res later" COMP_POINT=19
            _attngan
            echo "${COMPREPLY[@]}"
            """);

        Assert.Equal("--resume", words);
    }

    [Fact]
    public void Fish_completes()
    {
        string words = RunShell("fish", """
            set -x PATH $argv[1] $PATH
            attngan completion fish | source
            complete --do-complete "attngan generate --interp"
            """);

        Assert.StartsWith("--interpolate\tInterpolate from each image", words);
    }

    [Fact]
    public void Zsh_reads_the_script()
    {
        string words = RunShell("zsh", """
            PATH="$1:$PATH"
            autoload -Uz compinit && compinit -u -d /dev/null
            source <(attngan completion zsh)
            echo $_comps[attngan]
            """);

        Assert.Equal("_attngan", words);
    }

    private static string[] Complete(string line) => AttnganProcess.Run(s_folder, "completion", "list", "--", line)
        .HasExitCode(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a script whose first argument is the folder of the programs.</summary>
    private static string RunShell(string shell, string script)
    {
        Tool.SkipWithout(shell);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("attngan-shell-");
        try
        {
            string file = Path.Combine(folder.FullName, "script");
            File.WriteAllText(file, script);
            (int exitCode, string output) = Tool.Run(shell, "", file, s_folder);
            Assert.True(exitCode == 0, output);
            return output.Trim();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
