namespace AttnGan.Cli.Tests.Hosting;

/// <summary>The programs that a build makes: <c>attngan</c> hands over to <c>attngan-train</c> what needs libtorch.</summary>
public sealed class TrainingProgramTests : IDisposable
{
    private const string InstalledReason = "The program attngan-train is installed.";

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("attngan")]
    [InlineData("attngan-train")]
    public void The_programs_have_the_names_of_the_commands(string name)
    {
        using AttnganProcess process = StartBeside(name, "--version");

        Assert.Matches(@"^\d+\.\d+\.\d+", process.WaitForExit().HasExitCode(0).Output);
    }

    [Fact]
    public void Commands_of_training_are_handed_over()
    {
        using (AttnganProcess process = StartBeside("attngan", "dataset", "make", "shapes", "--help"))
        {
            Assert.Contains("attngan dataset make shapes", process.WaitForExit().HasExitCode(0).Output);
        }

        using (AttnganProcess process = StartBeside("attngan", "runs", "an odd 'näme' *"))
        {
            Assert.Contains("`an odd 'näme' *` does not exist", process.WaitForExit().HasExitCode(1).Error);
        }

        using (AttnganProcess process = StartBeside("attngan", "evaluate", "--data", "x", "--count", "1"))
        {
            Assert.Contains("`--count 1`: expected at least 2", process.WaitForExit().HasExitCode(2).Error);
        }
    }

    [Fact]
    public void Trainings_that_are_handed_over_receive_signals_and_their_models_generate()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The test sends POSIX signals.");
        using (AttnganProcess training = StartBeside("attngan", Workspace.Train("--set", "gan.epochs=100000")))
        {
            training.WaitUntil("a step of the GAN has finished", () => training.Output.Contains("gan epoch", StringComparison.Ordinal));
            training.Signal(AttnganProcess.SigInt);
            Assert.Contains("attngan train --data data --run run --resume", training.WaitForExit().HasExitCode(130).Error);
        }

        using (AttnganProcess generation = StartBeside("attngan", "generate", "a red circle", "--model", "run", "--seed", "1"))
        {
            Assert.Contains("a-red-circle-s1.png", generation.WaitForExit().HasExitCode(0).Output);
        }
    }

    [Theory]
    [InlineData("train --help", "`attngan train` needs the program `attngan-train`")]
    [InlineData("generate cat --model data", "The model `data`, which is no model package, needs the program `attngan-train`")]
    [InlineData("export data -o model.onnx", "The model `data`, which is no model package, needs")]
    [InlineData("export data --format pth -o model", "The model `data`, which is no model package, needs")]
    [InlineData("export emoji -o model.onnx --words data", "`--words` needs")]
    [InlineData("generate cat --model none", "The model `none` does not exist")]
    public void Without_the_other_program_an_error_says_how_to_install_it(string arguments, string error)
    {
        Assert.SkipWhen(IsInstalled, InstalledReason);
        using var process = AttnganProcess.StartProgram(FileOf(SmallFolder(), "attngan"), _workspace.Root, arguments.Split(' '));

        Assert.StartsWith($"error: {error}", process.WaitForExit().HasExitCode(1).Error);
    }

    [Fact]
    public void Ranks_need_the_other_program()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The test needs the program env.");
        Assert.SkipWhen(IsInstalled, InstalledReason);
        using var process = AttnganProcess.StartProgram(
            "env", _workspace.Root, "OMPI_COMM_WORLD_SIZE=2", FileOf(SmallFolder(), "attngan"), "generate", "a red heart");

        Assert.StartsWith("error: A command that several ranks share needs the program", process.WaitForExit().HasExitCode(1).Error);
    }

    [Fact]
    public void The_small_program_has_no_libtorch() =>
        Assert.Empty(Directory.GetFiles(SmallFolder(), "*torch*", SearchOption.AllDirectories));

    private static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(FileOf(folder, "attngan-train")));

    /// <summary>Starts a program of the tests' folder, which has both.</summary>
    private AttnganProcess StartBeside(string name, params string[] arguments) =>
        AttnganProcess.StartProgram(FileOf(AppContext.BaseDirectory, name), _workspace.Root, arguments);

    /// <summary>The build output of the program without libtorch.</summary>
    private static string SmallFolder()
    {
        string tests = AppContext.BaseDirectory;
        string output = Path.GetRelativePath(Path.Combine(tests, "../.."), tests);
        return Path.Combine(Repository.Root, "src/AttnGan.Cli/bin", output);
    }

    private static string FileOf(string folder, string name) => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
}
