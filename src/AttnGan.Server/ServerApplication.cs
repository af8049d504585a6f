using System.Net.Sockets;
using System.Text.Json.Serialization;
using AttnGan.Generation;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Generation;
using AttnGan.Server.Http;
using AttnGan.Server.Images;
using AttnGan.Server.Interpolations;
using AttnGan.Server.Models;
using AttnGan.Server.Operations;
using AttnGan.Server.Page;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AttnGan.Server;

/// <summary>The server application, which <c>attngan serve</c> and the stand-alone server run.</summary>
internal static class ServerApplication
{
    // Time for the web server to close connections after the last response.
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Creates the server; <see cref="ListenAsync"/> starts it.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="configure">Configures the host further.</param>
    /// <exception cref="AttnGanException">Thrown when settings are invalid.</exception>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        // The defaults of logging, which other sources override. Requests are counted, not logged.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [new("Logging:LogLevel:Default", "Information"), new("Logging:LogLevel:Microsoft.AspNetCore", "Warning")],
        });
        ServerOptions options = ServerSettings.Read(builder.Configuration);

        builder.WebHost.UseUrls(options.Urls);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodySize;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout + s_closeTimeout);
        builder.Services.AddSingleton(options);
        builder.Services.AddGeneration();
        builder.Services.AddErrors();
        builder.Services.AddJson();
        builder.Services.AddSingleton<BodyLimit>();
        builder.Services.AddSingleton<ApiKeyGuard>();
        builder.Services.AddRateLimits();
        builder.Services.AddMetrics(AttnGanVersion.Number);
        builder.Services.AddReference(AttnGanVersion.Number);
        builder.Services.AddResponseCompression(compression =>
        {
            // Safe with TLS: responses contain no secrets, which compression could leak next to attacker-controlled text.
            compression.EnableForHttps = true;
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/problem+json", "image/svg+xml"];
        });
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // The setting declares that there is a proxy. In a cluster its address is unknown, so all are trusted.
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
        });
        configure?.Invoke(builder);

        WebApplication app = builder.Build();
        if (options.ForwardedHeaders)
        {
            app.UseForwardedHeaders();
        }

        app.UseSecurityHeaders();
        app.UseResponseCompression();
        app.UseExceptionHandler();
        app.UseStatusCodePages(pages => Problems.ForStatus(pages.HttpContext, options).ExecuteAsync(pages.HttpContext));
        app.UseRouting();
        app.UseRateLimiter();
        app.Use(app.Services.GetRequiredService<ApiKeyGuard>().GuardAsync);
        app.Use(app.Services.GetRequiredService<BodyLimit>().GuardAsync);
        app.Use(app.Services.GetRequiredService<Drain>().GuardAsync);

        app.MapApi(options);
        app.MapProbes();
        app.MapMetrics();
        app.MapReference();
        app.MapPage();
        return app;
    }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="AttnGanException">Thrown when the model is damaged, or when an address is unavailable.</exception>
    public static async Task ListenAsync(this WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            string urls = app.Services.GetRequiredService<ServerOptions>().Urls;
            throw new AttnGanException(
                $"The server cannot listen on {urls}: {error.Message.TrimEnd('.')}. Specify another address with `urls`.", error);
        }
    }

    private static void MapApi(this WebApplication app, ServerOptions options)
    {
        RouteGroupBuilder api = app.MapGroup("/v1")
            .WithMetadata(new ApiEndpoint(), new KeyRequired())
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        if (options.RateLimit > 0)
        {
            api.RequireRateLimiting(RateLimits.Policy);
        }

        api.MapImages().MapInterpolations().MapModels().MapVocabulary();
    }

    private static void AddGeneration(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Func<TextToImagePipeline, IBatchGenerator>>(pipeline => new PipelineGenerator(pipeline));
        services.AddSingleton<ModelLoader>();
        services.AddSingleton<ModelCatalog>();
        services.AddHostedService(provider => provider.GetRequiredService<ModelCatalog>());
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
    }

    private static void AddErrors(this IServiceCollection services)
    {
        // Precedes the default writer, which writes nothing for clients that accept only images.
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddExceptionHandler<ErrorHandler>();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }

    private static void AddJson(this IServiceCollection services) => services.ConfigureHttpJsonOptions(json =>
    {
        json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        json.SerializerOptions.AllowDuplicateProperties = false;
        json.SerializerOptions.PropertyNameCaseInsensitive = false;
        json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
    });
}
