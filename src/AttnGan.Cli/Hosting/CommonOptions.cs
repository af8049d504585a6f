using System.CommandLine;
using AttnGan.Training.Torch;
using TorchSharp;

namespace AttnGan.Cli.Hosting;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Show where in the program an error came from (as does the environment variable ATTNGAN_DEBUG).",
        Recursive = true,
    };

    public static Option<string> Device { get; } = CreateDevice();

    public static Option<int?> Threads { get; } = CreateThreads();

    public static Option<FileInfo?> Config { get; } = new("--config")
    {
        Description = "Configuration (YAML), also one of the published code. Without it the values of the paper's bird model apply.",
        HelpName = "FILE",
    };

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "Replaces a setting of the configuration: `--set gan.batch_size=16`. Can be given several times.",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    /// <summary>Loads libtorch, sets its threads and finds the device.</summary>
    public static torch.Device PrepareCompute(ParseResult arguments)
    {
        torch.Device device = ComputeDevice.Resolve(Enum.Parse<DeviceChoice>(arguments.GetRequiredValue(Device), ignoreCase: true));
        if (arguments.GetValue(Threads) is { } threads)
        {
            torch.set_num_threads(threads);
        }

        return device;
    }

    /// <summary>An option that takes a whole number of at least <paramref name="minimum"/>.</summary>
    public static Option<T> AtLeast<T>(this Option<T> option, int minimum) => option.Between(minimum, int.MaxValue);

    /// <summary>An option that takes a whole number in a range.</summary>
    public static Option<T> Between<T>(this Option<T> option, int minimum, int maximum)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int value) && (value < minimum || value > maximum))
            {
                result.AddError($"`{option.Name} {value}`: expected at {(value < minimum ? $"least {minimum}" : $"most {maximum}")}.");
            }
        });
        return option;
    }

    private static Option<string> CreateDevice()
    {
        var option = new Option<string>("--device")
        {
            Description = "Where to compute; auto takes CUDA if it is there.",
            HelpName = "auto|cpu|cuda",
            DefaultValueFactory = _ => "auto",
        };
        option.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        return option;
    }

    private static Option<int?> CreateThreads() => new Option<int?>("--threads")
    {
        Description = "Processor threads to compute with. Without it, one for each core.",
        HelpName = "N",
    }.AtLeast(1);
}
