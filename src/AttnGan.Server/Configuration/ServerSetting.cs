namespace AttnGan.Server.Configuration;

/// <summary>A setting: one name on the command line, in the environment and in appsettings.json.</summary>
/// <param name="Name">The name on the command line, without dashes: <c>max-batch-size</c>.</param>
/// <param name="Value">The placeholder of the value in help.</param>
/// <param name="Description">The description in help.</param>
/// <param name="Set">Parses a string into the options.</param>
internal sealed record ServerSetting(
    string Name, string Value, string Description, Func<ServerOptions, string, ServerOptions> Set)
{
    /// <summary>The placeholder of a Boolean value.</summary>
    public const string Switch = "true|false";

    /// <summary>The section of appsettings.json that contains the settings.</summary>
    public const string Section = "Server";

    /// <summary><c>--max-batch-size</c>.</summary>
    public string Option => $"--{Name}";

    /// <summary><c>ATTNGAN_MAX_BATCH_SIZE</c>.</summary>
    public string EnvironmentVariable => $"ATTNGAN_{Name.ToUpperInvariant().Replace('-', '_')}";

    /// <summary><c>MaxBatchSize</c>.</summary>
    public string Member => string.Concat(Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary><c>Server:MaxBatchSize</c>.</summary>
    public string Key => $"{Section}:{Member}";
}
