using AttnGan.Server.Configuration;
using AttnGan.Server.Models;
using Microsoft.Extensions.Logging.Console;

namespace AttnGan.Server.Mcp;

/// <summary>The tools over standard input and output, for agents that start this process.</summary>
internal static class StdioServer
{
    /// <summary>Answers requests until standard input ends.</summary>
    /// <param name="args">Settings, as on the command line of the server.</param>
    /// <param name="stop">Stops the server.</param>
    /// <exception cref="AttnGanException">Thrown when settings are invalid, or when the default model is damaged.</exception>
    public static async Task RunAsync(string[] args, CancellationToken stop)
    {
        // Without the host's defaults: files in the current folder, which is an agent's project, are not the server's settings.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddEnvironmentVariables().AddCommandLine(args);
        builder.Services.AddSingleton(ServerSettings.Read(builder.Configuration));
        builder.Services.AddSingleton<IHostLifetime, NoSignalHandling>();
        builder.Services.AddGeneration();
        builder.Services.AddTools().WithStdioServerTransport();
        // Standard output is the protocol's.
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // It warns when the agent ends the session.
        builder.Logging.AddFilter("ModelContextProtocol", LogLevel.Error);

        using IHost host = builder.Build();
        // Before the first request, which would otherwise wait for it; and a damaged model ends the process with its message.
        await host.Services.GetRequiredService<ModelCatalog>().Default.LoadAsync();
        await host.RunAsync(stop);
    }
}
