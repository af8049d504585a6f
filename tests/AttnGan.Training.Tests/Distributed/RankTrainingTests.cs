using System.Diagnostics;
using System.Text.Json;

namespace AttnGan.Training.Tests.Distributed;

/// <summary>Trainings on several ranks against the same trainings in one process.</summary>
public sealed class RankTrainingTests
{
    // Far longer than any training takes, for machines under load.
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(10);

    private static readonly string[] s_trainings =
        ["damsm: as published", "damsm: foil captions", "gan: as published", "gan: everything", "gan: AttnDCGAN"];

    // Computed once for all launchers.
    private static readonly Lazy<Dictionary<string, double[][]>> s_alone = new(() => Train(null, 1, "Float64", 20, s_trainings));

    [Theory]
    [InlineData(MpiLauncher.OpenMpi, 2)]
    [InlineData(MpiLauncher.OpenMpi, 4)]
    [InlineData(MpiLauncher.Mpich, 2)]
    public void Twenty_steps_equal_those_of_one_process_up_to_rounding(string launcher, int ranks)
    {
        MpiLauncher.Require(launcher);

        AssertEqual(1e-9, s_alone.Value, Train(launcher, ranks, "Float64", 20, s_trainings));
    }

    [Fact]
    public void Every_option_trains_alike()
    {
        MpiLauncher.Require(MpiLauncher.OpenMpi);
        string[] trainings =
        [
            "damsm: gradient clipping", "gan: hinge", "gan: spectral norm", "gan: R1", "gan: R1 and spectral norm",
            "gan: feature matching", "gan: squared feature matching", "gan: views for the DAMSM", "gan: augmentation",
            "gan: gradient clipping", "gan: no unconditional head", "gan: a text encoder of its own", "gan: inferred noise",
            "gan: foil captions", "gan: foil captions for the DAMSM", "gan: projection", "gan: no DAMSM loss",
            "gan: three stages from 16", "gan: relativistic", "gan: nearest noise", "gan: mode seeking",
        ];

        AssertEqual(1e-9, Train(null, 1, "Float64", 2, trainings), Train(MpiLauncher.OpenMpi, 2, "Float64", 2, trainings));
    }

    [Theory]
    [InlineData(MpiLauncher.OpenMpi)]
    [InlineData(MpiLauncher.Mpich)]
    public void Validation_is_shared_among_ranks(string launcher)
    {
        MpiLauncher.Require(launcher);
        string[] trainings = ["damsm: validation", "gan: validation"];
        Dictionary<string, double[][]> alone = Train(null, 1, "Float32", 1, trainings);

        Assert.All(alone.Values, losses => Assert.True(losses[^1].Length > 3, "The last line is not a validation."));
        AssertEqual(1e-4, alone, Train(launcher, 2, "Float32", 1, trainings));
    }

    /// <summary>
    /// In 32 bits the DAMSM is compared between numbers of ranks: in one process, libtorch's own batch normalization adds up less exactly
    /// (docs/cluster.md), which training from scratch amplifies.
    /// </summary>
    [Fact]
    public void In_32_bits_twenty_steps_agree_to_four_digits()
    {
        MpiLauncher.Require(MpiLauncher.OpenMpi);
        string[] gan = ["gan: as published", "gan: AttnDCGAN"];
        Dictionary<string, double[][]> two = Train(MpiLauncher.OpenMpi, 2, "Float32", 20, ["damsm: as published", .. gan]);

        AssertEqual(1e-4, Train(null, 1, "Float32", 20, gan), two);
        AssertEqual(1e-4, two, Train(MpiLauncher.OpenMpi, 4, "Float32", 20, ["damsm: as published", .. gan]));
    }

    /// <summary>
    /// A discriminator has twelve convolutions and normalizations, whose gradients are several messages here. Those of the first
    /// convolution, whose input has no gradient, are complete only at the end. A penalty has a pass of its own.
    /// </summary>
    [Theory]
    [InlineData(MpiLauncher.OpenMpi)]
    [InlineData(MpiLauncher.Mpich)]
    public void Messages_begin_during_the_backward_pass(string launcher)
    {
        MpiLauncher.Require(launcher);

        Dictionary<string, double[][]> counts = Train(launcher, 2, "Float32", 1, ["messages: plain", "messages: penalty"]);

        Assert.All(counts.Values, count => Assert.InRange(count[0][1], count[0][0] / 2, count[0][0] - 1));
    }

    /// <summary>A rounded gradient differs by up to 2^-8, which Adam hides in the first step.</summary>
    [Theory]
    [InlineData(MpiLauncher.OpenMpi, 4)]
    [InlineData(MpiLauncher.Mpich, 2)]
    public void Gradients_in_16_bits_change_little(string launcher, int ranks)
    {
        MpiLauncher.Require(launcher);
        const string Rounded = "gan: gradients in 16 bits";
        double[] full = Train(null, 1, "Float64", 3, [Rounded])[Rounded][2];

        double[] rounded = Train(launcher, ranks, "Float64", 3, [Rounded])[Rounded][2];

        Assert.All(full.Zip(rounded), losses => Assert.InRange(losses.Second / losses.First, 0.95, 1.05));
        Assert.Contains(full.Zip(rounded), losses => Math.Abs(losses.Second - losses.First) > 1e-7);
    }

    [Fact]
    public void The_same_ranks_give_the_same_bits()
    {
        MpiLauncher.Require(MpiLauncher.OpenMpi);
        string[] trainings = ["damsm: as published", "gan: everything"];

        AssertEqual(0, Train(MpiLauncher.OpenMpi, 2, "Float32", 3, trainings), Train(MpiLauncher.OpenMpi, 2, "Float32", 3, trainings));
    }

    /// <summary>Returns the losses of each step of each training.</summary>
    private static Dictionary<string, double[][]> Train(string? launcher, int ranks, string type, int steps, string[] trainings)
    {
        using var folder = new TemporaryDirectory();
        string file = folder.File("losses.json");
        string[] command =
        [
            .. launcher is null ? [] : (string[])[launcher, "-n", $"{ranks}"],
            "dotnet", typeof(RankTrainings).Assembly.Location, RankTrainings.Argument, file, type, $"{steps}", .. trainings,
        ];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in MpiLauncher.Variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (!process.WaitForExit(s_timeout))
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.True(process.ExitCode == 0, $"Exit code {process.ExitCode} of {string.Join(' ', command)}\n{output.Result}\n{error.Result}");
        return JsonSerializer.Deserialize<Dictionary<string, double[][]>>(File.ReadAllText(file))!;
    }

    private static void AssertEqual(double tolerance, Dictionary<string, double[][]> expected, Dictionary<string, double[][]> actual)
    {
        foreach ((string training, double[][] steps) in expected)
        {
            for (int step = 0; step < steps.Length; step++)
            {
                Assert.Equal(steps[step].Length, actual[training][step].Length);
                foreach ((double one, double several) in steps[step].Zip(actual[training][step]))
                {
                    double difference = Math.Abs(one - several) / Math.Max(1, Math.Abs(one));
                    Assert.True(difference <= tolerance, $"{training}, step {step}: {one:R} and {several:R} differ by {difference:E1}.");
                }
            }
        }
    }
}
