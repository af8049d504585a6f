using AttnGan.Models;

namespace AttnGan.Cli.Hosting;

/// <summary>The model file that a command writes. Its ending decides which kind it is.</summary>
internal static class ModelOutput
{
    private const string WeightsExtension = ".safetensors";

    /// <summary>Whether a file of this name is a model package, rather than weights for training tools.</summary>
    public static bool IsPackage(string path) => path.EndsWith(ModelPackage.Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes sure, before any work is done, that the file can be written, and creates its folder.</summary>
    /// <exception cref="UsageException">It is no name for a model file.</exception>
    /// <exception cref="AttnGanException">It exists and shall not be replaced, or its folder cannot be created.</exception>
    public static void Prepare(string path, bool overwrite)
    {
        if (Directory.Exists(path) || !(IsPackage(path) || path.EndsWith(WeightsExtension, StringComparison.OrdinalIgnoreCase)))
        {
            throw new UsageException(
                $"`{path}` is no name for a model file; give one that ends in {ModelPackage.Extension} (to draw with) or {WeightsExtension} " +
                "(the weights for training tools).");
        }

        if (File.Exists(path) && !overwrite)
        {
            throw new AttnGanException($"The file `{path}` exists; add `--overwrite` to replace it, or give another name.");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            OutputFolder.Create(folder);
        }
    }
}
