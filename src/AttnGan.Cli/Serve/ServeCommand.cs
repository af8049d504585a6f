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
    private static readonly SettingOptions s_options = new(ServerSettings.All);

    public static Command Create(Interruption interruption)
    {
        var command = new DocumentedCommand(
            "serve",
            "Serve a REST API and a page that generate images from captions. Each option can also be set in the environment " +
            "(ATTNGAN_MAX_BATCH_SIZE=4) or in appsettings.json in the current folder (\"Server\": {\"MaxBatchSize\": 4}).",
            "attngan serve --models models --rate-limit 600",
            "ATTNGAN_API_KEY=secret attngan serve --urls http://0.0.0.0:8080");
        s_options.AddTo(command);
        command.SetAction((arguments, _) => RunAsync(s_options.Explicit(arguments), interruption));
        return command;
    }

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
}
