using System.Diagnostics.Metrics;
using AttnGan.Generation;
using AttnGan.Server.Configuration;
using AttnGan.Server.Generation;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AttnGan.Server.Tests;

/// <summary>The real program, with settings as on its command line.</summary>
internal sealed class ServerFactory(params (string Name, string Value)[] settings) : WebApplicationFactory<ServerOptions>
{
    /// <summary>What draws, in place of the model's pipeline.</summary>
    public Func<TextToImagePipeline, IBatchGenerator>? Drawer { get; init; }

    /// <summary>The clock; null for the machine's.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>What was measured.</summary>
    public Counters Counters { get; } = new();

    /// <summary>What was logged as a warning or worse.</summary>
    public CollectedLog Log { get; } = new();

    /// <summary>Tells the program to stop, as a signal does.</summary>
    public IHostApplicationLifetime Lifetime => Services.GetRequiredService<IHostApplicationLifetime>();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseContentRoot(AppContext.BaseDirectory);
        foreach ((string name, string value) in settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<IMeterFactory>(Counters);
            if (Drawer is not null)
            {
                services.AddSingleton(Drawer);
            }

            if (Time is not null)
            {
                services.AddSingleton(Time);
            }
        });
    }
}
