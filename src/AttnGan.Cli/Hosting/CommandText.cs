using System.Buffers;

namespace AttnGan.Cli.Hosting;

/// <summary>Commands as a person would type them.</summary>
internal static class CommandText
{
    private static readonly SearchValues<char> s_plain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./\\:=+,@");

    /// <summary>In quotes where a shell would take it apart.</summary>
    public static string Quote(string argument) =>
        argument.Length > 0 && !argument.AsSpan().ContainsAnyExcept(s_plain)
            ? argument
            : OperatingSystem.IsWindows() ? $"\"{argument}\"" : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
