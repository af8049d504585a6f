using System.Globalization;
using System.Text;
using AttnGan.Generation;

namespace AttnGan.Server.Configuration;

/// <summary>
/// Reads the options: the command line overrides the environment, which overrides appsettings.json. The table does not use
/// ASP.NET, so that the help of other commands does not load it.
/// </summary>
internal static class ServerSettings
{
    // Arguments that the host itself reads.
    private static readonly string[] s_hostArguments = ["environment", "contentroot", "applicationname"];

    /// <summary>All settings, in the order of help.</summary>
    public static IReadOnlyList<ServerSetting> All { get; } =
    [
        new("urls", "URLS", "Addresses to listen on, separated by semicolons. Default: http://127.0.0.1:5080, this machine only.",
            (options, text) => options with { Urls = text }),
        new("model", "FILE", "Model package (.onnx) or name of a bundled model, for requests that name none. Default: emoji.",
            (options, text) => options with { Model = text }),
        new("models", "DIR", "A folder of further model packages, named after their files; each is loaded on first use.",
            (options, text) => options with { Models = text }),
        new("threads", "N", "CPU threads per batch. Default and maximum: one per processor.",
            (options, text) => options with { Threads = ParseInteger(text) }),
        new("device", OnnxRuntimeDevice.HelpName,
            "Device to generate on. Devices other than the processor need a build of ONNX Runtime for them. Default: cpu.",
            (options, text) => options with { Device = text }),
        new("max-batch-size", "N", "Maximum batch size; a batch may combine images of several requests. Default: 8.",
            (options, text) => options with { MaxBatchSize = ParseInteger(text) }),
        new("batch-wait", "MS", "Milliseconds that a partial batch waits for more images. Default: 0.",
            (options, text) => options with { BatchWait = TimeSpan.FromMilliseconds(ParseInteger(text)) }),
        new("queue-length", "N", "Images that may wait for a model; further requests get status 429. Default: 256.",
            (options, text) => options with { QueueLength = ParseInteger(text) }),
        new("max-caption-length", "N", "Maximum length of a caption in characters. Default: 500.",
            (options, text) => options with { MaxCaptionLength = ParseInteger(text) }),
        new("max-captions", "N", "Maximum number of captions per request. Default: 16.",
            (options, text) => options with { MaxCaptions = ParseInteger(text) }),
        new("max-images", "N", "Maximum number of images per request, over all its captions. Default: 64.",
            (options, text) => options with { MaxImages = ParseInteger(text) }),
        new("max-scaled-size", "PIXELS", "Maximum width and height of images that are scaled up for clients of OpenAI's and other " +
            "APIs. Default: 1024.",
            (options, text) => options with { MaxScaledSize = ParseInteger(text) }),
        new("max-frames", "N", "Maximum number of frames of an interpolation. Default: 60.",
            (options, text) => options with { MaxFrames = ParseInteger(text) }),
        new("max-body-size", "BYTES", "Maximum size of a request body. Default: 65536.",
            (options, text) => options with { MaxBodySize = ParseInteger(text) }),
        new("rate-limit", "N", "API requests per minute and client; clients are identified by API key, or else by IP address. " +
            "Default: no limit.",
            (options, text) => options with { RateLimit = ParseInteger(text) }),
        new("api-key", "KEY", "The key that clients must send in the X-Api-Key or Authorization header; separate several keys with " +
            "commas. Prefer the environment variable: other users of this machine can read command lines.",
            (options, text) => options with { ApiKey = text }),
        new("cors", "ORIGINS", "Web pages that may call the API from a browser, such as https://example.org; separate several with " +
            "commas, * for all. Default: none.",
            (options, text) => options with { Cors = text }),
        new("mcp", ServerSetting.Switch, "Offer tools to agents at /mcp (Model Context Protocol). Default: false.",
            (options, text) => options with { Mcp = ParseSwitch(text) }),
        new("forwarded-headers", ServerSetting.Switch,
            "Trust X-Forwarded-For and X-Forwarded-Proto. Use it only behind a proxy that sets them. Default: false.",
            (options, text) => options with { ForwardedHeaders = ParseSwitch(text) }),
        new("shutdown-timeout", "SECONDS", "Time for running requests to finish during a graceful shutdown. Default: 30.",
            (options, text) => options with { ShutdownTimeout = TimeSpan.FromSeconds(ParseInteger(text)) }),
    ];

    /// <summary>Reads the options.</summary>
    /// <exception cref="AttnGanException">Thrown when settings are invalid; all problems are reported together, one a line.</exception>
    public static ServerOptions Read(IConfiguration configuration)
    {
        var options = new ServerOptions();
        List<string> problems = [.. UnknownKeys(configuration)];
        foreach (ServerSetting setting in All)
        {
            string[] names = [setting.Name, setting.EnvironmentVariable, setting.Key];
            if (names.Select(name => configuration[name]).FirstOrDefault(value => value is not null) is not { } value)
            {
                continue;
            }

            try
            {
                options = setting.Set(options, value);
            }
            catch (FormatException error)
            {
                problems.Add($"`{setting.Name}` is \"{value}\"; {error.Message}");
            }
        }

        problems.AddRange(options.Problems());
        problems.AddRange(
            from endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren()
            let url = endpoint["Url"]
            let fault = url is null ? null : ListenAddress.ProblemOf(url)
            where fault is not null
            select $"`{endpoint.Path}:Url`: \"{url}\" {fault}.");
        return problems.Count == 0
            ? options
            : throw new AttnGanException(problems is [var problem]
                ? $"A server setting is invalid: {problem}"
                : $"The server settings are invalid:\n  {string.Join("\n  ", problems)}");
    }

    /// <summary>Returns the help text.</summary>
    public static string Help()
    {
        var text = new StringBuilder("Serves the REST API and the page that generate images from captions.\n\nSettings:\n");
        foreach (ServerSetting setting in All)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {setting.Option} {setting.Value}\n      {setting.Description}\n");
        }

        return text
            .Append("\nEach setting can also be given in the environment (ATTNGAN_MAX_BATCH_SIZE=4) or in appsettings.json ")
            .Append("(\"Server\": {\"MaxBatchSize\": 4}).")
            .ToString();
    }

    /// <summary>Rejects unknown arguments, which the host would ignore.</summary>
    /// <exception cref="AttnGanException">Thrown when there are unknown arguments.</exception>
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
                $"Unknown arguments: {string.Join(", ", unknown.Select(name => $"`--{name}`"))}. `--help` lists the valid ones.");
        }
    }

    private static IEnumerable<string> UnknownKeys(IConfiguration configuration) =>
        configuration.GetSection(ServerSetting.Section).GetChildren()
            .Where(child => !All.Any(setting => setting.Key.Equals(child.Path, StringComparison.OrdinalIgnoreCase)))
            .Select(child =>
                $"`{child.Path}` is not a setting; valid keys: {string.Join(", ", All.Select(setting => setting.Member))}.");

    private static int ParseInteger(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new FormatException("expected an integer.");

    private static bool ParseSwitch(string text) =>
        bool.TryParse(text, out bool flag) ? flag : throw new FormatException("expected true or false.");
}
