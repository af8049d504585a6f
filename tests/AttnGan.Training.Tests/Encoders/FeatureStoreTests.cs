using AttnGan.Training.Encoders;

namespace AttnGan.Training.Tests.Encoders;

public sealed class FeatureStoreTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    private string File => _folder.File("features.bin");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Features_are_kept_up_to_the_capacity(bool inFile)
    {
        using IFeatureStore store = inFile ? Open() : new MemoryFeatureStore(capacity: 2);

        store.Add(1, Values(1));
        store.Add(2, Values(2));
        store.Add(3, Values(3));

        Assert.Equal(Values(1), Read(store, 1));
        Assert.Equal(Values(2), Read(store, 2));
        Assert.False(store.Contains(3));
        Assert.Null(Read(store, 3));
    }

    [Fact]
    public void A_file_keeps_features_for_the_same_weights_only()
    {
        using (FileFeatureStore store = Open())
        {
            store.Add(1, Values(1));
        }

        using (FileFeatureStore store = Open())
        {
            Assert.Equal(Values(1), Read(store, 1));
            store.Add(2, Values(2));
        }

        using (FileFeatureStore store = Open(checksum: 8))
        {
            Assert.False(store.Contains(1));
        }

        using (FileFeatureStore store = Open())
        {
            Assert.False(store.Contains(2)); // the file was started anew
        }
    }

    [Fact]
    public void Damaged_and_incomplete_records_are_dropped()
    {
        using (FileFeatureStore store = Open())
        {
            store.Add(1, Values(1));
            store.Add(2, Values(2));
        }

        byte[] bytes = System.IO.File.ReadAllBytes(File);
        bytes[64 + 30] ^= 1;                               // the features of the first record
        System.IO.File.WriteAllBytes(File, [.. bytes, 7]); // a record that was not written to its end

        using (FileFeatureStore store = Open(capacity: 3))
        {
            Assert.False(store.Contains(1));
            Assert.Equal(Values(2), Read(store, 2));
            store.Add(1, Values(1));
        }

        using FileFeatureStore again = Open();
        Assert.Equal(Values(1), Read(again, 1));
        Assert.Equal(Values(2), Read(again, 2));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_an_error_with_a_remedy()
    {
        string message = Assert.Throws<AttnGanException>(
            () => new FileFeatureStore(_folder.File("missing/features.bin"), 7, 4, 2)).Message;

        Assert.Contains("features.bin", message, StringComparison.Ordinal);
        Assert.Contains("`damsm.cache_features` to memory", message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private FileFeatureStore Open(int checksum = 7, int capacity = 2) => new(File, (UInt128)checksum, length: 4, capacity);

    private static Half[] Values(int first) => [(Half)first, (Half)0.5, (Half)(-2), (Half)first];

    private static Half[]? Read(IFeatureStore store, UInt128 key)
    {
        var features = new Half[4];
        return store.TryRead(key, features) ? features : null;
    }
}
