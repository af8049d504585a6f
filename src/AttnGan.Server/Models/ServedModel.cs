using AttnGan.Models;

namespace AttnGan.Server.Models;

/// <summary>A model of the catalog, loaded on first use.</summary>
internal sealed class ServedModel(string name, string path, ModelLoader loader) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<LoadedModel>? _loading;
    private Task<ModelInfo>? _reading;

    public string Name => name;

    public string Path => path;

    /// <summary>The time of the file when the server started.</summary>
    public DateTimeOffset Created { get; } = File.GetLastWriteTimeUtc(path);

    /// <summary>True if the model is loaded.</summary>
    public bool IsLoaded => _loading is { IsCompletedSuccessfully: true };

    /// <summary>Loads the model once for all concurrent callers. After a failure, the next caller tries again.</summary>
    /// <exception cref="AttnGanException">Thrown when the file is missing or damaged.</exception>
    public Task<LoadedModel> LoadAsync()
    {
        lock (_lock)
        {
            if (_loading is null or { IsFaulted: true })
            {
                _loading = Task.Run(() => loader.Load(name, path));
            }

            return _loading;
        }
    }

    /// <summary>
    /// Returns the card and the vocabulary of the loaded model, whatever has become of its file since. For a model that is not loaded they
    /// are read without its networks, once for all callers, as above.
    /// </summary>
    /// <exception cref="AttnGanException">Thrown when the file is missing or damaged.</exception>
    public Task<ModelInfo> DescribeAsync()
    {
        lock (_lock)
        {
            if (_loading is { IsCompletedSuccessfully: true } loaded)
            {
                return Task.FromResult(loaded.Result.Pipeline.Info);
            }

            if (_reading is null or { IsFaulted: true })
            {
                _reading = Task.Run(() => loader.Describe(name, path));
            }

            return _reading;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_loading is { IsCompletedSuccessfully: true } loaded)
        {
            await loaded.Result.DisposeAsync();
        }
    }
}
