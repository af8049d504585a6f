namespace AttnGan;

/// <summary>Atomic writes: a file is either complete or absent, even if the process is killed.</summary>
internal static class AtomicFile
{
    /// <summary>The extension of files that are still being written.</summary>
    public const string TemporaryExtension = ".tmp";

    /// <summary>
    /// Writes a temporary file beside <paramref name="path"/>, flushes it to disk and renames it. If anything fails, an existing file
    /// stays as it was.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="write">Writes the content to a seekable stream.</param>
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
