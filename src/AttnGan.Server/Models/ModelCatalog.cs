using AttnGan.Models;
using AttnGan.Server.Configuration;

namespace AttnGan.Server.Models;

/// <summary>The served models. A model has the name of its file, without the extension.</summary>
internal sealed class ModelCatalog : IAsyncDisposable
{
    private const string Extension = ModelPackage.Extension;

    private readonly SortedDictionary<string, ServedModel> _models = new(StringComparer.Ordinal);

    /// <exception cref="AttnGanException">Thrown when there is no model, or when two models have the same name.</exception>
    public ModelCatalog(ServerOptions options, ModelLoader loader)
    {
        foreach (string path in options.Models is { } folder ? ListPackages(folder) : [])
        {
            Add(path);
        }

        string bundled = BundledModel.Path;
        if (options.Model is { } file)
        {
            file = BundledModel.Resolve(file);
            Default = FindPath(file) ?? Add(file);
        }
        else if (File.Exists(bundled))
        {
            // A model in the folder with the name of the bundled model replaces it.
            Default = _models.TryGetValue(NameOf(bundled), out ServedModel? replacement) ? replacement : Add(bundled);
            foreach (string other in options.Models is null ? BundledModel.All.Where(path => path != bundled) : [])
            {
                Add(other);
            }
        }
        else
        {
            Default = _models.Values.FirstOrDefault() ?? throw new AttnGanException(
                $"There is no model: this program was built without the bundled one (`{bundled}`)" +
                (options.Models is null ? "" : $", and `{options.Models}` contains no {Extension} file") +
                ". Specify a model package with `model`, or a folder of model packages with `models`.");
        }

        ServedModel Add(string path)
        {
            string name = NameOf(path);
            var model = new ServedModel(name, path, loader);
            return _models.TryAdd(name, model) ? model : throw new AttnGanException(
                $"Two models have the name \"{name}\": `{_models[name].Path}` and `{path}`. Rename one of the files.");
        }

        ServedModel? FindPath(string path) =>
            _models.Values.FirstOrDefault(model => Path.GetFullPath(model.Path) == Path.GetFullPath(path));
    }

    /// <summary>The model for requests that name none.</summary>
    public ServedModel Default { get; }

    /// <summary>All models, sorted by name.</summary>
    public IReadOnlyCollection<ServedModel> All => _models.Values;

    /// <summary>The names of all models, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _models.Keys];

    /// <summary>Returns the model with a name, or the default model if the name is null; null if there is no such model.</summary>
    public ServedModel? Find(string? name) => name is null ? Default : _models.GetValueOrDefault(name);

    public async ValueTask DisposeAsync()
    {
        foreach (ServedModel model in _models.Values)
        {
            await model.DisposeAsync();
        }
    }

    private static string[] ListPackages(string folder)
    {
        try
        {
            return [.. Directory.GetFiles(folder, $"*{Extension}").Where(RegularFile.Is)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The models in `{folder}` cannot be listed: {error.Message}", error);
        }
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);
}
