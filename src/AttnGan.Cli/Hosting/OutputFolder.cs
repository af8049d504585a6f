namespace AttnGan.Cli.Hosting;

/// <summary>Creates folders for output files.</summary>
internal static class OutputFolder
{
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
