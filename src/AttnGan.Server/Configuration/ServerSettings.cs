using System.Globalization;
using System.Text;

namespace AttnGan.Server.Configuration;

/// <summary>A setting: one name on the command line, in the environment and in appsettings.json.</summary>
/// <param name="Name">As on the command line, without dashes: <c>max-batch-size</c>.</param>
/// <param name="Value">What help calls the value.</param>
/// <param name="Description">What it does.</param>
/// <param name="Set">Puts a text into the options.</param>
internal sealed record ServerSetting(
    string Name, string Value, string Description, Func<ServerOptions, string, ServerOptions> Set)
{
    /// <summary>What help calls a switch's value.</summary>
    public const string Switch = "true|false";

    /// <summary><c>--max-batch-size</c>.</summary>
    public string Option => $"--{Name}";

    /// <summary><c>ATTNGAN_MAX_BATCH_SIZE</c>.</summary>
    public string EnvironmentVariable => $"ATTNGAN_{Name.ToUpperInvariant().Replace('-', '_')}";

    /// <summary><c>Server:MaxBatchSize</c>.</summary>
    public string Key => $"{ServerSettings.Section}:{string.Concat(Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))}";
}

/// <summary>
/// Where the options come from: the command line before the environment before appsettings.json. A table by hand, without ASP.NET:
/// whoever asks another command for help does not wait for it.
/// </summary>
internal static class ServerSettings
{
    /// <summary>The part of appsettings.json that has the settings.</summary>
    public const string Section = "Server";

    // What the host itself reads from the command line.
    private static readonly string[] s_hostArguments = ["environment", "contentroot", "applicationname"];

    /// <summary>All settings, in the order of help.</summary>
    public static IReadOnlyList<ServerSetting> All { get; } =
    [
        new("urls", "URLS", "Addresses to listen at, separated by semicolons. Without it http://127.0.0.1:5080: this machine alone.",
            (options, text) => options with { Urls = text }),
        new("model", "FILE", "The model package (.onnx) that draws where a request names no model. Without it the bundled one.",
            (options, text) => options with { Model = text }),
        new("models", "DIR", "Folder of further model packages, named by their files; each is loaded when it is first asked for.",
            (options, text) => options with { Models = text }),
        new("threads", "N", "Processor threads that a drawing uses. Without it, one for each core.",
            (options, text) => options with { Threads = Number(text) }),
        new("max-batch-size", "N", "Images drawn at once: those that wait are drawn together, whosever they are. Without it 8.",
            (options, text) => options with { MaxBatchSize = Number(text) }),
        new("batch-wait", "MS", "Milliseconds that a batch which is not full waits for more images. Without it 0.",
            (options, text) => options with { BatchWait = TimeSpan.FromMilliseconds(Number(text)) }),
        new("queue-length", "N", "Images that may wait for a model; further requests get status 429. Without it 256.",
            (options, text) => options with { QueueLength = Number(text) }),
        new("max-caption-length", "N", "Longest caption, in characters. Without it 500.",
            (options, text) => options with { MaxCaptionLength = Number(text) }),
        new("max-captions", "N", "Captions of a request. Without it 16.",
            (options, text) => options with { MaxCaptions = Number(text) }),
        new("max-images", "N", "Images of a request, those of all captions together. Without it 64.",
            (options, text) => options with { MaxImages = Number(text) }),
        new("max-frames", "N", "Frames of an interpolation. Without it 60.",
            (options, text) => options with { MaxFrames = Number(text) }),
        new("max-body-size", "BYTES", "Longest request body. Without it 65536.",
            (options, text) => options with { MaxBodySize = Number(text) }),
        new("rate-limit", "N", "Requests to the API that a client (by API key, or else by address) may make in a minute. Without it any number.",
            (options, text) => options with { RateLimit = Number(text) }),
        new("api-key", "KEY", "What clients must send in the header X-Api-Key; several keys are separated by commas. Other users of this " +
            "machine can read a command line: rather give it in the environment.",
            (options, text) => options with { ApiKey = text }),
        new("forwarded-headers", ServerSetting.Switch, "Believe X-Forwarded-For and X-Forwarded-Proto. Only behind a proxy that sets them.",
            (options, text) => options with { ForwardedHeaders = Flag(text) }),
        new("shutdown-timeout", "SECONDS", "How long a server that is told to stop goes on answering what it has begun. Without it 30.",
            (options, text) => options with { ShutdownTimeout = TimeSpan.FromSeconds(Number(text)) }),
    ];

    /// <summary>Reads the options.</summary>
    /// <exception cref="AttnGanException">Something is wrong; the message has a line for each thing.</exception>
    public static ServerOptions Read(IConfiguration configuration)
    {
        var options = new ServerOptions();
        List<string> problems = [.. UnknownKeys(configuration)];
        foreach (ServerSetting setting in All)
        {
            string? name = new[] { setting.Name, setting.EnvironmentVariable, setting.Key }.FirstOrDefault(key => configuration[key] is not null);
            if (name is null)
            {
                continue;
            }

            try
            {
                options = setting.Set(options, configuration[name]!);
            }
            catch (FormatException error)
            {
                problems.Add($"`{setting.Name}` is \"{configuration[name]}\"; {error.Message}");
            }
        }

        problems.AddRange(options.Problems());
        return problems.Count == 0
            ? options
            : throw new AttnGanException($"The server's settings are not right:\n  {string.Join("\n  ", problems)}");
    }

    /// <summary>The settings as lines of text.</summary>
    public static string Help()
    {
        var text = new StringBuilder("Serves the REST API and the page that draw images from captions.\n\nSettings:\n");
        foreach (ServerSetting setting in All)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {setting.Option} {setting.Value}\n      {setting.Description}\n");
        }

        return text.Append(
            "\nEach can be given in the environment as well (ATTNGAN_MAX_BATCH_SIZE=4), or in appsettings.json (\"Server\": {\"MaxBatchSize\": 4}).")
            .ToString();
    }

    /// <summary>Names arguments that nothing reads, which the host would pass over in silence.</summary>
    /// <exception cref="AttnGanException">There are such.</exception>
    public static void CheckArguments(IReadOnlyList<string> arguments)
    {
        string[] unknown =
        [
            .. arguments.Where(argument => argument.StartsWith("--", StringComparison.Ordinal))
                .Select(argument => argument[2..].Split('=')[0])
                .Where(name => !name.Contains(':', StringComparison.Ordinal)
                    && !All.Any(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                    && !s_hostArguments.Contains(name, StringComparer.OrdinalIgnoreCase)),
        ];
        if (unknown.Length > 0)
        {
            throw new AttnGanException(
                $"Unknown arguments: {string.Join(", ", unknown.Select(name => $"`--{name}`"))}. `--help` lists those that there are.");
        }
    }

    private static IEnumerable<string> UnknownKeys(IConfiguration configuration) =>
        configuration.GetSection(Section).GetChildren()
            .Where(child => !All.Any(setting => setting.Key.Equals(child.Path, StringComparison.OrdinalIgnoreCase)))
            .Select(child => $"`{child.Path}` is no setting; there are {string.Join(", ", All.Select(setting => setting.Key[(Section.Length + 1)..]))}.");

    private static int Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new FormatException("expected a whole number.");

    private static bool Flag(string text) => bool.TryParse(text, out bool flag) ? flag : throw new FormatException("expected true or false.");
}
