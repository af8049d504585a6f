namespace AttnGan;

/// <summary>Files that are either complete or not there, whenever the process ends.</summary>
internal static class AtomicFile
{
    /// <summary>Ending of files that are still being written.</summary>
    public const string TemporaryExtension = ".tmp";

    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary file beside <paramref name="path"/>, flushes it to disk and renames it.
    /// The stream can seek. Where anything fails, what was at <paramref name="path"/> before is untouched.
    /// </summary>
    /// <exception cref="AttnGanException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}{TemporaryExtension}";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception)
        {
            DeleteQuietly(temporary);
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new AttnGanException($"Cannot write `{path}`: {exception.Message}", exception);
            }

            throw;
        }
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
