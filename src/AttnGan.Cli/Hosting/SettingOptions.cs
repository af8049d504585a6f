using System.CommandLine;
using AttnGan.Server.Configuration;

namespace AttnGan.Cli.Hosting;

/// <summary>Options of a command that are settings of the server.</summary>
internal sealed class SettingOptions(IEnumerable<ServerSetting> settings)
{
    private readonly (ServerSetting Setting, Option Option)[] _options =
        [.. settings.Select(setting => (setting, CreateOption(setting)))];

    public void AddTo(Command command)
    {
        foreach ((ServerSetting _, Option option) in _options)
        {
            command.Add(option);
        }
    }

    /// <summary>Returns the options that are on the command line, as <c>--name=value</c>.</summary>
    public string[] Explicit(ParseResult arguments) =>
    [
        .. _options.Where(entry => arguments.GetResult(entry.Option) is { Implicit: false })
            .Select(entry => $"{entry.Setting.Option}={entry.Option switch
            {
                Option<bool> flag => arguments.GetValue(flag) ? bool.TrueString : bool.FalseString,
                Option<string?> text => arguments.GetValue(text),
                _ => throw new InvalidOperationException("Unexpected option type."),
            }}"),
    ];

    private static Option CreateOption(ServerSetting setting) => setting.Value == ServerSetting.Switch
        ? new Option<bool>(setting.Option) { Description = setting.Description }
        : new Option<string?>(setting.Option) { Description = setting.Description, HelpName = setting.Value };
}
