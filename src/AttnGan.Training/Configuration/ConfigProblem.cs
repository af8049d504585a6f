namespace AttnGan.Training.Configuration;

/// <summary>An invalid setting: its key, and the reason with the given and the expected value and the remedy.</summary>
internal sealed record ConfigProblem(string Key, string Reason)
{
    public string Describe(string? where = null) => where is null ? $"`{Key}`: {Reason}" : $"`{Key}` ({where}): {Reason}";
}
