using AttnGan.Models;

namespace AttnGan.Cli.Hosting;

/// <summary>The model file that a command writes; the extension determines the format.</summary>
internal static class ModelOutput
{
    private const string WeightsExtension = ".safetensors";

    /// <summary>Returns true if the file name is one of a model package rather than of weights for training tools.</summary>
    public static bool IsPackage(string path) => path.EndsWith(ModelPackage.Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks that the file can be written before any work is done, and creates its folder.</summary>
    /// <exception cref="UsageException">Thrown when the extension is not that of a model file.</exception>
    /// <exception cref="AttnGanException">Thrown when the file must not be replaced, or its folder cannot be created.</exception>
    public static void Prepare(string path, bool overwrite)
    {
        if (Directory.Exists(path) || !(IsPackage(path) || path.EndsWith(WeightsExtension, StringComparison.OrdinalIgnoreCase)))
        {
            throw new UsageException(
                $"`{path}` is not the name of a model file. Use the extension {ModelPackage.Extension} (model package, generates images) " +
                $"or {WeightsExtension} (weights for training tools).");
        }

        if (File.Exists(path) && !overwrite)
        {
            throw new AttnGanException($"The file `{path}` exists; add `--overwrite` to replace it, or choose another name.");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            OutputFolder.Create(folder);
        }
    }
}
