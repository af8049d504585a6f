using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AttnGan.Inference;
using AttnGan.Training.Torch;
using TorchSharp;

namespace AttnGan.Cli.Hosting;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Show the stack trace of an error (same as the environment variable ATTNGAN_DEBUG).",
        Recursive = true,
    };

    public static Option<string> Device { get; } = CreateDevice();

    public static Option<int?> Threads { get; } = CreateThreads();

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

    public static Option<double?> Truncation { get; } = CreateTruncation();

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
        if ((ThreadsOf(arguments) ?? rank?.Processors) is { } threads)
        {
            torch.set_num_threads(threads);
        }

        return device;
    }

    /// <summary>Returns the number of threads, at most one per processor; null if the option is not specified.</summary>
    public static int? ThreadsOf(ParseResult arguments) =>
        arguments.GetValue(Threads) is { } threads ? ProcessorThreads.Limit(threads) : null;

    /// <summary>Adds a lower bound to an integer option.</summary>
    public static Option<T> WithMinimum<T>(this Option<T> option, int minimum) => option.WithRange(minimum, int.MaxValue);

    /// <summary>Adds an inclusive range to an integer option.</summary>
    public static Option<T> WithRange<T>(this Option<T> option, int minimum, int maximum)
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

    /// <summary>
    /// Returns a parser of decimal numbers. The default parser takes a decimal comma for a separator of thousands: 0,8 would be 8.
    /// </summary>
    /// <param name="isValid">Returns true for numbers in the range.</param>
    /// <param name="range">The range for error messages, after "expected a number".</param>
    public static Func<ArgumentResult, double?> ParseNumber(Func<double, bool> isValid, string range) => result =>
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && isValid(value))
        {
            return value;
        }

        result.AddError($"`{((OptionResult)result.Parent!).Option.Name} {text}`: expected a number {range}.");
        return null;
    };

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

    private static Option<int?> CreateThreads() => new Option<int?>("--threads")
    {
        Description = "CPU threads. Default and maximum: one per processor.",
        HelpName = "N",
    }.WithMinimum(1);

    private static Option<double?> CreateTruncation() => new("--truncation")
    {
        Description = "Largest magnitude of noise values, above 0; 1 or less gives more typical, less varied images. Default: none.",
        HelpName = "T",
        CustomParser = ParseNumber(value => value > 0, "greater than 0, such as 0.8"),
    };
}
