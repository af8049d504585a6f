using System.Diagnostics;
using AttnGan.Cli.Train;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;

namespace AttnGan.Cli.Tests.Train;

public sealed class LiveTrainingDisplayTests
{
    private const int Epochs = 20;
    private const int StepsPerEpoch = 5;

    private static readonly Measure[] s_losses =
    [
        new("d64", 1.1), new("d128", 1.2), new("d256", 1.3), new("g64", 2.1), new("g128", 2.2), new("g256", 2.3), new("words", 3.1),
        new("sentence", 3.2), new("kl", 0.4), new("g_total", 39.5),
    ];

    private static readonly Measure[] s_metrics =
        [new("r_precision", 0.5), new("fd", 20), new("generated_image_to_text_r1", 0.25), new("quality", 0.5)];

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(150)]
    public void Twenty_epochs_are_one_header_and_twenty_rows_without_remains_of_the_status(int width)
    {
        string[] lines = Train(width, finished: true);

        Assert.Equal("gan", lines[0]);
        Assert.StartsWith("epoch  step        D        G    DAMSM   R-prec       FD", lines[1], StringComparison.Ordinal);
        Assert.Equal(2 + Epochs, lines.Length);
        Assert.All(lines[2..].Index(), line => Assert.StartsWith(
            $"{$"{line.Index + 1}/{Epochs}",5}  {(line.Index + 1) * StepsPerEpoch,4}    3.600    6.600    6.300   50.0 %   20.000",
            line.Item,
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(80)]
    [InlineData(150)]
    public void The_status_below_the_table_fits_the_terminal(int width)
    {
        string[] lines = Train(width, finished: false);

        Assert.Contains("gan epoch 20/20", lines[^2]);
        Assert.StartsWith("d64 1.100", lines[^1], StringComparison.Ordinal);
        Assert.Equal(width > 40, lines[^2].Contains('━', StringComparison.Ordinal));
    }

    [Fact]
    public void Messages_stay_above_the_status()
    {
        var output = new StringWriter();
        var display = new LiveTrainingDisplay(output, () => 100);
        display.Report(Step(1));
        display.WriteLine("Stopping after this step.");

        string[] lines = Screen(output, 100).Lines;
        Assert.Equal(["gan", "Stopping after this step."], lines[..2]);
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public void A_training_in_a_real_terminal_shows_a_table()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "`script` of util-linux is needed.");
        const int Width = 100;
        using var workspace = new Workspace();
        string program = Path.Combine(AppContext.BaseDirectory, "AttnGan.Train.Cli.dll");
        string train = string.Join(' ', Workspace.Train("--set", "damsm.epochs=4", "--set", "gan.epochs=3"));
        var start = new ProcessStartInfo("/usr/bin/script")
        {
            WorkingDirectory = workspace.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (string argument in (string[])["-qec", $"stty cols {Width} rows 40; exec dotnet '{program}' {train}", "/dev/null"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["TERM"] = "xterm-256color";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("\u001b[2A", output, StringComparison.Ordinal);
        var screen = new Screen(Width);
        screen.Write(output);
        string[] lines = screen.Lines;
        int damsm = Array.IndexOf(lines, "damsm");
        int gan = Array.IndexOf(lines, "gan");
        Assert.Equal(["epoch", "epoch"], [lines[damsm + 1][..5], lines[gan + 1][..5]]);
        Assert.Equal(["1/4", "2/4", "3/4", "4/4"], lines[(damsm + 2)..(damsm + 6)].Select(FirstCell));
        Assert.Equal(["1/3", "2/3", "3/3"], lines[(gan + 2)..(gan + 5)].Select(FirstCell));
        Assert.StartsWith("The training is complete.", lines[gan + 5], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.Contains('━', StringComparison.Ordinal));

        static string FirstCell(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
    }

    /// <summary>Returns the screen after 20 epochs, or before the last one has ended.</summary>
    private static string[] Train(int width, bool finished)
    {
        var output = new StringWriter();
        var display = new LiveTrainingDisplay(output, () => width);
        for (int step = 1; step <= Epochs * StepsPerEpoch; step++)
        {
            display.Report(Step(step));
            if (step % StepsPerEpoch == 0 && (finished || step < Epochs * StepsPerEpoch))
            {
                display.Report(new EpochEnded(TrainingKind.Gan, (step / StepsPerEpoch) - 1, s_metrics));
            }
        }

        if (finished)
        {
            display.Show(() => true); // removes the status at its end
        }

        return Screen(output, width).Lines;
    }

    private static StepDone Step(int step) => new(
        TrainingKind.Gan, step, Epochs * StepsPerEpoch, (step - 1) / StepsPerEpoch, Epochs, s_losses, BatchSize: 8);

    private static Screen Screen(StringWriter output, int width)
    {
        var screen = new Screen(width);
        screen.Write(output.ToString());
        Assert.Equal(0, screen.Wrapped);
        return screen;
    }
}
