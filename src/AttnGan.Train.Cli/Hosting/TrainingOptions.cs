using System.CommandLine;
using AttnGan.Training.Torch;
using TorchSharp;

namespace AttnGan.Cli.Hosting;

/// <summary>Options that the commands of training share.</summary>
internal static class TrainingOptions
{
    public static Option<string> Device { get; } = CreateDevice();

    public static Option<FileInfo?> Config { get; } = new("--config")
    {
        Description = "Configuration (YAML), ours or one of the official code. Default: the paper's bird model.",
        HelpName = "FILE",
    };

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "Override a setting of the configuration: `--set gan.batch_size=16`. Repeatable.",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    public static Option<string?> CaptionKey { get; } = new("--caption-key")
    {
        Description = "Key or column with the captions in metadata, tables, JSON, Parquet and WebDataset; several separated by commas " +
            "(data.caption_key). Default: text, caption, captions or prompt.",
        HelpName = "NAME",
    };

    /// <summary>Returns the settings of <see cref="Set"/> and <see cref="CaptionKey"/>.</summary>
    public static string[] Settings(ParseResult arguments)
    {
        string[] settings = arguments.GetRequiredValue(Set);
        return arguments.GetValue(CaptionKey) is { } key ? [.. settings, $"data.caption_key={key}"] : settings;
    }

    /// <summary>Loads libtorch, sets its number of threads and returns the device.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="rank">This process as one of several ranks, which share the processors and GPUs of a machine; null for one.</param>
    public static torch.Device PrepareCompute(ParseResult arguments, RankProcess? rank = null)
    {
        torch.Device device = ComputeDevice.Resolve(
            Enum.Parse<DeviceChoice>(arguments.GetRequiredValue(Device), ignoreCase: true), rank?.LocalRank ?? 0);
        if ((CommonOptions.ThreadsOf(arguments) ?? rank?.Processors) is { } threads)
        {
            torch.set_num_threads(threads);
        }

        return device;
    }

    private static Option<string> CreateDevice()
    {
        var option = new Option<string>("--device")
        {
            Description = "Device to compute on; auto selects CUDA if available.",
            HelpName = "auto|cpu|cuda",
            DefaultValueFactory = _ => "auto",
        };
        option.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        return option;
    }
}
