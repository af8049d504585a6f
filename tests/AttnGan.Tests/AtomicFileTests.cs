namespace AttnGan.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("attngan-test-").FullName;

    private string Target => Path.Combine(_folder, "target.bin");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_complete_file_replaces_the_existing_one()
    {
        File.WriteAllBytes(Target, [1, 2, 3]);
        AtomicFile.Write(Target, stream => stream.Write([4, 5]));
        Assert.Equal([4, 5], File.ReadAllBytes(Target));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void The_existing_file_stays_visible_until_the_new_one_is_complete()
    {
        File.WriteAllBytes(Target, [1, 2, 3]);
        AtomicFile.Write(Target, stream =>
        {
            stream.Write([4]);
            stream.Flush();
            Assert.Equal([1, 2, 3], File.ReadAllBytes(Target));
        });
        Assert.Equal([4], File.ReadAllBytes(Target));
    }

    [Fact]
    public void A_failure_keeps_the_existing_file_and_leaves_no_temporary_file()
    {
        File.WriteAllBytes(Target, [1, 2, 3]);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write([4]);
            throw new InvalidOperationException();
        }));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Target));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void An_error_names_the_path()
    {
        string path = Path.Combine(_folder, "nowhere", "target.bin");
        AttnGanException exception = Assert.Throws<AttnGanException>(() => AtomicFile.Write(path, stream => stream.WriteByte(1)));
        Assert.Contains($"Cannot write `{path}`", exception.Message, StringComparison.Ordinal);
    }
}
