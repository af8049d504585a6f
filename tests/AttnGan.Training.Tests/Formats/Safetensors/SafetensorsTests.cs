using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using CsCheck;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Formats.Safetensors;

public sealed class SafetensorsTests
{
    private const string FourBytes = """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}""";

    public static TheoryData<ScalarType> AllTypes =>
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32,
        ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool,
    ];

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void Every_element_type_round_trips_bit_for_bit(ScalarType type)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using var folder = new TemporaryDirectory();
        Tensor values = tensor([0, 1, 1, 0, 3, 7], [2, 3]).to(type);
        var tensors = new Dictionary<string, Tensor>
        {
            ["matrix"] = values,
            ["scalar"] = tensor(1).to(type),
            ["empty"] = zeros([0, 3], dtype: type),
        };

        SafetensorsWriter.Write(folder.File("a.safetensors"), tensors, new Dictionary<string, string>());
        using var file = SafetensorsFile.Open(folder.File("a.safetensors"));
        using TensorDictionary loaded = file.LoadAll();

        Assert.Equal(["empty", "matrix", "scalar"], file.Names);
        foreach ((string? name, Tensor? expected) in tensors)
        {
            Tensor actual = loaded[name];
            Assert.Equal(type, file.DType(name));
            Assert.Equal(expected.shape, file.Shape(name));
            Assert.Equal(expected.shape, actual.shape);
            Assert.Equal(type, actual.dtype);
            Assert.Equal(expected.bytes.ToArray(), actual.bytes.ToArray());
        }
    }

    [Fact]
    public void Strided_views_and_channels_last_tensors_are_stored_contiguously()
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using var folder = new TemporaryDirectory();
        Tensor plain = arange(2 * 3 * 4 * 5, dtype: float32).reshape(2, 3, 4, 5);
        Tensor channelsLast = plain.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        var tensors = new Dictionary<string, Tensor> { ["channels_last"] = channelsLast, ["slice"] = plain.narrow(2, 1, 2) };

        SafetensorsWriter.Write(folder.File("a.safetensors"), tensors, new Dictionary<string, string>());
        using var file = SafetensorsFile.Open(folder.File("a.safetensors"));
        using Tensor stored = file.Load("channels_last");
        using Tensor slice = file.Load("slice");

        Assert.True(stored.is_contiguous());
        Assert.True(stored.equal(plain).all().item<bool>());
        Assert.True(slice.equal(plain.narrow(2, 1, 2)).all().item<bool>());
    }

    [Fact]
    public void A_tensor_of_several_chunks_round_trips()
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using var folder = new TemporaryDirectory();
        Tensor large = arange((1 << 24) + 5, dtype: int32).to(uint8);
        SafetensorsWriter.Write(
            folder.File("a.safetensors"), new Dictionary<string, Tensor> { ["large"] = large }, new Dictionary<string, string>());
        using var file = SafetensorsFile.Open(folder.File("a.safetensors"));
        using Tensor loaded = file.Load("large");
        Assert.True(loaded.bytes.SequenceEqual(large.bytes));
    }

    [Fact]
    public void Loaded_tensors_outlive_the_scope_in_which_they_were_loaded()
    {
        using var folder = new TemporaryDirectory();
        string path = WriteSample(folder);
        using var file = SafetensorsFile.Open(path);
        Tensor loaded;
        using (NewDisposeScope())
        {
            loaded = file.Load("layer.weight");
        }

        Assert.False(loaded.IsInvalid);
        loaded.Dispose();
    }

    [Fact]
    public void The_bytes_follow_the_official_format()
    {
        using var folder = new TemporaryDirectory();
        byte[] bytes = File.ReadAllBytes(WriteSample(folder));

        long headerLength = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, headerLength % 8);
        string text = Encoding.UTF8.GetString(bytes, 8, (int)headerLength);
        using var header = JsonDocument.Parse(text);
        Assert.Equal("später", header.RootElement.GetProperty("__metadata__").GetProperty("note").GetString());
        JsonElement weight = header.RootElement.GetProperty("layer.weight");
        Assert.Equal("F32", weight.GetProperty("dtype").GetString());
        Assert.Equal("[2,2]", weight.GetProperty("shape").GetRawText());
        Assert.Equal("[0,16]", weight.GetProperty("data_offsets").GetRawText());
        Assert.Equal("[16,19]", header.RootElement.GetProperty("layer.mask").GetProperty("data_offsets").GetRawText());
        Assert.Equal(8 + headerLength + 19, bytes.Length);
        Assert.Equal([1f, 2f, 3f, 4f], Enumerable.Range(0, 4).Select(i => BitConverter.ToSingle(bytes, 8 + (int)headerLength + 4 * i)));
    }

    [Fact]
    public void A_file_of_the_Python_library_is_read()
    {
        using var folder = new TemporaryDirectory();
        const string header = """{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"""
            + "\"n\":" + """{"dtype":"I64","shape":[],"data_offsets":[8,16]}}""";
        string path = WriteRaw(
            folder, header, [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f), .. BitConverter.GetBytes(7L)]);

        using var file = SafetensorsFile.Open(path);
        using Tensor vector = file.Load("b");
        using Tensor number = file.Load("n");

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal([1.5f, -2f], vector.data<float>().ToArray());
        Assert.Equal(7, number.item<long>());
    }

    [Fact]
    public void LoadAll_selects_a_prefix_and_removes_it()
    {
        using var folder = new TemporaryDirectory();
        using var file = SafetensorsFile.Open(WriteSample(folder));
        using TensorDictionary loaded = file.LoadAll("layer.");
        Assert.Equal(["mask", "weight"], loaded.Keys);
        Assert.Empty(file.LoadAll("other."));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}""", 8, "lies at bytes 0 to 9 of 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "takes 8 bytes, but its type and shape take 12")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "lies at bytes 8 to 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "has no valid dtype, shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "has no valid dtype, shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "has no valid dtype, shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", 8, "F8_E4M3, which are not supported")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", 8, "shape (4611686018427387904, 4)")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "invalid shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2305843009213693951],"data_offsets":[0,8]}}""", 8, "take 9223372036854775804")]
    [InlineData(FourBytes + ""","b":{"dtype":"F32","shape":[2],"data_offsets":[4,8]}}""", 8, "`b` takes 4 bytes, but its type and shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":4,"data_offsets":[0,4]}}""", 4, "has no valid dtype, shape or data_offsets")]
    [InlineData(FourBytes + ""","b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""", 6, "begins at byte 2")]
    [InlineData(FourBytes + ""","b":{"dtype":"U8","shape":[2],"data_offsets":[6,8]}}""", 8, "begins at byte 6")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 8, "has 8 bytes of data, expected 4")]
    [InlineData(FourBytes + ""","a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "listed twice")]
    [InlineData("""{"__metadata__":{"n":1}}""", 0, "metadata entry `n` is not a string")]
    [InlineData("""{"__metadata__":[]}""", 0, "its metadata is not a JSON object")]
    [InlineData("[]", 0, "its header is not a JSON object")]
    [InlineData("{", 0, "its header is not valid JSON")]
    [InlineData("""{"__metadata__":{"n":"\ud800"}}""", 0, "its header is not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "lies at bytes 0 to 8 of 7")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", 8, "has no valid dtype, shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":8}}""", 8, "has no valid dtype, shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", 8, "has no valid dtype, shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}""", 8, "has no valid dtype")]
    [InlineData("""{"a":{"dtype":4,"shape":[2],"data_offsets":[0,8]}}""", 8, "has no valid dtype, shape or data_offsets")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "has no valid dtype, shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "has no valid dtype, shape or data_offsets")]
    [InlineData("""{"a":8}""", 8, "has no valid dtype, shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "begins at byte 4 of the data, expected 0")]
    [InlineData("""{"__metadata__":{"n":"a","n":"b"}}""", 0, "metadata entry `n` is not a string or is listed twice")]
    public void An_invalid_header_is_rejected_with_the_reason(string header, int dataBytes, string reason)
    {
        using var folder = new TemporaryDirectory();
        string path = WriteRaw(folder, header, new byte[dataBytes]);
        CheckpointException exception = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.StartsWith($"`{path}` is not a valid safetensors file: ", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Each length was looked up from the start of the array, which took minutes.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_long_shape_with_a_nested_value_is_rejected_at_once()
    {
        using var folder = new TemporaryDirectory();
        string lengths = string.Concat(Enumerable.Repeat("1,", 500_000));
        string path = WriteRaw(folder, """{"a":{"dtype":"U8","shape":[""" + lengths + """[]],"data_offsets":[0,1]}}""", [1]);

        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(
            () => Task.Run(() => SafetensorsFile.Open(path).Dispose(), TestContext.Current.CancellationToken));

        Assert.EndsWith(
            ": the header's entry for tensor `a` has no valid dtype, shape or data_offsets", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_length_beyond_the_file_is_rejected_before_memory_is_allocated()
    {
        using var folder = new TemporaryDirectory();
        string path = folder.File("a.safetensors");
        File.WriteAllBytes(path, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, (byte)'{', (byte)'}']);
        CheckpointException exception = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));
        Assert.Contains(
            "specifies a header of 18446744073709551615 bytes, expected at most 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_a_folder_and_a_missing_tensor_are_reported_by_name()
    {
        using var folder = new TemporaryDirectory();
        Assert.All((string[])[folder.File("none.safetensors"), folder.Path], path => Assert.StartsWith(
            $"Cannot read `{path}`: ",
            Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path)).Message,
            StringComparison.Ordinal));

        using var file = SafetensorsFile.Open(WriteSample(folder));
        CheckpointException unknown = Assert.Throws<CheckpointException>(() => file.Load("layer.bias"));
        Assert.Contains("has no tensor named `layer.bias`; it has 2 other tensors", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Git_LFS_pointer_is_named()
    {
        string path = ReferenceValues.PathOf("data/weights/pointer.pickle");

        Assert.StartsWith(
            $"`{path}` is a Git LFS pointer", Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Fact]
    public void Booleans_other_than_0_and_1_are_rejected()
    {
        using var folder = new TemporaryDirectory();
        string path = WriteRaw(folder, """{"a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}""", [0, 1, 2]);
        using var file = SafetensorsFile.Open(path);
        Assert.Contains(
            "tensor `a` has boolean values other than 0 and 1", Assert.Throws<CheckpointException>(() => file.Load("a")).Message);
    }

    [Fact]
    public void Tensors_are_disposed_if_one_of_them_cannot_be_loaded()
    {
        using var folder = new TemporaryDirectory();
        const string header =
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"BOOL","shape":[1],"data_offsets":[1,2]}}""";
        using var file = SafetensorsFile.Open(WriteRaw(folder, header, [1, 2]));
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Assert.Throws<CheckpointException>(() => file.LoadAll());

        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_file_that_is_truncated_after_it_was_opened_is_reported()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "An open file cannot be written to.");
        using var folder = new TemporaryDirectory();
        string path = WriteSample(folder);
        using var file = SafetensorsFile.Open(path);
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(stream.Length - 1);
        }

        Assert.EndsWith(
            " is not a valid safetensors file: it was truncated while it was read",
            Assert.Throws<CheckpointException>(() => file.LoadAll()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Unsupported_element_types_are_rejected_by_name_and_leave_no_file()
    {
        using var folder = new TemporaryDirectory();
        using Tensor complex = zeros(2, dtype: complex64);
        CheckpointException exception = Assert.Throws<CheckpointException>(() => SafetensorsWriter.Write(
            folder.File("a.safetensors"), new Dictionary<string, Tensor> { ["wave"] = complex }, new Dictionary<string, string>()));
        Assert.Equal(
            $"Cannot write `{folder.File("a.safetensors")}`: tensor `wave` has elements of type ComplexFloat32, which safetensors files " +
            "do not support",
            exception.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Damaged_files_are_read_or_rejected_but_never_crash()
    {
        using var folder = new TemporaryDirectory();
        byte[] intact = File.ReadAllBytes(WriteSample(folder));
        string path = folder.File("damaged.safetensors");
        var mutation = Gen.Select(Gen.Int[0, intact.Length - 1], Gen.Byte);

        Gen.Select(mutation.Array[1, 4], Gen.Int[0, intact.Length]).Sample(
            (mutations, length) =>
            {
                byte[] bytes = intact.ToArray();
                foreach ((int index, byte value) in mutations)
                {
                    bytes[index] = value;
                }

                // Half of the files are truncated as well.
                File.WriteAllBytes(path, length % 2 == 0 ? bytes : bytes[..length]);
                try
                {
                    using var file = SafetensorsFile.Open(path);
                    file.LoadAll().Dispose();
                }
                catch (CheckpointException exception)
                {
                    return exception.Message.Contains(path, StringComparison.Ordinal);
                }

                return true;
            },
            iter: 3000,
            threads: 1);
    }

    [Fact]
    public void The_checksum_detects_any_single_changed_byte()
    {
        using var folder = new TemporaryDirectory();
        byte[] intact = File.ReadAllBytes(WriteSample(folder, "sha256"));
        string path = folder.File("damaged.safetensors");
        for (int index = 0; index < intact.Length; index++)
        {
            byte[] bytes = intact.ToArray();
            bytes[index] ^= 1;
            File.WriteAllBytes(path, bytes);
            Assert.Throws<CheckpointException>(() =>
            {
                using var file = SafetensorsFile.Open(path);
                file.VerifyChecksum("sha256");
            });
        }

        File.WriteAllBytes(path, intact);
        using var restored = SafetensorsFile.Open(path);
        restored.VerifyChecksum("sha256");
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_tensor_has_up_to_64_dimensions(int dimensions, bool accepted)
    {
        using var folder = new TemporaryDirectory();
        string ones = string.Join(',', Enumerable.Repeat(1, dimensions));
        string path = WriteRaw(folder, $$$"""{"a":{"dtype":"U8","shape":[{{{ones}}}],"data_offsets":[0,1]}}""", [7]);

        if (accepted)
        {
            using var file = SafetensorsFile.Open(path);
            Assert.Equal(dimensions, file.Shape("a").Count);
        }
        else
        {
            Assert.Contains("invalid shape", Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path)).Message);
        }
    }

    /// <summary>Tensors without elements share their offsets with others.</summary>
    [Fact]
    public void Empty_tensors_may_lie_anywhere_between_others()
    {
        using var folder = new TemporaryDirectory();
        string path = WriteRaw(
            folder,
            """{"z":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]},""" +
            """ "a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"y":{"dtype":"F32","shape":[3,0],"data_offsets":[2,2]}}""",
            [1, 2, 3, 4]);

        using var file = SafetensorsFile.Open(path);
        using TensorDictionary tensors = file.LoadAll();

        Assert.Equal(["a", "b", "y", "z"], tensors.Keys);
        Assert.Equal([1, 2], tensors["a"].data<byte>().ToArray());
        Assert.Equal([3, 4], tensors["b"].data<byte>().ToArray());
        Assert.Equal([3, 0], tensors["y"].shape);
    }

    [Theory]
    [InlineData(7, "it has 7 bytes, too few for a header")]
    [InlineData(8, "its header is not valid JSON")] // of 0 bytes
    public void A_file_has_at_least_a_header(int bytes, string reason)
    {
        using var folder = new TemporaryDirectory();
        string path = folder.File("a.safetensors");
        File.WriteAllBytes(path, new byte[bytes]);

        Assert.Contains(reason, Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Fact]
    public void Missing_and_malformed_checksums_are_reported()
    {
        using var folder = new TemporaryDirectory();
        using (var file = SafetensorsFile.Open(WriteSample(folder)))
        {
            Assert.Contains("has no checksum `sha256`", Assert.Throws<CheckpointException>(() => file.VerifyChecksum("sha256")).Message);
        }

        string path = WriteRaw(folder, """{"__metadata__":{"sha256":"abcdef"}}""", []);
        using (var file = SafetensorsFile.Open(path))
        {
            Assert.Contains("is not a SHA-256", Assert.Throws<CheckpointException>(() => file.VerifyChecksum("sha256")).Message);
        }

        path = WriteRaw(folder, $$$"""{"__metadata__":{"sha256": "{{{new string('0', 64)}}}"}}""", []); // a space before the digest
        using (var file = SafetensorsFile.Open(path))
        {
            Assert.Contains("is not a SHA-256", Assert.Throws<CheckpointException>(() => file.VerifyChecksum("sha256")).Message);
        }

        path = WriteRaw(folder, $$$"""{"__metadata__":{"sha256":"{{{new string('0', 64)}}}"}}""", []);
        using (var file = SafetensorsFile.Open(path))
        {
            Assert.Contains(
                "expected 000000000000…", Assert.Throws<CheckpointException>(() => file.VerifyChecksum("sha256")).Message);
        }
    }

    /// <summary>The checksum of a file of several MiB is computed in pieces.</summary>
    [Fact]
    public void The_checksum_is_that_of_the_whole_file()
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using var folder = new TemporaryDirectory();
        string path = folder.File("a.safetensors");
        SafetensorsWriter.Write(
            path, new Dictionary<string, Tensor> { ["a"] = arange(600_001) }, new Dictionary<string, string> { ["z"] = "" }, "sha256");
        byte[] bytes = File.ReadAllBytes(path);
        int at = bytes.AsSpan().IndexOf("\"sha256\":\""u8) + 10;
        string digest = Encoding.ASCII.GetString(bytes, at, 64);
        bytes.AsSpan(at, 64).Fill((byte)'0');

        using var file = SafetensorsFile.Open(path);
        file.VerifyChecksum("sha256");

        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), digest);
        Assert.Equal(digest, file.Metadata["sha256"]);
    }

    [Fact]
    public void Large_elements_come_first_so_that_all_are_aligned()
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using var folder = new TemporaryDirectory();
        string path = folder.File("a.safetensors");
        SafetensorsWriter.Write(
            path,
            new Dictionary<string, Tensor>
            {
                ["flags"] = tensor([true, false, true]),
                ["half"] = ones(3, dtype: float16),
                ["b"] = ones(1, dtype: float32),
                ["a"] = ones(1, dtype: float32),
                ["double"] = ones(1, dtype: float64),
            },
            new Dictionary<string, string>());
        byte[] bytes = File.ReadAllBytes(path);
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, length));

        Assert.Equal(0, length % 8);
        Assert.Equal(
            ["double 0", "a 8", "b 12", "half 16", "flags 22"],
            header.RootElement.EnumerateObject().Select(entry => $"{entry.Name} {entry.Value.GetProperty("data_offsets")[0]}"));
    }

    /// <summary>The same metadata always give the same file, and a file without them has no entry for them.</summary>
    [Theory]
    [InlineData("", null, "")]
    [InlineData("", "sha256", "sha256")]
    [InlineData("b a", null, "a b")]
    [InlineData("b a", "sha256", "sha256 a b")]
    public void Metadata_are_sorted_after_the_checksum(string names, string? checksumKey, string expected)
    {
        using var folder = new TemporaryDirectory();
        string path = folder.File("a.safetensors");
        Dictionary<string, string> metadata =
            names.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(name => name, _ => "text");

        SafetensorsWriter.Write(path, new Dictionary<string, Tensor>(), metadata, checksumKey);

        using var header = JsonDocument.Parse(File.ReadAllBytes(path).AsMemory(8));
        Assert.Equal(expected != "", header.RootElement.TryGetProperty("__metadata__", out JsonElement written));
        Assert.Equal(expected, expected == "" ? "" : string.Join(' ', written.EnumerateObject().Select(entry => entry.Name)));
    }

    [Fact]
    public void Reserved_names_are_rejected()
    {
        using var folder = new TemporaryDirectory();
        using Tensor tensor = zeros(1);
        Dictionary<string, Tensor> reserved = new() { ["__metadata__"] = tensor };

        ArgumentException name = Assert.Throws<ArgumentException>(
            () => SafetensorsWriter.Write(folder.File("a"), reserved, new Dictionary<string, string>()));
        Assert.StartsWith("A tensor cannot be named __metadata__", name.Message, StringComparison.Ordinal);
        ArgumentException entry = Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(
            folder.File("a"), new Dictionary<string, Tensor>(), new Dictionary<string, string> { ["sha256"] = "0" }, "sha256"));
        Assert.StartsWith("Metadata entry sha256 is computed and cannot be specified", entry.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static string WriteSample(TemporaryDirectory folder, string? checksumKey = null)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        string path = folder.File("sample.safetensors");
        SafetensorsWriter.Write(
            path,
            new Dictionary<string, Tensor>
            {
                ["layer.mask"] = tensor([true, false, true]),
                ["layer.weight"] = tensor([1f, 2f, 3f, 4f], [2, 2]),
            },
            new Dictionary<string, string> { ["note"] = "später" },
            checksumKey);
        return path;
    }

    private static string WriteRaw(TemporaryDirectory folder, string header, byte[] data)
    {
        string path = folder.File("raw.safetensors");
        byte[] text = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)text.Length), .. text, .. data]);
        return path;
    }
}
