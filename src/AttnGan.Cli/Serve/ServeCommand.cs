using System.CommandLine;
using System.Runtime.CompilerServices;
using AttnGan.Cli.Hosting;
using AttnGan.Server;
using AttnGan.Server.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AttnGan.Cli.Serve;

/// <summary><c>attngan serve</c>: serves the REST API and the page.</summary>
internal static class ServeCommand
{
    private static readonly (ServerSetting Setting, Option Option)[] s_options =
        [.. ServerSettings.All.Select(setting => (setting, CreateOption(setting)))];

    public static Command Create(Interruption interruption)
    {
        var command = new DocumentedCommand(
            "serve",
            "Serve a REST API and a page that generate images from captions. Each option can also be set in the environment " +
            "(ATTNGAN_MAX_BATCH_SIZE=4) or in appsettings.json in the current folder (\"Server\": {\"MaxBatchSize\": 4}).",
            "attngan serve --models models --rate-limit 600",
            "ATTNGAN_API_KEY=secret attngan serve --urls http://0.0.0.0:8080");
        foreach ((ServerSetting _, Option option) in s_options)
        {
            command.Add(option);
        }

        command.SetAction((arguments, _) => RunAsync(ExplicitOptions(arguments), interruption));
        return command;
    }

    private static string[] ExplicitOptions(ParseResult arguments) =>
    [
        .. s_options.Where(entry => arguments.GetResult(entry.Option) is { Implicit: false })
            .Select(entry => $"{entry.Setting.Option}={entry.Option switch
            {
                Option<bool> flag => arguments.GetValue(flag) ? bool.TrueString : bool.FalseString,
                Option<string?> text => arguments.GetValue(text),
                _ => throw new InvalidOperationException("Unexpected option type."),
            }}"),
    ];

    // Not inlined, so that other commands do not load ASP.NET.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> RunAsync(string[] arguments, Interruption interruption)
    {
        // Signals are handled by Interruption: a second one ends the process, as in every command.
        await using WebApplication app = ServerApplication.Create(arguments, builder =>
        {
            builder.Services.AddSingleton<IHostLifetime, NoSignalHandling>();
            builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        });
        CancellationToken stop = interruption.Listen();
        await app.ListenAsync();
        Console.WriteLine($"Listening at {string.Join(", ", app.Urls)} (API: /reference). Press Ctrl-C to stop.");
        using (stop.Register(app.Lifetime.StopApplication))
        {
            await app.WaitForShutdownAsync(CancellationToken.None);
        }

        Console.WriteLine("Stopped.");
        return ExitCodes.Success;
    }

    private static Option CreateOption(ServerSetting setting) => setting.Value == ServerSetting.Switch
        ? new Option<bool>(setting.Option) { Description = setting.Description }
        : new Option<string?>(setting.Option) { Description = setting.Description, HelpName = setting.Value };

    private sealed class NoSignalHandling : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
