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

/// <summary>Hosts the real server with the given settings.</summary>
internal sealed class ServerFactory(params (string Name, string Value)[] settings) : WebApplicationFactory<ServerOptions>
{
    /// <summary>Creates the generator; null to generate with the model's pipeline.</summary>
    public Func<TextToImagePipeline, IBatchGenerator>? CreateGenerator { get; init; }

    /// <summary>The clock; null for the system's.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>The measured counters.</summary>
    public Counters Counters { get; } = new();

    /// <summary>The logged warnings and errors.</summary>
    public CollectedLog Log { get; } = new();

    /// <summary>Stops the server, as a signal does.</summary>
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
            if (CreateGenerator is not null)
            {
                services.AddSingleton(CreateGenerator);
            }

            if (Time is not null)
            {
                services.AddSingleton(Time);
            }
        });
    }
}
