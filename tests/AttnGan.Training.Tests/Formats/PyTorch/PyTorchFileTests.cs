using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Pickle;
using AttnGan.Training.Formats.PyTorch;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Formats.PyTorch;

public sealed class PyTorchFileTests
{
    private static readonly JsonElement Expected =
        JsonDocument.Parse(File.ReadAllBytes(ReferenceValues.PathOf("torch_files/expected.json"))).RootElement;

    [Theory]
    [InlineData("text_encoder", "legacy")]
    [InlineData("text_encoder", "zip")]
    [InlineData("netG", "legacy")]
    [InlineData("netG", "zip")]
    [InlineData("mixed", "legacy")]
    [InlineData("mixed", "zip")]
    public void Tensors_equal_what_PyTorch_saved(string content, string format)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using var file = PyTorchFile.Open(PathOf($"{content}_{format}"));
        using TensorDictionary tensors = file.LoadAll();

        Assert.Equal(format == "zip", file.IsZip);
        JsonElement expected = Expected.GetProperty(content);
        Assert.Equal(expected.EnumerateObject().Select(entry => entry.Name), tensors.Keys);
        foreach (JsonProperty entry in expected.EnumerateObject())
        {
            AssertTensor(entry.Name, entry.Value, tensors[entry.Name]);
        }
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("zip")]
    public void Tensors_among_plain_data_are_named_by_their_path(string format)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using var file = PyTorchFile.Open(PathOf($"nested_{format}"));
        using TensorDictionary tensors = file.LoadAll();

        JsonElement state = Expected.GetProperty("nested").GetProperty("state");
        Assert.Equal(state.EnumerateObject().Select(entry => $"state.{entry.Name}"), tensors.Keys);
        foreach (JsonProperty entry in state.EnumerateObject())
        {
            AssertTensor(entry.Name, entry.Value, tensors[$"state.{entry.Name}"]);
        }

        PickleDictionary root = Assert.IsType<PickleDictionary>(file.Root);
        Assert.Equal(12L, Value("epoch"));
        Assert.Equal(0.0002, Value("lr"));
        Assert.Equal("netG", Value("name"));
        Assert.Equal([1L, null, true, -7L], Assert.IsType<PickleTuple>(Value("tuple")));
        Assert.Equal([1L, 300L, 70000L, 8589934592L], Assert.IsType<List<object?>>(Value("ints")));
        object? Value(string key) => root.TryGetValue(key, out object? value) ? value : throw new KeyNotFoundException(key);
    }

    /// <summary>
    /// A tensor on a GPU that is a part of a storage, in the format of PyTorch 0.3 on Python 2, which saved the published weights.
    /// </summary>
    [Fact]
    public void Files_of_Python_2_are_read()
    {
        byte[] modern = File.ReadAllBytes(PathOf("text_encoder_legacy"));
        int head = 0;
        for (int i = 0; i < 3; i++)
        {
            PickleReader.Read(modern.AsMemory(head), "`test`", null, out int length);
            head += length;
        }

        const string state =
            "\u0080\u0002ccollections\nOrderedDict\n](](U\u0008module.wctorch._utils\n_rebuild_tensor\n(" +
            "(U\u0007storagectorch.cuda\nFloatStorage\nU\u0001kU\u0006cuda:0K\u0005U\u0001vK\u0001K\u0004\u0087tQ" +
            "K\u0001K\u0002\u0085K\u0002\u0085tRee\u0085R}U\u0009_metadataccollections\nOrderedDict\n]\u0085Rsb." +
            "\u0080\u0002]U\u0001ka.";
        byte[] file =
        [
            .. modern[..head], .. System.Text.Encoding.Latin1.GetBytes(state), .. BitConverter.GetBytes(5L),
            .. new[] { 1f, 2f, 3f, 4f, 5f }.SelectMany(BitConverter.GetBytes),
        ];

        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using var read = PyTorchFile.Open(new MemoryStream(file), "`test`");
        KeyValuePair<string, Tensor> entry = Assert.Single(read.LoadAll());

        Assert.Equal("w", entry.Key);
        Assert.Equal([3f, 5f], entry.Value.data<float>().ToArray());
    }

    [Fact]
    public void Loaded_tensors_do_not_share_storage()
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using TensorDictionary tensors = PyTorchFile.Load(PathOf("mixed_zip"));

        tensors["base"].zero_();

        Assert.Equal(-3, tensors["matrix_view"][0, 0].item<float>());
    }

    [Theory]
    [InlineData("malicious", "os.system: rejected, and no code was run")]
    [InlineData("malicious_zip", "os.system: rejected, and no code was run")]
    [InlineData("malicious_builtins", "builtins.eval: rejected, and no code was run")]
    [InlineData("truncated_legacy", "truncated")]
    [InlineData("truncated_zip", "truncated")]
    [InlineData("corrupted_legacy", "not a valid pickle")]
    [InlineData("corrupted_zip", "storage `0` does not match its checksum")]
    public void Malicious_and_damaged_files_are_rejected(string name, string reason)
    {
        CheckpointException rejection = Assert.Throws<CheckpointException>(() => PyTorchFile.Load(PathOf(name)));

        Assert.Contains(reason, rejection.Message);
        Assert.Contains(PathOf(name), rejection.Message);
        Assert.False(File.Exists("/tmp/pwned") || File.Exists("pwned"));
    }

    [Theory]
    [InlineData("", "0 bytes")]
    [InlineData("hello, world, this is no file of weights", "does not start like a PyTorch file")]
    [InlineData("PK\u0003\u0004 no zip", "table of contents is missing")]
    public void Other_files_are_rejected_with_the_reason(string content, string reason)
    {
        CheckpointException rejection = Assert.Throws<CheckpointException>(
            () => PyTorchFile.Open(new MemoryStream(System.Text.Encoding.Latin1.GetBytes(content)), "`test`"));

        Assert.Contains(reason, rejection.Message);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_reported_by_name()
    {
        using var folder = new TemporaryDirectory();

        Assert.All((string[])[folder.File("nowhere.pth"), folder.Path], path => Assert.StartsWith(
            $"Cannot read `{path}`: ", Assert.Throws<CheckpointException>(() => PyTorchFile.Open(path)).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, new long[] { 25 }, new long[] { 1 })]
    [InlineData(20, new long[] { 5 }, new long[] { 1 })]
    [InlineData(-1, new long[] { 5 }, new long[] { 1 })]
    [InlineData(0, new long[] { 5, 5 }, new long[] { 5, 1 })]
    [InlineData(0, new long[] { 2 }, new long[] { long.MaxValue })]
    [InlineData(0, new long[] { 2 }, new long[] { -1 })]
    [InlineData(0, new long[] { -2 }, new long[] { 1 })]
    [InlineData(0, new long[] { 2, 2 }, new long[] { 1 })]
    [InlineData(0, new long[] { long.MaxValue, long.MaxValue, long.MaxValue }, new long[] { 0, 0, 0 })]
    public void Views_beyond_their_storage_are_rejected(long offset, long[] shape, long[] strides)
    {
        StorageType type = PyTorchTypes.Named.First().Elements;

        Assert.Throws<FormatException>(() => new PyTorchTensor(new PyTorchStorage("0", type, 24, 0), type, offset, shape, strides));
    }

    [Theory]
    [InlineData("M\u0080\u0002Ntq", "M\u00ff\u00ffNtq")]  // elements of a storage
    [InlineData("K\u0020K\u0014\u0086", "K\u00ffK\u0014\u0086")] // a length of a shape
    public void Sizes_beyond_the_file_are_rejected_before_memory_is_allocated(string found, string replacement)
    {
        byte[] bytes = File.ReadAllBytes(PathOf("text_encoder_legacy"));
        int at = bytes.AsSpan().IndexOf(System.Text.Encoding.Latin1.GetBytes(found));
        Assert.True(at > 0);
        System.Text.Encoding.Latin1.GetBytes(replacement).CopyTo(bytes, at);

        CheckpointException rejection = Assert.Throws<CheckpointException>(() => PyTorchFile.Open(new MemoryStream(bytes), "`test`"));

        Assert.Contains("storage", rejection.Message);
    }

    [Fact]
    public void Views_that_would_exhaust_memory_are_rejected()
    {
        StorageType type = PyTorchTypes.Named.First().Elements;
        var view = new PyTorchTensor(new PyTorchStorage("0", type, 24, 0), type, 0, [1L << 30, 1L << 10], [0, 0]);
        Assert.Equal(1L << 42, view.Bytes);

        byte[] bytes = File.ReadAllBytes(PathOf("mixed_legacy"));
        // `expanded`: shape (3, 4), strides (1, 0); the last length becomes 2^31 - 1 in a number as long as what it replaces.
        byte[] shape = [(byte)'K', 3, (byte)'K', 4, 0x86, (byte)'q', 57, (byte)'K', 1];
        int at = bytes.AsSpan().IndexOf(shape);
        byte[] wide =
        [
            .. bytes[..at],
            (byte)'K', 3, (byte)'J', 255, 255, 255, 127, 0x86, (byte)'q', 57, (byte)'K', 1,
            .. bytes[(at + shape.Length)..],
        ];

        CheckpointException rejection = Assert.Throws<CheckpointException>(() => PyTorchFile.Open(new MemoryStream(wide), "`test`"));

        Assert.Contains("bytes of memory", rejection.Message);
    }

    [Fact]
    public void The_reader_reads_files_of_the_writer()
    {
        using var folder = new TemporaryDirectory();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors = new()
        {
            ["module.b"] = randn(3, 4).transpose(0, 1),
            ["module.a"] = tensor(new long[] { 1, long.MinValue, long.MaxValue }),
            ["module.half"] = randn(5).to_type(ScalarType.Float16),
            ["module.bfloat"] = randn(5).to_type(ScalarType.BFloat16),
            ["module.flags"] = tensor(new[] { true, false }),
            ["module.scalar"] = tensor(7L),
            ["module.empty"] = zeros(0, 3),
            ["module.ünï"] = randn(70_000).to_type(ScalarType.Float64),
        };

        PyTorchFileWriter.Write(folder.File("a.pth"), tensors);
        using TensorDictionary loaded = PyTorchFile.Load(folder.File("a.pth"));

        Assert.Equal(tensors.Keys.Select(name => name["module.".Length..]), loaded.Keys);
        foreach ((string name, Tensor value) in tensors)
        {
            Tensor found = loaded[name["module.".Length..]];
            Assert.Equal(value.dtype, found.dtype);
            Assert.Equal(value.shape, found.shape);
            Assert.Equal(value.contiguous().bytes.ToArray(), found.bytes.ToArray());
        }

        using var file = PyTorchFile.Open(folder.File("a.pth"));
        using var whole = new FileStream(folder.File("a.pth"), FileMode.Open, FileAccess.Read, FileShare.Read);
        Assert.All(ZipIndex.Read(whole).Values, entry => Assert.Equal(0, entry.Start % 64));
        Assert.Equal(tensors.Keys, file.LoadAll(stripModulePrefix: false).Keys);
        using ZipArchive zip = System.IO.Compression.ZipFile.OpenRead(folder.File("a.pth"));
        Assert.Equal(
            ["data.pkl", "byteorder", .. Enumerable.Range(0, 8).Select(i => $"data/{i}"), "version"],
            zip.Entries.Select(entry => entry.FullName["archive/".Length..]));
    }

    [Fact]
    public void The_writer_gives_the_same_file_for_the_same_weights()
    {
        using var folder = new TemporaryDirectory();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors = new() { ["empty"] = zeros(0, 1L << 32), ["b"] = arange(5) };

        PyTorchFileWriter.Write(folder.File("a.pth"), tensors);
        PyTorchFileWriter.Write(folder.File("b.pth"), tensors);
        using TensorDictionary loaded = PyTorchFile.Load(folder.File("a.pth"));

        Assert.Equal(File.ReadAllBytes(folder.File("a.pth")), File.ReadAllBytes(folder.File("b.pth")));
        Assert.Equal([0, 1L << 32], loaded["empty"].shape); // the length needs more than 32 bits
        using ZipArchive zip = System.IO.Compression.ZipFile.OpenRead(folder.File("a.pth"));
        Assert.All(zip.Entries, entry =>
        {
            Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime);
            using Stream data = entry.Open();
            byte[] bytes = new byte[entry.Length];
            data.ReadExactly(bytes);
            Assert.Equal(entry.Crc32, System.IO.Hashing.Crc32.HashToUInt32(bytes));
        });
    }

    [Fact]
    public void The_writer_rejects_other_element_types()
    {
        using var folder = new TemporaryDirectory();
        using Tensor complex = zeros(2, dtype: complex64);

        CheckpointException rejection = Assert.Throws<CheckpointException>(
            () => PyTorchFileWriter.Write(folder.File("a.pth"), new Dictionary<string, Tensor> { ["wave"] = complex }));

        Assert.Contains("ComplexFloat32", rejection.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    internal static string PathOf(string name) => ReferenceValues.PathOf($"torch_files/{name}.pth");

    private static void AssertTensor(string name, JsonElement expected, Tensor actual)
    {
        string type = actual.dtype switch
        {
            ScalarType.Byte => "uint8",
            ScalarType other => other.ToString().ToLower(CultureInfo.InvariantCulture),
        };
        Assert.Equal(expected.GetProperty("dtype").GetString(), type);
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64()), actual.shape);
        if (type == "int64" && expected.TryGetProperty("values", out JsonElement integers))
        {
            Assert.Equal(integers.EnumerateArray().Select(value => value.GetInt64()), actual.data<long>().ToArray());
            return;
        }

        double[] values = actual.NumberOfElements == 0 ? [] : actual.to_type(ScalarType.Float64).data<double>().ToArray();
        if (expected.TryGetProperty("values", out JsonElement all))
        {
            Assert.Equal(all.EnumerateArray().Select(Number), values);
            return;
        }

        double[] first = [.. expected.GetProperty("first").EnumerateArray().Select(Number)];
        double[] last = [.. expected.GetProperty("last").EnumerateArray().Select(Number)];
        Assert.Equal(first, values[..first.Length]);
        Assert.Equal(last, values[^last.Length..]);
        double sum = expected.GetProperty("sum").GetDouble();
        Assert.True(Math.Abs(values.Sum() - sum) <= 1e-6 * (1 + Math.Abs(sum)), name);
        double norm = expected.GetProperty("l2").GetDouble();
        Assert.True(Math.Abs(Math.Sqrt(values.Sum(value => value * value)) - norm) <= 1e-6 * (1 + norm), name);
    }

    private static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => value.GetDouble(),
    };
}
