namespace AttnGan.Cli;

/// <summary>The model file that a command writes.</summary>
internal static class ModelOutput
{
    /// <summary>Makes sure, before any work is done, that the file can be written, and creates its folder.</summary>
    /// <exception cref="UsageException">It is no name for a model file.</exception>
    /// <exception cref="AttnGanException">It exists and shall not be replaced, or its folder cannot be created.</exception>
    public static void Prepare(string path, bool overwrite)
    {
        if (Directory.Exists(path) || !path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"`{path}` is no name for a model file; give one that ends in .safetensors.");
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
