namespace AttnGan.Cli.Hosting;

/// <summary>Folders that results go to.</summary>
internal static class OutputFolder
{
    /// <exception cref="AttnGanException">It cannot be created.</exception>
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
