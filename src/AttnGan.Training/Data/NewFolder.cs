namespace AttnGan.Training.Data;

/// <summary>Folders that appear complete or not at all.</summary>
internal static class NewFolder
{
    /// <summary>Fills a temporary folder beside the new one, and renames it when it is complete.</summary>
    /// <param name="directory">The new folder; must not exist or be empty.</param>
    /// <param name="fill">Writes the content; receives the path of the temporary folder.</param>
    /// <exception cref="AttnGanException">The folder is not empty, or cannot be written.</exception>
    public static void Create(string directory, Action<string> fill)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new AttnGanException($"`{directory}` already exists and is not replaced. Specify a new folder, or remove that one.");
        }

        string temporary = $"{target}.{Guid.NewGuid():N}{AtomicFile.TemporaryExtension}";
        try
        {
            Directory.CreateDirectory(temporary);
            fill(temporary);
            if (Directory.Exists(target))
            {
                Directory.Delete(target);
            }

            Directory.Move(temporary, target);
        }
        catch (Exception error)
        {
            Discard(temporary);
            Exception cause = error is AggregateException { InnerException: { } inner } ? inner : error;
            throw cause is AttnGanException or OperationCanceledException ? cause
                : cause is IOException or UnauthorizedAccessException
                    ? new AttnGanException($"Cannot write the dataset `{directory}`: {cause.Message}", cause)
                    : error;
        }
    }

    private static void Discard(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }
    }
}
