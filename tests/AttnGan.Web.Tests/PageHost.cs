using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace AttnGan.Web.Tests;

/// <summary>Where a page is to be tested: any address that serves one that draws with the bundled model.</summary>
public interface IPageHost
{
    /// <summary>The page's address; it ends in a slash.</summary>
    Uri Page { get; }
}

/// <summary>Files on loopback under a sub-path, as a static host serves them: no headers but the strict policy for content.</summary>
internal sealed class FileHost : IAsyncDisposable
{
    private const string SubPath = "/some/where";

    private readonly WebApplication _app;

    private FileHost(WebApplication app) => _app = app;

    public Uri Page => new($"{_app.Urls.Single()}{SubPath}/");

    /// <summary>Serves a folder.</summary>
    /// <param name="folder">What to serve.</param>
    /// <param name="scripts">Sources of scripts beside the page's own files, such as 'wasm-unsafe-eval' for a site that draws itself.</param>
    /// <param name="map">Adds to the files; may be null.</param>
    public static async Task<FileHost> StartAsync(string folder, string scripts, Action<RouteGroupBuilder>? map = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = $"default-src 'self'; img-src 'self' data: blob:; script-src 'self' {scripts}";
            return next(context);
        });
        app.UseFileServer(new FileServerOptions
        {
            RequestPath = SubPath,
            FileProvider = new PhysicalFileProvider(folder),
            StaticFileOptions =
            {
                ContentTypeProvider = new FileExtensionContentTypeProvider { Mappings = { [".onnx"] = "application/octet-stream" } },
            },
        });
        app.UseRouting();
        map?.Invoke(app.MapGroup(SubPath));
        await app.StartAsync();
        return new FileHost(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
