using System.Text;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.PyTorch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Formats.PyTorch;

/// <summary>Both formats of PyTorch, written by hand: which files are read, and what is said of the others.</summary>
public sealed class PyTorchStructureTests : IDisposable
{
    private const string Magic = "\u0080\u0002\u008a\u000al\u00fc\u009cF\u00f9 j\u00a8P\u0019.";
    private const string Version = "I1001\n.";
    private const string Machine = "}Vlittle_endian\nI01\ns.";

    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tensors_are_read_from_their_storages(bool zip)
    {
        string state = $"}}(Va\n{Vector("0", 3, 1)}Vb\n{Vector("1", 2)}Vc\n{Vector("0", 2)}u.";
        float[] first = [1, 2, 3, 4], second = [5, 6];
        using PyTorchFile file = Open(zip
            ? Zip(state, ("data/0", Floats(first)), ("data/1", Floats(second)))
            : Stream(state, "(V1\nV0\nl.", ("1", second), ("0", first)));

        using TensorDictionary tensors = file.LoadAll();

        Assert.Equal(zip, file.IsZip);
        Assert.Equal(["a", "b", "c"], file.Tensors.Keys);
        Assert.Equal([2f, 3f, 4f], tensors["a"].data<float>().ToArray());
        Assert.Equal([5f, 6f], tensors["b"].data<float>().ToArray());
        Assert.Equal([1f, 2f], tensors["c"].data<float>().ToArray());
    }

    /// <summary>Lists and tuples have their indices as names, and other values none.</summary>
    [Fact]
    public void Names_are_the_keys_and_indices_on_the_path()
    {
        string vector = Vector("0", 4);
        using PyTorchFile file = Open(Zip(
            $"}}(Vx\n(I1\n{vector}{vector}tVy\n}}I5\n({vector}Vtext\nlsVz\nVtext\nN]u.", ("data/0", Floats(1, 2, 3, 4))));

        Assert.Equal(["x.1", "x.2", "y.5.0"], file.Tensors.Keys);
    }

    [Fact]
    public void A_tensor_alone_has_an_empty_name()
    {
        using PyTorchFile file = Open(Zip($"{Vector("0", 4)}.", ("data/0", Floats(1, 2, 3, 4))));

        Assert.Equal([""], file.Tensors.Keys);
    }

    [Theory]
    [InlineData(1023, true)]
    [InlineData(1024, false)]
    public void Names_have_up_to_1024_characters(int length, bool accepted)
    {
        // A name of the length, a dot, and one more character.
        byte[] bytes = Zip($"}}V{new string('n', length)}\n}}V0\n{Vector("0", 4)}ss.", ("data/0", Floats(1, 2, 3, 4)));

        if (accepted)
        {
            using PyTorchFile file = Open(bytes);
            Assert.Equal(length + 2, Assert.Single(file.Tensors).Key.Length);
        }
        else
        {
            Assert.Contains("names of more than 1024 characters", Rejected(bytes));
        }
    }

    [Fact]
    public void Tensors_need_distinct_names_of_strings_and_numbers()
    {
        string vector = Vector("0", 4);

        Assert.Contains(
            "two tensors with the name `a.b`", Rejected(Zip($"}}(Va\n}}Vb\n{vector}sVa.b\n{vector}u.", ("data/0", Floats(1, 2, 3, 4)))));
        Assert.Contains(
            "keys are neither strings nor numbers", Rejected(Zip($"}}N{vector}s.", ("data/0", Floats(1, 2, 3, 4)))));
        Assert.Contains(
            "keys are neither strings nor numbers", Rejected(Zip($"}}N}}Va\n{vector}ss.", ("data/0", Floats(1, 2, 3, 4)))));
    }

    [Fact]
    public void Names_and_byte_order_of_a_zip_file_are_checked()
    {
        string state = $"{Vector("0", 4)}.";
        byte[] data = Floats(1, 2, 3, 4);

        Assert.Contains("a zip file without `data.pkl`", Rejected(new ZipBytes().Add("a/data/0", data).ToArray()));
        Assert.Contains("no data for storage `0`", Rejected(Zip(state, ("data/1", data))));
        Assert.Contains("storage `0` should have 16 bytes, but the file has 12 for it", Rejected(Zip(state, ("data/0", data[..12]))));
        Assert.Contains("storage `0` should have 16 bytes, but the file has 17 for it", Rejected(Zip(state, ("data/0", [.. data, 0]))));
        Assert.Contains("not little-endian", Rejected(Zip(state, ("data/0", data), ("byteorder", "big"u8.ToArray()))));
        Assert.Contains(
            "`byteorder` has 65 bytes, expected at most 64", Rejected(Zip(state, ("data/0", data), ("byteorder", new byte[65]))));
        using PyTorchFile file = Open(Zip(state, ("data/0", data), ("byteorder", "little"u8.ToArray())));
        Assert.Single(file.Tensors);
    }

    [Fact]
    public void Archives_of_NumPy_and_programs_of_TorchScript_are_recognized()
    {
        byte[] data = [1, 2, 3, 4];

        Assert.Equal(
            "`test` is a NumPy archive (mu.npy, sigma.npy), not weights. `attngan evaluate` takes statistics (`mu`, `sigma`) with " +
            "`--reference-stats`",
            Refused(new ZipBytes().Add("mu.npy", data).Add("sigma.npy", data)));
        Assert.Contains("it is a zip file without `data.pkl`", Refused(new ZipBytes().Add("mu.npy", data).Add("a.txt", data)));
        Assert.Equal(
            "`test` is a TorchScript program, not weights. Save its weights in Python: " +
            "`torch.save(torch.jit.load(path).state_dict(), other)`",
            Refused(new ZipBytes().Add("a/data.pkl", "N."u8.ToArray()).Add("a/code/__torch__.py", data)));

        static string Refused(ZipBytes zip) => Assert.Throws<CheckpointException>(() => Open(zip.ToArray())).Message;
    }

    /// <summary>The prefix of the module remains part of the names unless all that are loaded have it.</summary>
    [Theory]
    [InlineData("", true, "module.a other.b")]
    [InlineData("module.", true, "a")]
    [InlineData("mod", true, "ule.a")]
    [InlineData("none.", true, "")]
    public void A_part_of_the_tensors_is_loaded_by_prefix(string prefix, bool strip, string expected)
    {
        using PyTorchFile file = Open(Zip(
            $"}}(Vmodule.a\n{Vector("0", 4)}Vother.b\n{Vector("0", 2)}u.", ("data/0", Floats(1, 2, 3, 4))));

        using TensorDictionary tensors = file.LoadAll(strip, prefix);

        Assert.Equal(expected, string.Join(' ', tensors.Keys));
    }

    [Fact]
    public void Tensors_are_disposed_if_one_of_them_cannot_be_loaded()
    {
        using PyTorchFile file = Open(
            new ZipBytes()
                .Add("a/data.pkl", Encoding.Latin1.GetBytes($"}}(Va\n{Vector("0", 4)}Vb\n{Vector("1", 2)}u."))
                .Add("a/data/0", Floats(1, 2, 3, 4))
                .Add("a/data/1", Floats(5, 6), fields => fields.Checksum++)
                .ToArray());
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Assert.Throws<CheckpointException>(() => file.LoadAll());

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Entries_of_a_zip_file_match_their_checksums()
    {
        byte[] pickle = Encoding.Latin1.GetBytes($"{Vector("0", 4)}.");
        byte[] data = Floats(1, 2, 3, 4);

        Assert.Contains(
            "its entry `data.pkl` does not match its checksum",
            Rejected(new ZipBytes().Add("a/data.pkl", pickle, fields => fields.Checksum++).Add("a/data/0", data).ToArray()));
        using PyTorchFile file = Open(
            new ZipBytes().Add("a/data.pkl", pickle).Add("a/data/0", data, fields => fields.Checksum++).ToArray());
        Assert.Contains(
            "the data of storage `0` does not match its checksum", Assert.Throws<CheckpointException>(() => file.LoadAll()).Message);
    }

    /// <summary>Checksums are computed in chunks of 1 MiB.</summary>
    [Theory]
    [InlineData(1 << 18)]
    [InlineData((1 << 18) + 1)]
    [InlineData((1 << 19) + 3)]
    public void Large_storages_match_their_checksums(int count)
    {
        float[] values = [.. Enumerable.Range(0, count).Select(i => (float)i)];
        using PyTorchFile file = Open(Zip($"{Vector("0", count)}.", ("data/0", Floats(values))));

        using TensorDictionary tensors = file.LoadAll();

        Assert.Equal(values, tensors[""].data<float>().ToArray());
    }

    [Theory]
    [InlineData(Magic + "I1000\n.", "an unknown version of PyTorch's stream format")]
    [InlineData(Magic + Version + "}Vlittle_endian\nI00\ns.", "not little-endian")]
    [InlineData(Magic + Version + "].", "not little-endian")]
    [InlineData(Magic + Version + Machine + "}.}.", "its list of storages is missing")]
    [InlineData(Magic + Version + Machine + "}.(V0\nl.", "a storage that no tensor uses")]
    [InlineData(Magic + Version + Machine + "}.(I0\nl.", "a storage that no tensor uses")]
    [InlineData("L119547037146038801333357L\n.", "does not start like a PyTorch file")]
    [InlineData("I1\n.I1001\n.", "does not start like a PyTorch file")]
    [InlineData("abc", "it has 3 bytes")]
    public void Streams_of_another_form_are_rejected(string content, string reason) =>
        Assert.Contains(reason, Rejected(Encoding.Latin1.GetBytes(content)));

    [Fact]
    public void The_byte_order_of_a_stream_may_be_missing()
    {
        using PyTorchFile file = Open(Encoding.Latin1.GetBytes(Magic + Version + "}.}.]."));

        Assert.Empty(file.Tensors);
        Assert.False(file.IsZip);
    }

    [Fact]
    public void Storages_of_a_stream_are_checked()
    {
        string state = $"{Vector("0", 4)}.";
        float[] data = [1, 2, 3, 4];

        Assert.Contains(
            "storage `0` has 3 elements, but its tensors expect 4", Rejected(Stream(state, "(V0\nl.", ("0", data[..3]))));
        Assert.Contains("no data for storage `0`", Rejected(Stream(state, "].")));
        Assert.Contains("storage `0` occurs twice", Rejected(Stream(state, "(V0\nV0\nl.", ("0", data), ("0", data))));
        byte[] whole = Stream(state, "(V0\nl.", ("0", data));
        Assert.Contains("storage `0` should have 16 bytes, but the file has 15 for it", Rejected(whole[..^1]));
        Assert.Contains("it is truncated", Rejected(whole[..^17]));
    }

    [Fact]
    public void Views_may_repeat_elements_as_long_as_memory_is_bounded()
    {
        using PyTorchFile file = Open(Repeated(100));
        using TensorDictionary tensors = file.LoadAll();
        Assert.All(Enumerable.Range(0, 100), row => Assert.Equal([1f, 2f, 3f, 4f], tensors[""][row].data<float>().ToArray()));

        // 16 bytes a row; the limit is 16 MiB and 8 times the file.
        Open(Repeated(1 << 20)).Dispose();
        Assert.Contains("its tensors need 17825792 bytes of memory, but the file has only", Rejected(Repeated((1 << 20) + (1 << 16))));

        static byte[] Repeated(int rows) => Zip(
            $"ctorch._utils\n_rebuild_tensor\n({Storage("0", 4)}I0\n(I{rows}\nI4\nt(I0\nI1\nttR.", ("data/0", Floats(1, 2, 3, 4)));
    }

    [Fact]
    public void A_file_that_changes_after_it_was_opened_is_reported()
    {
        byte[] bytes = Stream($"{Vector("0", 4)}.", "(V0\nl.", ("0", [1, 2, 3, 4]));
        var stream = new MemoryStream();
        stream.Write(bytes);
        using var file = PyTorchFile.Open(stream, "`test`");
        stream.SetLength(bytes.Length - 1);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Assert.Contains("it was truncated while it was read", Assert.Throws<CheckpointException>(() => file.LoadAll()).Message);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void The_stream_is_closed_with_the_file_and_after_a_rejection()
    {
        var accepted = new MemoryStream(Zip("}."));
        PyTorchFile.Open(accepted, "`test`").Dispose();
        Assert.False(accepted.CanRead);

        var rejected = new MemoryStream([1, 2, 3, 4, 5]);
        Assert.Throws<CheckpointException>(() => PyTorchFile.Open(rejected, "`test`"));
        Assert.False(rejected.CanRead);
    }

    public void Dispose() => _scope.Dispose();

    private static PyTorchFile Open(byte[] bytes) => PyTorchFile.Open(new MemoryStream(bytes), "`test`");

    private static string Rejected(byte[] bytes)
    {
        string message = Assert.Throws<CheckpointException>(() => Open(bytes)).Message;
        Assert.Contains("`test` is not a valid", message);
        return message;
    }

    private static string Storage(string key, int count) => $"(Vstorage\nctorch\nFloatStorage\nV{key}\nVcpu\nI{count}\ntQ";

    /// <summary>A vector in a storage that ends with it.</summary>
    private static string Vector(string key, int length, int offset = 0) =>
        $"ctorch._utils\n_rebuild_tensor\n({Storage(key, key == "0" ? Math.Max(4, length) : length)}I{offset}\n(I{length}\nt(I1\nttR";

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Zip(string state, params (string Name, byte[] Data)[] entries)
    {
        ZipBytes zip = new ZipBytes().Add("a/data.pkl", Encoding.Latin1.GetBytes(state));
        foreach ((string name, byte[] data) in entries)
        {
            zip.Add($"a/{name}", data);
        }

        return zip.ToArray();
    }

    private static byte[] Stream(string state, string keys, params (string Key, float[] Data)[] storages) =>
    [
        .. Encoding.Latin1.GetBytes(Magic + Version + Machine + state + keys),
        .. storages.SelectMany(storage => (byte[])[.. BitConverter.GetBytes((long)storage.Data.Length), .. Floats(storage.Data)]),
    ];
}
