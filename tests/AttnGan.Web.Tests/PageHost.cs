using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace AttnGan.Web.Tests;

/// <summary>A host of the page to test; the page must generate with the bundled model.</summary>
public interface IPageHost
{
    /// <summary>The URL of the page, with a trailing slash.</summary>
    Uri Page { get; }
}

/// <summary>A static host on the loopback interface, under a sub-path. Its only header is a strict content security policy.</summary>
internal sealed class FileHost : IAsyncDisposable
{
    private const string SubPath = "/some/where";

    private readonly WebApplication _app;

    private FileHost(WebApplication app) => _app = app;

    public Uri Page => new($"{_app.Urls.Single()}{SubPath}/");

    /// <summary>Serves a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="scripts">Script sources besides the page's own files, such as 'wasm-unsafe-eval' for a static site.</param>
    /// <param name="map">Maps further endpoints.</param>
    public static async Task<FileHost> StartAsync(string folder, string scripts, Action<RouteGroupBuilder>? map = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'self'; img-src 'self' data: blob:; script-src 'self' {scripts}";
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
