using System.Text.Json.Serialization;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Generation;
using AttnGan.Server.Http;
using AttnGan.Server.Images;
using AttnGan.Server.Interpolations;
using AttnGan.Server.Mcp;
using AttnGan.Server.Models;
using AttnGan.Server.OpenAI;
using AttnGan.Server.Operations;
using AttnGan.Server.Page;
using AttnGan.Server.WebUi;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Configuration.Memory;

namespace AttnGan.Server;

/// <summary>The server application, which <c>attngan serve</c> and the stand-alone server run.</summary>
internal static class ServerApplication
{
    // Time for the web server to close connections after the last response.
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(2);

    private static readonly string[] s_startupCategories =
        ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>Creates the server; <see cref="ListenAsync"/> starts it.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="configure">Configures the host further.</param>
    /// <exception cref="AttnGanException">Thrown when settings are invalid.</exception>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = CreateBuilder(args);
        // The defaults of logging, which other sources override. Requests are counted, not logged; probes report themselves.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData =
            [
                new("Logging:LogLevel:Default", "Information"),
                new("Logging:LogLevel:Microsoft.AspNetCore", "Warning"),
                new("Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks", "None"),
            ],
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
        builder.Services.AddSingleton<ImageLinks>();
        builder.Services.AddSingleton<SelectedModel>();
        builder.Services.AddSingleton<Drain>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        builder.Services.AddErrors();
        builder.Services.AddJson();
        builder.Services.AddSingleton<BodyLimit>();
        builder.Services.AddSingleton<ApiKeyGuard>();
        builder.Services.AddRateLimits();
        builder.Services.AddCors(options);
        builder.Services.AddProbes();
        builder.Services.AddMetrics(AttnGanVersion.Number);
        builder.Services.AddTraces(builder.Configuration, AttnGanVersion.Number);
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
        // ListenAsync reports errors at startup in a line, so the stack traces that the host logs are left out.
        IHostApplicationLifetime? lifetime = null;
        foreach (string category in s_startupCategories)
        {
            builder.Logging.AddFilter(
                category, level => level >= LogLevel.Warning && lifetime?.ApplicationStarted.IsCancellationRequested == true);
        }

        if (options.Mcp)
        {
            builder.Services.AddMcpEndpoint();
        }

        configure?.Invoke(builder);

        WebApplication app = builder.Build();
        lifetime = app.Lifetime;
        if (options.ForwardedHeaders)
        {
            app.UseForwardedHeaders();
        }

        app.UseSecurityHeaders();
        app.UseResponseCompression();
        app.UseExceptionHandler();
        app.UseStatusCodePages(pages => Problems.ForStatus(pages.HttpContext, options).ExecuteAsync(pages.HttpContext));
        app.UseRouting();
        if (options.CorsOrigins.Count > 0)
        {
            app.UseCors();
        }

        app.UseRateLimiter();
        app.Use(app.Services.GetRequiredService<ApiKeyGuard>().GuardAsync);
        app.Use(app.Services.GetRequiredService<BodyLimit>().GuardAsync);
        app.Use(RequestGuard.GuardAsync);
        if (options.Mcp)
        {
            app.Use(McpEndpoint.GuardAsync);
        }

        app.Use(app.Services.GetRequiredService<Drain>().GuardAsync);

        app.MapApi(options);
        app.MapProbes();
        app.MapMetrics(options);
        app.MapReference();
        app.MapPage();
        return app;
    }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="AttnGanException">Thrown when the model is damaged, or when an address is unavailable.</exception>
    public static async Task ListenAsync(this WebApplication app)
    {
        // Before the server starts, so that what fails later is the web server.
        await app.Services.GetRequiredService<ModelCatalog>().Default.LoadAsync();
        try
        {
            await app.StartAsync();
        }
        catch (Exception error) when (error is not (AttnGanException or OperationCanceledException))
        {
            string urls = app.Services.GetRequiredService<ServerOptions>().Urls;
            string cause = string.Join(
                ' ', error.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            throw new AttnGanException(
                error.Message.Contains("No server certificate", StringComparison.Ordinal)
                    ? $"The server cannot listen on {urls}: https needs a certificate. Use http:// in `urls` and a proxy for https, or " +
                        "configure a certificate in the section `Kestrel` of appsettings.json."
                    : app.Configuration.GetSection("Kestrel").Exists()
                        ? $"The server cannot listen as the section `Kestrel` of its configuration says: {cause}"
                        : $"The server cannot listen on {urls}: {cause.TrimEnd('.')}. Specify another address with `urls`.",
                error);
        }
    }

    /// <exception cref="AttnGanException">Thrown when appsettings.json or a setting of the host cannot be read.</exception>
    private static WebApplicationBuilder CreateBuilder(string[] args)
    {
        try
        {
            return WebApplication.CreateBuilder(args);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or FormatException)
        {
            string cause = error.InnerException is { } inner ? $"{error.Message.TrimEnd('.')}: {inner.Message}" : error.Message;
            throw new AttnGanException($"The server settings cannot be read: {cause}", error);
        }
    }

    private static void MapApi(this WebApplication app, ServerOptions options)
    {
        Group("/v1").WithMetadata(new KeyRequired()).ProducesProblem(StatusCodes.Status401Unauthorized)
            .MapImages().MapInterpolations().MapModels().MapVocabulary().MapImageGenerations();
        Group("/v1").MapImageLinks();
        if (options.Mcp)
        {
            Group("").WithMetadata(new KeyRequired()).MapMcpEndpoint();
        }

        Group("/sdapi/v1").WithMetadata(new KeyRequired()).ProducesProblem(StatusCodes.Status401Unauthorized).MapWebUi();

        RouteGroupBuilder Group(string prefix)
        {
            RouteGroupBuilder group = app.MapGroup(prefix).WithMetadata(new ApiEndpoint());
            if (options.RateLimit > 0)
            {
                group.RequireRateLimiting(RateLimits.Policy);
            }

            if (options.CorsOrigins.Count > 0)
            {
                group.RequireCors(Cors.Policy);
            }

            return group;
        }
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
