namespace AttnGan.Training.Formats;

/// <summary>Recognizes files in place of weights: pointers of Git LFS, web pages.</summary>
internal static class Placeholder
{
    /// <exception cref="CheckpointException">The file is a placeholder; the message says how to get the weights.</exception>
    /// <param name="head">The first bytes of the file, up to 1024.</param>
    /// <param name="source">The name in the message, such as a quoted path.</param>
    public static void Refuse(ReadOnlySpan<byte> head, string source)
    {
        if (ForeignContent.DescribePlaceholder(head) is { } placeholder)
        {
            throw new CheckpointException($"{source} is {placeholder.TrimEnd('.')}");
        }
    }
}
