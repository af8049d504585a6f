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
    public void Every_finite_half_widens_to_the_same_value()
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
    public void Any_number_of_halves_is_widened_completely(int count)
    {
        ushort[] halves = [.. Enumerable.Range(0, count).Select(i => (ushort)(0x1234 + (i * 5001 % 0x4000)))];
        float[] values = new float[count + 1];
        values[count] = 7;

        ModelWeights.Widen(halves, values);

        Assert.Equal(halves.Select(Expected), values.Take(count).Select(BitConverter.SingleToUInt32Bits));
        Assert.Equal(7, values[count]);
    }

    [Fact]
    public void Weights_of_both_types_are_found_by_name()
    {
        float[] values = [1, -2.5f, 0.125f, 1e-7f, 3, 60000];
        ModelWeights weights = Read(
            Tensor("single", DataType.Float, MemoryMarshal.AsBytes<float>(values), 2, 3),
            Tensor("half", DataType.Float16, MemoryMarshal.AsBytes<Half>([.. values.Select(value => (Half)value)]), 6));

        Assert.Equal(values, weights.Get("single", 2, 3).ToArray());
        Assert.Equal(values.Select(value => (float)(Half)value), weights.Get("half", 6).ToArray());
        Assert.Equal([(float)(Half)0.125f, (float)(Half)1e-7f], weights.Get("half", 6).ToArray(2, 2));
    }

    [Theory]
    [InlineData("missing", "it has no weight `missing`")]
    [InlineData("transposed", "its weight `transposed` has shape 3 x 2, expected 2 x 3")]
    [InlineData("flat", "its weight `flat` has shape 6, expected 2 x 3")]
    [InlineData("short", "its weight `short` has 20 bytes, expected 24")]
    [InlineData("integer", "its weight `integer` has type Int32, expected Float or Float16")]
    [InlineData("infinite", "its weight `infinite` has values that are not finite")]
    [InlineData("nan", "its weight `nan` has values that are not finite")]
    public void Errors_state_the_problem_of_a_weight(string name, string problem)
    {
        ModelWeights weights = Read(
            Tensor("transposed", DataType.Float, new byte[24], 3, 2),
            Tensor("flat", DataType.Float, new byte[24], 6),
            Tensor("short", DataType.Float, new byte[20], 2, 3),
            Tensor("integer", DataType.Int32, new byte[24], 2, 3),
            Tensor("infinite", DataType.Float, MemoryMarshal.AsBytes<float>([0, 0, 0, 0, 0, float.NegativeInfinity]), 2, 3),
            Tensor("nan", DataType.Float16, MemoryMarshal.AsBytes<Half>([.. new Half[5], Half.NaN]), 2, 3));

        AttnGanException error = Assert.Throws<AttnGanException>(() => weights.Get(name, 2, 3));

        Assert.Equal($"`tiny.onnx` is not a valid model package: {problem}. Export the model again with `attngan export`.", error.Message);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(31)]
    [InlineData(32)]
    public void Values_that_are_not_finite_are_found_at_any_position(int position)
    {
        float[] values = new float[33];
        Assert.Equal(values, Read(Tensor("n", DataType.Float, MemoryMarshal.AsBytes<float>(values), 33)).Get("n", 33).ToArray());
        values[position] = float.NaN;

        ModelWeights weights = Read(Tensor("n", DataType.Float, MemoryMarshal.AsBytes<float>(values), 33));

        Assert.Throws<AttnGanException>(() => weights.Get("n", 33));
    }

    [Fact]
    public void Both_engines_reject_a_model_with_missing_weights()
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
