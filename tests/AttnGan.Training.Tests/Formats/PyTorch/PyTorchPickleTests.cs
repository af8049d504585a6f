using System.Text;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Pickle;
using AttnGan.Training.Formats.PyTorch;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Formats.PyTorch;

/// <summary>How tensors are described in pickles, in every form that PyTorch has written.</summary>
public sealed class PyTorchPickleTests
{
    private const string Storage = "(Vstorage\nctorch\nFloatStorage\nVk\nVcpu\nI24\ntQ";
    private const string View = "I3\n(I2\nI4\nt(I8\nI1\nt"; // offset 3, shape (2, 4), strides (8, 1)

    [Theory]
    [InlineData($"ctorch._utils\n_rebuild_tensor\n({Storage}{View}tR.")]
    [InlineData($"ctorch._utils\n_rebuild_tensor_v2\n({Storage}{View}I00\nccollections\nOrderedDict\n)RtR.")]
    [InlineData($"ctorch._utils\n_rebuild_tensor_v2\n({Storage}{View}I00\nN}}tR.")] // with metadata
    [InlineData($"ctorch._utils\n_rebuild_tensor_v2\n({Storage}I3\nctorch\nSize\n(I2\nI4\nt\u0085R(I8\nI1\ntI00\nNtR.")]
    [InlineData($"ctorch._utils\n_rebuild_tensor_v2\n({Storage}I3\n(I2\nI4\nl(I8\nI1\nlI00\nNtR.")]
    [InlineData($"ctorch._utils\n_rebuild_parameter\n(ctorch._utils\n_rebuild_tensor\n({Storage}{View}tRI01\nNtR.")]
    [InlineData($"ctorch._utils\n_rebuild_parameter_with_state\n(ctorch._utils\n_rebuild_tensor\n({Storage}{View}tRI01\nNNtR.")]
    [InlineData($"ctorch._utils\n_rebuild_tensor_v3\n({Storage}{View}I00\nNctorch\nfloat32\nNtR.")]
    public void A_tensor_is_a_view_of_a_storage(string pickle)
    {
        PyTorchTensor tensor = Assert.IsType<PyTorchTensor>(Read(pickle, out PyTorchPickle globals));

        Assert.Equal((3L, ScalarType.Float32), (tensor.Offset, tensor.ScalarType));
        Assert.Equal([2, 4], tensor.Shape);
        Assert.Equal([8, 1], tensor.Strides);
        Assert.Equal(new PyTorchStorage("k", new StorageType(ScalarType.Float32, 4), 24, 0), tensor.Storage);
        Assert.Equal([tensor.Storage], globals.Storages.Values);
    }

    [Theory]
    [InlineData("DoubleStorage", "float64", ScalarType.Float64, 8)]
    [InlineData("FloatStorage", "float32", ScalarType.Float32, 4)]
    [InlineData("HalfStorage", "float16", ScalarType.Float16, 2)]
    [InlineData("BFloat16Storage", "bfloat16", ScalarType.BFloat16, 2)]
    [InlineData("LongStorage", "int64", ScalarType.Int64, 8)]
    [InlineData("IntStorage", "int32", ScalarType.Int32, 4)]
    [InlineData("ShortStorage", "int16", ScalarType.Int16, 2)]
    [InlineData("CharStorage", "int8", ScalarType.Int8, 1)]
    [InlineData("ByteStorage", "uint8", ScalarType.Byte, 1)]
    [InlineData("BoolStorage", "bool", ScalarType.Bool, 1)]
    public void Element_types_are_those_of_storages_on_any_device_or_given_apart(string storage, string type, ScalarType scalar, int bytes)
    {
        foreach (string module in (string[])["torch", "torch.cuda"])
        {
            PyTorchTensor typed = Assert.IsType<PyTorchTensor>(Read(
                $"ctorch._utils\n_rebuild_tensor\n((Vstorage\nc{module}\n{storage}\nVk\nVcuda:0\nI24\ntQ{View}tR."));
            Assert.Equal((scalar, 8L * bytes), (typed.ScalarType, typed.Bytes));
        }

        foreach (string module in (string[])["torch", "torch.storage"])
        {
            PyTorchTensor untyped = Assert.IsType<PyTorchTensor>(Read(
                $"ctorch._utils\n_rebuild_tensor_v3\n((Vstorage\nc{module}\nUntypedStorage\nVk\nVcpu\nI192\ntQ{View}" +
                $"I00\nNctorch\n{type}\ntR."));
            Assert.Equal((scalar, 8L * bytes, 192L), (untyped.ScalarType, untyped.Bytes, untyped.Storage.Count));
        }
    }

    [Fact]
    public void A_storage_may_be_a_part_of_another_one()
    {
        PyTorchTensor tensor = Assert.IsType<PyTorchTensor>(Read(
            $"ctorch._utils\n_rebuild_tensor\n({Part(4, 20)}{View}tR.", out PyTorchPickle globals));

        Assert.Equal((4L, 20L), (tensor.Storage.Skip, tensor.Storage.Count));
        Assert.Equal(new PyTorchStorage("k", tensor.Storage.Type, 24, 0), Assert.Single(globals.Storages.Values));
    }

    [Fact]
    public void Devices_are_ignored()
    {
        Assert.Equal("cuda", Read("ctorch\ndevice\n(Vcuda\nI0\ntR."));
        Assert.Null(Read("ctorch\ndevice\n)R."));
    }

    [Theory]
    [InlineData("Vstorage\nQ.")]
    [InlineData("(Vmodule\nctorch\nFloatStorage\nVk\nVcpu\nI24\ntQ.")]
    [InlineData("(Vstorage\nVFloatStorage\nVk\nVcpu\nI24\ntQ.")]
    [InlineData("(Vstorage\nctorch\nFloatStorage\nI0\nVcpu\nI24\ntQ.")]
    [InlineData("(Vstorage\nctorch\nFloatStorage\nVk\nVcpu\nV24\ntQ.")]
    [InlineData("(Vstorage\nctorch\nFloatStorage\nVk\nVcpu\nI-1\ntQ.")]
    [InlineData("(Vstorage\nctorch\nFloatStorage\nVk\nVcpu\nI2305843009213693952\ntQ.")] // 2^61 elements of 4 bytes
    [InlineData("(Vstorage\nctorch\nFloatStorage\nVk\nVcpu\ntQ.")]
    [InlineData("(Vstorage\nctorch\nFloatStorage\nVk\nVcpu\nI24\nNNtQ.")]
    public void A_storage_of_another_form_is_rejected(string pickle) =>
        Assert.Contains("a storage has an unknown description", Rejected(pickle));

    [Theory]
    [InlineData(0, 24, true)]
    [InlineData(24, 0, true)]
    [InlineData(20, 4, true)]
    [InlineData(20, 5, false)]
    [InlineData(25, 0, false)]
    [InlineData(-1, 4, false)]
    [InlineData(4, -1, false)]
    [InlineData(1, long.MaxValue, false)]
    public void A_part_must_lie_within_its_storage(long skip, long length, bool accepted)
    {
        string pickle = $"{Part(skip, length)}.";

        if (accepted)
        {
            Assert.Equal((skip, length), Read(pickle) is PyTorchStorage part ? (part.Skip, part.Count) : default);
        }
        else
        {
            Assert.Contains("a part of storage `k` lies outside it", Rejected(pickle));
        }
    }

    [Fact]
    public void A_storage_has_one_description()
    {
        Assert.IsType<PickleTuple>(Read($"{Storage}{Storage}\u0086."));
        Assert.Contains("storage `k` has two different descriptions", Rejected($"{Storage}{Storage.Replace("24", "25")}\u0086."));
        Assert.Contains("two different descriptions", Rejected($"{Storage}{Storage.Replace("Float", "Int")}\u0086."));
    }

    [Theory]
    [InlineData($"ctorch._utils\n_rebuild_tensor\n({Storage}I0\n(I2\nttR.", "a tensor has an unknown description")]
    [InlineData($"ctorch._utils\n_rebuild_tensor_v2\n({Storage}{View}I00\ntR.", "a tensor has an unknown description")]
    [InlineData($"ctorch._utils\n_rebuild_tensor\n(N{View}tR.", "a tensor has an unknown description")]
    [InlineData($"ctorch._utils\n_rebuild_tensor_v3\n({Storage}{View}I00\nNtR.", "a tensor has an unknown description")]
    [InlineData($"ctorch._utils\n_rebuild_tensor_v3\n({Storage}{View}I00\nNVfloat32\ntR.", "a tensor has an unknown description")]
    [InlineData($"ctorch._utils\n_rebuild_tensor_v3\n(N{View}I00\nNctorch\nfloat32\ntR.", "a tensor has an unknown description")]
    [InlineData($"ctorch._utils\n_rebuild_tensor\n({Storage}N(I2\nt(I1\nttR.", "a tensor's offset is not a number")]
    [InlineData($"ctorch._utils\n_rebuild_tensor\n({Storage}I0\nI2\n(I1\nttR.", "a tensor's shape is not a list of numbers")]
    [InlineData($"ctorch._utils\n_rebuild_tensor\n({Storage}I0\n(V2\nt(I1\nttR.", "a tensor's shape is not a list of numbers")]
    [InlineData("ctorch._utils\n_rebuild_parameter\n)R.", "a parameter is not built from a tensor")]
    [InlineData("ctorch._utils\n_rebuild_parameter\n(I1\ntR.", "a parameter is not built from a tensor")]
    [InlineData("ctorch\nSize\n)R.", "a shape has an unknown description")]
    [InlineData("ctorch\nSize\n(I1\ntR.", "a shape has an unknown description")]
    [InlineData("ctorch\nSize\n(]]tR.", "a shape has an unknown description")]
    public void A_tensor_of_another_form_is_rejected(string pickle, string reason) => Assert.Contains(reason, Rejected(pickle));

    private static string Part(long skip, long length) => Storage.Replace("tQ", $"(Vview\nI{skip}\nI{length}\nttQ");

    private static object? Read(string pickle) => Read(pickle, out _);

    private static object? Read(string pickle, out PyTorchPickle globals)
    {
        globals = new PyTorchPickle();
        return PickleReader.Read(Encoding.Latin1.GetBytes(pickle), "`test`", globals.Options);
    }

    private static string Rejected(string pickle) => Assert.Throws<CheckpointException>(() => Read(pickle)).Message;
}
