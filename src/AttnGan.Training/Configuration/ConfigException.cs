namespace AttnGan.Training.Configuration;

/// <summary>Thrown when a configuration is invalid. The message lists all errors.</summary>
public sealed class ConfigException : AttnGanException
{
    internal ConfigException(string source, IReadOnlyList<string> errors, Exception? inner = null)
        : base(Describe(source, errors), inner)
    {
        Errors = errors;
    }

    /// <summary>All errors, one sentence each, in the order of the file.</summary>
    public IReadOnlyList<string> Errors { get; }

    private static string Describe(string source, IReadOnlyList<string> errors) =>
        errors.Count == 1
            ? $"Configuration {source}: {errors[0]}"
            : $"Configuration {source} has {errors.Count} errors:\n{string.Join('\n', errors.Select(error => $"  - {error}"))}";
}
