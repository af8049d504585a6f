namespace AttnGan.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("attngan-test-").FullName;

    private string Target => Path.Combine(_folder, "target.bin");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_complete_file_replaces_the_former_one()
    {
        File.WriteAllBytes(Target, [1, 2, 3]);
        AtomicFile.Write(Target, stream => stream.Write([4, 5]));
        Assert.Equal([4, 5], File.ReadAllBytes(Target));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Until_it_is_complete_the_former_file_is_all_there_is_to_see()
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
    public void A_failure_leaves_the_former_file_and_no_litter()
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
    public void A_place_that_cannot_be_written_is_named()
    {
        string path = Path.Combine(_folder, "nowhere", "target.bin");
        AttnGanException exception = Assert.Throws<AttnGanException>(() => AtomicFile.Write(path, stream => stream.WriteByte(1)));
        Assert.Contains($"Cannot write `{path}`", exception.Message, StringComparison.Ordinal);
    }
}
