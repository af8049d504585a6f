using AttnGan.Models;
using AttnGan.Server.Configuration;

namespace AttnGan.Server.Models;

/// <summary>The models that there are, by name: the file's without its ending.</summary>
internal sealed class ModelCatalog : IAsyncDisposable, IHostedService
{
    private const string Extension = ModelPackage.Extension;

    private readonly SortedDictionary<string, ServedModel> _models = new(StringComparer.Ordinal);

    /// <exception cref="AttnGanException">There is no model, or two have the same name.</exception>
    public ModelCatalog(ServerOptions options, ModelLoader loader)
    {
        foreach (string path in options.Models is { } folder ? Packages(folder) : [])
        {
            Add(path);
        }

        string bundled = BundledModel.Path;
        if (options.Model is { } file)
        {
            Default = Find(file) ?? Add(file);
        }
        else if (File.Exists(bundled))
        {
            // A model of the folder that has the bundled one's name is there instead of it.
            Default = _models.TryGetValue(NameOf(bundled), out ServedModel? own) ? own : Add(bundled);
        }
        else
        {
            Default = _models.Values.FirstOrDefault() ?? throw new AttnGanException(
                $"There is no model to draw with: this program was built without the bundled one (`{bundled}`)" +
                (options.Models is null ? "" : $", and `{options.Models}` has no file that ends in {Extension}") +
                ". Give a model package with `model`, or a folder of them with `models`.");
        }

        ServedModel Add(string path)
        {
            string name = NameOf(path);
            var model = new ServedModel(name, path, loader);
            return _models.TryAdd(name, model) ? model : throw new AttnGanException(
                $"Two models are called \"{name}\": `{_models[name].Path}` and `{path}`. Rename one of the files.");
        }

        ServedModel? Find(string path) =>
            _models.Values.FirstOrDefault(model => Path.GetFullPath(model.Path) == Path.GetFullPath(path));
    }

    /// <summary>The model that draws where a request names none.</summary>
    public ServedModel Default { get; }

    /// <summary>All models, by name.</summary>
    public IReadOnlyCollection<ServedModel> All => _models.Values;

    /// <summary>The names of all models, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _models.Keys];

    /// <summary>The model of a name, or the default one where no name is given; null where there is none.</summary>
    public ServedModel? Find(string? name) => name is null ? Default : _models.GetValueOrDefault(name);

    /// <summary>Nobody is let in before the default model can draw; a damaged one is told at once.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Default.LoadAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (ServedModel model in _models.Values)
        {
            await model.DisposeAsync();
        }
    }

    private static string[] Packages(string folder)
    {
        try
        {
            return Directory.GetFiles(folder, $"*{Extension}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The models of `{folder}` cannot be listed: {error.Message}", error);
        }
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);
}
