using AttnGan.Server;
using AttnGan.Tests.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace AttnGan.Web.Tests;

/// <summary>The real server on the loopback interface, with the bundled model and a second one.</summary>
public class RunningServer : IPageHost, IAsyncLifetime
{
    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("attngan-test-");
    private WebApplication? _app;

    public Uri Page => new($"{_app!.Urls.Single()}/");

    public async ValueTask InitializeAsync()
    {
        File.WriteAllBytes(Path.Combine(_models.FullName, "other.onnx"), PlainModel.File);
        _app = ServerApplication.Create(
            ["--urls", "http://127.0.0.1:0", "--model", ModelIn(_models.FullName), "--models", _models.FullName],
            builder => builder.Logging.ClearProviders());
        await _app.ListenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.DisposeAsync();
        _models.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Returns the path of the default model.</summary>
    /// <param name="folder">The folder of further models.</param>
    protected virtual string ModelIn(string folder) => Repository.BundledModel;
}
