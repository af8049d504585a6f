using System.Runtime.InteropServices;
using AttnGan.Inference;
using AttnGan.Models;
using AttnGan.Models.Onnx;
using Google.Protobuf;
using DataType = AttnGan.Models.Onnx.TensorProto.Types.DataType;

namespace AttnGan.Tests.Inference;

public sealed class ModelWeightsTests
{
    [Fact]
    public void Every_finite_half_widens_to_the_same_number()
    {
        ushort[] halves =
        [
            .. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits).Where(bits => Half.IsFinite(BitConverter.UInt16BitsToHalf(bits))),
        ];
        Assert.Equal(2 * 31 * 1024, halves.Length);
        float[] values = new float[halves.Length];

        ModelWeights.Widen(halves, values);

        Assert.Equal(halves.Select(Expected), values.Select(BitConverter.SingleToUInt32Bits));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(23)]
    public void Any_number_of_halves_is_widened_whole(int count)
    {
        ushort[] halves = [.. Enumerable.Range(0, count).Select(i => (ushort)(0x1234 + (i * 5001 % 0x4000)))];
        float[] values = new float[count + 1];
        values[count] = 7;

        ModelWeights.Widen(halves, values);

        Assert.Equal(halves.Select(Expected), values.Take(count).Select(BitConverter.SingleToUInt32Bits));
        Assert.Equal(7, values[count]);
    }

    [Fact]
    public void Weights_of_both_widths_are_found_by_name()
    {
        float[] numbers = [1, -2.5f, 0.125f, 1e-7f, 3, 60000];
        ModelWeights weights = Read(
            Tensor("single", DataType.Float, MemoryMarshal.AsBytes<float>(numbers), 2, 3),
            Tensor("half", DataType.Float16, MemoryMarshal.AsBytes<Half>([.. numbers.Select(number => (Half)number)]), 6));

        Assert.Equal(numbers, weights.Get("single", 2, 3));
        Assert.Equal(numbers.Select(number => (float)(Half)number), weights.Get("half", 6));
    }

    [Theory]
    [InlineData("missing", "it has no weight `missing`")]
    [InlineData("turned", "its weight `turned` is of 3 x 2, not 2 x 3")]
    [InlineData("flat", "its weight `flat` is of 6, not 2 x 3")]
    [InlineData("short", "its weight `short` has 20 bytes, not 24")]
    [InlineData("whole", "its weight `whole` is of type Int32")]
    [InlineData("infinite", "its weight `infinite` has numbers that are not finite")]
    [InlineData("no number", "its weight `no number` has numbers that are not finite")]
    public void What_is_wrong_with_a_weight_is_said(string name, string reason)
    {
        ModelWeights weights = Read(
            Tensor("turned", DataType.Float, new byte[24], 3, 2),
            Tensor("flat", DataType.Float, new byte[24], 6),
            Tensor("short", DataType.Float, new byte[20], 2, 3),
            Tensor("whole", DataType.Int32, new byte[24], 2, 3),
            Tensor("infinite", DataType.Float, MemoryMarshal.AsBytes<float>([0, 0, 0, 0, 0, float.NegativeInfinity]), 2, 3),
            Tensor("no number", DataType.Float16, MemoryMarshal.AsBytes<Half>([.. new Half[5], Half.NaN]), 2, 3));

        AttnGanException error = Assert.Throws<AttnGanException>(() => weights.Get(name, 2, 3));

        Assert.Equal($"`tiny.onnx` is not a proper model package: {reason}. Make a new one with `attngan export`.", error.Message);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(31)]
    [InlineData(32)]
    public void Numbers_that_are_not_finite_are_found_wherever_they_are(int place)
    {
        float[] numbers = new float[33];
        Assert.Equal(numbers, Read(Tensor("n", DataType.Float, MemoryMarshal.AsBytes<float>(numbers), 33)).Get("n", 33));
        numbers[place] = float.NaN;

        ModelWeights weights = Read(Tensor("n", DataType.Float, MemoryMarshal.AsBytes<float>(numbers), 33));

        Assert.Throws<AttnGanException>(() => weights.Get("n", 33));
    }

    [Fact]
    public void Both_engines_refuse_a_model_whose_weights_are_not_all_there()
    {
        ModelPackage package = TinyPackage.Of(TinyPackage.Architecture);

        string fused = Assert.Throws<AttnGanException>(() => new FusedEngine(package, "tiny.onnx", 1)).Message;
        string onnx = Assert.Throws<AttnGanException>(() => new OnnxRuntimeEngine(package, "tiny.onnx", 1, null)).Message;

        Assert.Contains("it has no weight `text_encoder.embedding.weight`", fused);
        Assert.Equal(fused, onnx);
    }

    private static uint Expected(ushort bits) => BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf(bits));

    private static ModelWeights Read(params TensorProto[] tensors) => new(TinyPackage.Of(TinyPackage.Architecture, tensors), "tiny.onnx");

    private static TensorProto Tensor(string name, DataType type, ReadOnlySpan<byte> bytes, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape);
        return tensor;
    }
}
