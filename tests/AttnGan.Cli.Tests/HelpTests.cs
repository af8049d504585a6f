namespace AttnGan.Cli.Tests;

public sealed class HelpTests
{
    private static readonly string s_folder = AppContext.BaseDirectory;

    [Fact]
    public void Help_lists_the_commands_under_the_name_attngan()
    {
        string help = AttnganProcess.Run(s_folder, "--help").HasExitCode(0).Output;

        Assert.Contains("attngan [command] [options]", help);
        Assert.All(["generate", "train", "dataset", "evaluate", "export", "Examples:"], word => Assert.Contains(word, help));
        Assert.DoesNotContain("Cli", help);
    }

    [Theory]
    [InlineData("train", "--resume")]
    [InlineData("train damsm", "--dry-run")]
    [InlineData("train gan", "--damsm")]
    [InlineData("train", "--independent")]
    [InlineData("runs", "--json")]
    [InlineData("runs compare", "--curves")]
    [InlineData("generate", "--interpolate")]
    [InlineData("dataset check", "--json")]
    [InlineData("dataset convert", "--link")]
    [InlineData("evaluate", "--independent")]
    [InlineData("export", "--no-half")]
    [InlineData("serve", "--max-batch-size")]
    [InlineData("mcp", "--models")]
    public void Every_command_has_help_with_examples(string command, string option)
    {
        string help = AttnganProcess.Run(s_folder, [.. command.Split(' '), "--help"]).HasExitCode(0).Output;

        Assert.Contains(option, help);
        Assert.Contains($"Examples:\n  attngan {command} ", help);
    }

    [Fact]
    public void Version_is_printed() =>
        Assert.Matches(@"^\d+\.\d+\.\d+", AttnganProcess.Run(s_folder, "--version").HasExitCode(0).Output);

    [Theory]
    [InlineData("nonsense", "'nonsense'")]
    [InlineData("", "Required command")]
    [InlineData("dataset", "Required command")]
    [InlineData("runs compare one", "at least two runs")]
    [InlineData("train --data x", "'--run' is required")]
    [InlineData("train --data x --run y --rum z", "'--rum'")]
    [InlineData("generate cat --seed x", "`--seed x`: expected a whole number")]
    [InlineData("generate cat --n 0", "`--n 0`: expected at least 1")]
    [InlineData("generate cat --format gif", "'webp'")]
    [InlineData("generate cat --sead 5", "Unrecognized option '--sead'")]
    [InlineData("generate cat -s 5", "Unrecognized option '-s'")]
    [InlineData("generate cat --engine torch", "'onnxruntime'")]
    [InlineData("generate cat --truncation 0", "`--truncation 0`: expected a number greater than 0")]
    [InlineData("generate cat --truncation=-0.5", "`--truncation -0.5`: expected a number greater than 0")]
    [InlineData("generate cat --truncation NaN", "`--truncation NaN`: expected a number greater than 0")]
    [InlineData("generate cat --truncation some", "`--truncation some`: expected a number greater than 0")]
    [InlineData("generate cat --truncation 0,5", "`--truncation 0,5`: expected a number greater than 0, such as 0.8")]
    [InlineData("evaluate --data x --crop-scale 1,5", "`--crop-scale 1,5`: expected a number from 1 to")]
    [InlineData("generate cat --interpolate 0", "`--interpolate 0`: expected at least 1")]
    [InlineData("generate cat --frame-time 0", "`--frame-time 0`: expected at least 1")]
    [InlineData("generate cat --frame-time 16777216", "`--frame-time 16777216`: expected at most 16777215")]
    [InlineData("train --data x --run y --device tpu", "'cuda'")]
    [InlineData("generate", "No caption")]
    [InlineData("export run -o model.safetensors --half", "'--half'")]
    [InlineData("dataset convert data --to metadata --out new --copy", "'--copy'")]
    [InlineData("export run -o model.pth", ".onnx")]
    [InlineData("export run", "'--output' is required, or `--web`")]
    [InlineData("evaluate", "'--data' is required")]
    [InlineData("evaluate --data x --count 1", "`--count 1`: expected at least 2")]
    [InlineData("evaluate --data x --metrics fid,ssim", "unknown metric 'ssim'; available are fid, ")]
    [InlineData("evaluate --data x --baseline best", "'untrained'")]
    [InlineData("evaluate --data x --truncation 0", "expected a number greater than 0")]
    [InlineData("evaluate --data x --crop-scale 0.9", "`--crop-scale 0.9`: expected a number from 1 to 10")]
    [InlineData("evaluate --data x --crop-scale NaN", "expected a number from 1 to 10")]
    [InlineData("export -o model.onnx", "'RUN' is missing")]
    [InlineData("export run -o model.onnx --caption x", "`--caption` is for the page")]
    public void Invalid_usage_is_reported_with_exit_code_2(string arguments, string expected)
    {
        AttnganProcess.Result result = AttnganProcess
            .Run(s_folder, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .HasExitCode(2);

        Assert.StartsWith("error: ", result.Error);
        Assert.Contains(expected, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }

    [Fact]
    public void Missing_CUDA_is_reported_with_a_remedy()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "A CUDA device is available.");

        string error = AttnganProcess.Run(s_folder, "train", "--data", "none", "--run", "none", "--device", "cuda").HasExitCode(1).Error;

        Assert.Contains("-p:LibTorchDevice=cuda", error);
    }

    [Fact]
    public void Verbose_prints_the_stack_trace()
    {
        string[] arguments = ["generate", "cat", "--model", "none", "--threads", "1", "--verbose"];
        string error = AttnganProcess.Run(s_folder, arguments).HasExitCode(1).Error;

        Assert.StartsWith("error: The model `none` does not exist", error);
        Assert.Contains("   at AttnGan.", error);
    }
}
