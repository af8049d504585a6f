using System.Text.Json;
using AttnGan.Imaging;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Runs;

namespace AttnGan.Cli.Tests.Runs;

/// <summary><c>attngan runs</c> on folders like those of trainings.</summary>
public sealed class RunsTests : IDisposable
{
    private static readonly AttnGanConfig s_config = new()
    {
        Damsm = new() { Epochs = 2, BatchSize = 4 },
        Gan = new() { Epochs = 2, BatchSize = 2 },
    };

    private readonly string _root = Directory.CreateTempSubdirectory("attngan-runs-").FullName;

    [Fact]
    public void Runs_are_listed_with_state_and_metrics()
    {
        Write("done", s_config, "gan", epoch: 2, batch: 0);
        Write("halted", s_config, "gan", epoch: 1, batch: 1);
        Write("live", s_config, "damsm", epoch: 1, batch: 1);
        Write("spoilt", s_config, "gan", epoch: 1, batch: 1);
        File.AppendAllText(PathOf("live/damsm/log.jsonl"), "{\"kind\":\"train\",\"st");
        File.WriteAllText(PathOf("spoilt/config.yml"), "gan: { epohcs: 2 }");
        Directory.CreateDirectory(PathOf("no-run"));
        string[] before = Files();
        using var open = RunDirectory.Open(PathOf("live"));

        AttnganProcess.Result listed = AttnganProcess.Run(_root, "runs", ".").HasExitCode(0);

        string[] rows = [.. listed.Output.Split('\n').Where(line => line.StartsWith('│')).Skip(1)];
        Assert.Equal(["done", "halted", "live", "spoilt"], rows.Select(row => row.Split('│')[1].Trim()));
        Assert.Equal(["complete", "stopped", "running", "broken"], rows.Select(row => row.Split('│')[2].Trim()));
        Assert.Equal(["gan", "gan", "damsm", "gan"], rows.Select(row => row.Split('│')[3].Trim()));
        Assert.Equal(["6/6", "4/6", "4/6", "4/6"], rows.Select(row => row.Split('│')[4].Trim()));
        Assert.Equal("D 3 G 0.5 DAMSM 7", rows[0].Split('│')[5].Trim());
        Assert.Equal("loss 2.5", rows[2].Split('│')[5].Trim());
        Assert.Equal("R-precision 40.0 %, FD 1.5", rows[0].Split('│')[6].Trim());
        Assert.Equal("R-precision 60.0 %, FD 1 at 3", rows[0].Split('│')[7].Trim());
        Assert.Equal("R@1 30.0 %", rows[2].Split('│')[6].Trim());
        Assert.StartsWith("warning: spoilt: ", listed.Error);
        Assert.Contains("`gan.epochs`", listed.Error);
        Assert.Equal([.. before, "live/.lock"], Files().Order(StringComparer.Ordinal).OrderBy(file => file == "live/.lock"));
    }

    [Fact]
    public void The_list_is_available_as_JSON()
    {
        Write("done", s_config, "gan", epoch: 2, batch: 0);

        JsonElement run = JsonDocument.Parse(AttnganProcess.Run(_root, "runs", "done", "--json").HasExitCode(0).Output).RootElement[0];

        Assert.Equal(("done", "complete"), (run.GetProperty("name").GetString(), run.GetProperty("state").GetString()));
        JsonElement part = run.GetProperty("parts")[0];
        Assert.Equal("gan", part.GetProperty("kind").GetString());
        Assert.Equal((6, 6), (part.GetProperty("step").GetInt32(), part.GetProperty("steps").GetInt32()));
        Assert.Equal(5, part.GetProperty("steps_per_second").GetDouble());
        Assert.Equal(3, part.GetProperty("best").GetProperty("step").GetInt32());
        Assert.Equal(0.4, part.GetProperty("last").GetProperty("measures").GetProperty("r_precision").GetDouble());
    }

    [Fact]
    public void Runs_are_compared_by_settings_and_metrics_with_curves_in_one_figure()
    {
        Write("one", s_config, "gan", epoch: 2, batch: 0);
        Write("two", s_config with { Gan = s_config.Gan with { BatchSize = 5, DamsmWeight = 50 } }, "gan", epoch: 1, batch: 1);

        string text = AttnganProcess.Run(_root, "runs", "compare", "one", "two", "--curves", "curves.png").HasExitCode(0).Output;
        string[][] rows =
        [
            .. text.Split('\n')
                .Where(line => line.StartsWith('│'))
                .Select(line => line.Split('│')[1..4].Select(cell => cell.Trim()).ToArray()),
        ];

        Assert.Contains(["gan.damsm_weight", "5", "50"], rows);
        Assert.DoesNotContain(rows, row => row[0] == "gan.epochs");
        Assert.Contains(["gan: steps per second", "5", "2"], rows);
        Assert.Contains(["gan: fd, last", "1.5 at 6", "1 at 3"], rows);
        Assert.Contains(["gan: fd, at the best checkpoint", "1 at 3", "1 at 3"], rows);
        var curves = RgbImage.Load(Path.Combine(_root, "curves.png"), RgbColor.White);
        Assert.Equal(3 * 560, curves.Width);
        RgbColor[] colors = [new(0x00, 0x72, 0xb2), new(0xd5, 0x5e, 0x00)];
        Assert.All(colors, color => Assert.InRange(Count(curves, color), 100, 50_000));
        string output = AttnganProcess.Run(_root, "runs", "compare", "one", "two", "--json").HasExitCode(0).Output;
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal(["one", "two"], json.GetProperty("runs").EnumerateArray().Select(name => name.GetString()));
    }

    [Theory]
    [InlineData("runs nowhere", "The folder `nowhere` does not exist")]
    [InlineData("runs compare one nowhere", "`nowhere` is not the folder of a run")]
    [InlineData("runs compare one one --curves none/curves.png", "Cannot write `none/curves.png`")]
    public void Unreadable_and_unwritable_paths_are_named(string arguments, string message)
    {
        Write("one", s_config, "gan", epoch: 1, batch: 1);

        Assert.StartsWith($"error: {message}", AttnganProcess.Run(_root, arguments.Split(' ')).HasExitCode(1).Error);
    }

    [Fact]
    public void A_folder_without_runs_is_reported() =>
        Assert.StartsWith("There are no runs in `.`.", AttnganProcess.Run(_root, "runs", ".").HasExitCode(0).Output);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string PathOf(string name) => Path.Combine(_root, name);

    private string[] Files() =>
    [
        .. Directory.GetFiles(_root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_root, file))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Writes a run with 3 steps per epoch, evaluated at the end of each; the first is the best.</summary>
    private void Write(string name, AttnGanConfig config, string kind, int epoch, int batch)
    {
        var part = new RunPart(PathOf(name), kind);
        part.Begin(resume: false);
        File.WriteAllText(PathOf($"{name}/config.yml"), ConfigReader.Write(config));
        int steps = (epoch * 3) + batch;
        using (var log = new TrainingLog(part.Log, null, 0, evaluated: true))
        {
            for (int step = 1; step <= steps; step++)
            {
                Measure[] losses = kind == "gan"
                    ? [new("d16", 1), new("d32", 2), new("g16", 0.5), new("words", 3), new("sentence", 4), new("g_total", 40)]
                    : [new("loss", 2.5)];
                log.Write(TrainingLog.Training, step, (step - 1) / 3, [.. losses, new("images_per_second", 10)]);
                if (step % 3 == 0)
                {
                    Measure[] metrics = kind == "gan"
                        ? [new("r_precision", step == 3 ? 0.6 : 0.4), new("fd", step == 3 ? 1 : 1.5)]
                        : [new("image_to_text_r1", 0.2), new("text_to_image_r1", 0.4)];
                    log.Write(TrainingLog.Validation, step, (step / 3) - 1, metrics);
                }
            }
        }

        var store = new CheckpointStore(part.Checkpoints, kind, 3);
        store.SaveAs("best", State(3, 1, 0), Weights());
        store.Save(State(steps, epoch, batch), Weights());

        CheckpointState State(long step, int next, int done) => new()
        {
            Step = step,
            Epoch = next,
            Batch = done,
            Config = config,
            Vocabulary = ["a"],
            RunState = JsonElement.Parse("""{"batches_per_epoch": 3}"""),
        };
    }

    private static Dictionary<string, TorchSharp.torch.Tensor> Weights() => [];

    private static int Count(RgbImage image, RgbColor color) =>
        image.Pixels.Chunk(3).Count(pixel => (pixel[0], pixel[1], pixel[2]) == (color.R, color.G, color.B));
}
