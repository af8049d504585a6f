using System.CommandLine;
using System.Runtime.CompilerServices;
using AttnGan.Cli.Hosting;
using AttnGan.Server.Configuration;
using AttnGan.Server.Mcp;

namespace AttnGan.Cli.Mcp;

/// <summary><c>attngan mcp</c>: offers tools to agents over standard input and output.</summary>
internal static class McpCommand
{
    private static readonly string[] s_settings = ["model", "models", "threads", "device", "max-caption-length", "max-scaled-size"];

    private static readonly SettingOptions s_options = new(ServerSettings.All.Where(setting => s_settings.Contains(setting.Name)));

    public static Command Create(Interruption interruption)
    {
        var command = new DocumentedCommand(
            "mcp",
            "Offer tools to agents over standard input and output (Model Context Protocol): generate, explain and vocabulary. The agent " +
            "starts this command. `attngan serve --mcp` offers them over HTTP.",
            "attngan mcp --model emoji");
        s_options.AddTo(command);
        command.SetAction((arguments, _) => RunAsync(s_options.Explicit(arguments), interruption));
        return command;
    }

    // Not inlined, so that other commands do not load the protocol.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> RunAsync(string[] arguments, Interruption interruption)
    {
        await StdioServer.RunAsync(arguments, interruption.Listen());
        return ExitCodes.Success;
    }
}
