using AttnGan.Models;

namespace AttnGan.Server.Models;

/// <summary>A model of the catalog, loaded when it is first needed.</summary>
internal sealed class ServedModel(string name, string path, ModelLoader loader) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<LoadedModel>? _loading;
    private Task<ModelInfo>? _reading;

    public string Name => name;

    public string Path => path;

    /// <summary>Whether it is there without waiting.</summary>
    public bool IsLoaded => _loading is { IsCompletedSuccessfully: true };

    /// <summary>Loads it, once for all who ask; what failed is tried again by the next.</summary>
    /// <exception cref="AttnGanException">The file is missing or damaged.</exception>
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

    /// <summary>Reads what it says of itself, without loading it; once for all who ask, as above.</summary>
    /// <exception cref="AttnGanException">The file is missing or damaged.</exception>
    public Task<ModelInfo> DescribeAsync()
    {
        lock (_lock)
        {
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
