namespace AttnGan.Fuzz;

/// <summary>A folder in memory, where the system has that, for readers that open files.</summary>
internal sealed class MemoryFolder
{
    private const string SharedMemory = "/dev/shm";

    private MemoryFolder(string root) => Root = root;

    public string Root { get; }

    /// <summary>Returns the folder of this process. afl-fuzz kills processes: what is left over is overwritten.</summary>
    public static MemoryFolder New()
    {
        string parent = Directory.Exists(SharedMemory) ? SharedMemory : Path.GetTempPath();
        return new MemoryFolder(Directory.CreateDirectory(
            Environment.GetEnvironmentVariable("ATTNGAN_FUZZ_FOLDER") ?? Path.Combine(parent, "attngan-fuzz")).FullName);
    }

    public string PathOf(string name) => Path.Combine(Root, name);

    public MemoryFolder Child(string name) => new(Directory.CreateDirectory(PathOf(name)).FullName);
}
