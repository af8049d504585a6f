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

/// <summary>The server, as <c>attngan serve</c> and the program of its own run it.</summary>
internal static class ServerApplication
{
    // Time for the web server to close connections, after the requests have ended.
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(2);

    /// <summary>Makes the server; it listens when it is run.</summary>
    /// <param name="args">Settings as on the command line.</param>
    /// <param name="configure">Changes what is hosted.</param>
    /// <exception cref="AttnGanException">Settings are not right.</exception>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        // Below whatever else says something of logging. Requests are counted, not written down.
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
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout + s_closing);
        builder.Services.AddSingleton(options);
        builder.Services.AddDrawing();
        builder.Services.AddErrors();
        builder.Services.AddJson();
        builder.Services.AddSingleton<BodyLimit>();
        builder.Services.AddSingleton<ApiKeyGuard>();
        builder.Services.AddRateLimits();
        builder.Services.AddMetrics(AttnGanVersion.Number);
        builder.Services.AddReference(AttnGanVersion.Number);
        builder.Services.AddResponseCompression(compression =>
        {
            // Nothing that is sent is secret, and no secret stands beside what a stranger chose.
            compression.EnableForHttps = true;
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/problem+json", "image/svg+xml"];
        });
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // Whoever asks for the headers says that a proxy stands before the server; in a cluster its address is not known.
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
        app.UseStatusCodePages(pages => Problems.OfStatus(pages.HttpContext, options).ExecuteAsync(pages.HttpContext));
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

    /// <summary>Begins to listen.</summary>
    /// <exception cref="AttnGanException">The model is damaged, or an address cannot be listened at.</exception>
    public static async Task ListenAsync(this WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            string urls = app.Services.GetRequiredService<ServerOptions>().Urls;
            throw new AttnGanException($"The server cannot listen at {urls}: {error.Message.TrimEnd('.')}. Give another address with `urls`.", error);
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

    private static void AddDrawing(this IServiceCollection services)
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
        // Before the usual writer, which has nothing for clients that accept images alone.
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
