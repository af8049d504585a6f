using AttnGan.Training.Formats;

namespace AttnGan.Training.Tests.Formats;

public sealed class FileChecksumTests
{
    [Fact]
    public void The_checksum_is_SHA_256_in_hexadecimal()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.File("a.txt"), "abc");

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", FileChecksum.Of(folder.File("a.txt")));
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_reported_by_name()
    {
        using var folder = new TemporaryDirectory();
        string missing = folder.File("a.txt");

        Assert.All((string[])[missing, folder.Path], path => Assert.StartsWith(
            $"Cannot read `{path}`: ", Assert.Throws<AttnGanException>(() => FileChecksum.Of(path)).Message, StringComparison.Ordinal));
    }
}
