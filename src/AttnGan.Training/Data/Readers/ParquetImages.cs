namespace AttnGan.Training.Data.Readers;

/// <summary>
/// The images of a Parquet file, read by row group. The row groups that were read last are kept in memory, of all files together at most
/// <see cref="MaxCachedBytes"/> and at least one.
/// </summary>
internal sealed class ParquetImages(string path)
{
    /// <summary>512 MiB.</summary>
    public const long MaxCachedBytes = 512L << 20;

    private static readonly Lock s_lock = new();
    private static readonly LinkedList<Entry> s_entries = [];

    public string Path { get; } = path;

    /// <summary>Returns the bytes of an image.</summary>
    /// <exception cref="AttnGanException">The file cannot be read, or has no image in this row; the message uses the name.</exception>
    public byte[] Read(int group, int row, string name)
    {
        Entry entry;
        lock (s_lock)
        {
            LinkedListNode<Entry>? node = s_entries.First;
            while (node is not null && !(node.Value.Group == group && node.Value.Path == Path))
            {
                node = node.Next;
            }

            if (node is null)
            {
                node = new LinkedListNode<Entry>(new Entry(Path, group));
            }
            else
            {
                s_entries.Remove(node);
            }

            s_entries.AddFirst(node);
            entry = node.Value;
        }

        try
        {
            byte[]?[] images = entry.Images.Value;
            Trim();
            return images[row] ?? throw new AttnGanException("the image is empty.");
        }
        catch (AttnGanException error)
        {
            throw new AttnGanException($"{name}: {error.Message}", error);
        }
    }

    private static void Trim()
    {
        lock (s_lock)
        {
            long total = 0;
            for (LinkedListNode<Entry>? node = s_entries.First; node is not null;)
            {
                LinkedListNode<Entry>? next = node.Next;
                total += node.Value.Bytes;
                if (total > MaxCachedBytes && node != s_entries.First)
                {
                    s_entries.Remove(node);
                }

                node = next;
            }
        }
    }

    private sealed class Entry
    {
        public Entry(string path, int group)
        {
            (Path, Group) = (path, group);
            Images = new Lazy<byte[]?[]>(() =>
            {
                using var table = ParquetTable.Open(path);
                byte[]?[] images = table.ReadImages(group);
                Bytes = images.Sum(image => (long)(image?.Length ?? 0));
                return images;
            });
        }

        public string Path { get; }

        public int Group { get; }

        public long Bytes { get; private set; }

        public Lazy<byte[]?[]> Images { get; }
    }
}
