using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AttnGan.Inference;

namespace AttnGan.Cli.Hosting;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Show the stack trace of an error (same as the environment variable ATTNGAN_DEBUG).",
        Recursive = true,
    };

    public static Option<int?> Threads { get; } = CreateThreads();

    public static Option<double?> Truncation { get; } = CreateTruncation();

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
