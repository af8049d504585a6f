namespace AttnGan;

/// <summary>Tells files from pipes and devices, without opening them: opening a pipe waits for its other end.</summary>
internal static class RegularFile
{
    /// <summary>Returns true for a file with content, or a link to one. Pipes, devices and sockets have no length.</summary>
    public static bool Is(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return (file.ResolveLinkTarget(returnFinalTarget: true) ?? file) is FileInfo { Exists: true, Length: > 0 };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
