namespace AttnGan.Cli.Hosting;

/// <summary>Creates folders for output files.</summary>
internal static class OutputFolder
{
    /// <summary>Checks that a command may write a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="overwrite">True to replace files in it.</param>
    /// <param name="option">The option that names it.</param>
    /// <exception cref="UsageException">Thrown when it is a file.</exception>
    /// <exception cref="AttnGanException">Thrown when it is not empty and must not be replaced.</exception>
    public static void Check(string path, bool overwrite, string option)
    {
        if (File.Exists(path))
        {
            throw new UsageException($"`{path}` is a file; `{option}` writes a folder.");
        }

        if (!overwrite && Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new AttnGanException(
                $"The folder `{path}` is not empty; add `--overwrite` to replace files in it, or choose another folder.");
        }
    }

    /// <summary>Creates a folder.</summary>
    /// <exception cref="AttnGanException">Thrown when the folder cannot be created.</exception>
    public static void Create(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The folder `{path}` cannot be created: {exception.Message}", exception);
        }
    }
}
