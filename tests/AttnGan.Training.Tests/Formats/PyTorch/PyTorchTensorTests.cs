using AttnGan.Training.Formats.PyTorch;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Formats.PyTorch;

public sealed class PyTorchTensorTests
{
    private static readonly StorageType s_float = new(ScalarType.Float32, 4);

    [Theory]
    [InlineData(0, new long[] { 24 }, new long[] { 1 }, 24, 24, true)]
    [InlineData(23, new long[] { }, new long[] { }, 1, 1, true)]
    [InlineData(4, new long[] { 4, 5 }, new long[] { 5, 1 }, 20, 20, true)]
    [InlineData(0, new long[] { 3, 4 }, new long[] { 1, 3 }, 12, 12, false)] // transposed
    [InlineData(1, new long[] { 3, 2 }, new long[] { 8, 1 }, 6, 18, false)] // columns
    [InlineData(2, new long[] { 5 }, new long[] { 3 }, 5, 13, false)]
    [InlineData(7, new long[] { 3, 4 }, new long[] { 1, 0 }, 12, 3, false)] // expanded
    [InlineData(0, new long[] { 1, 4, 1 }, new long[] { 99, 1, 77 }, 4, 4, true)] // the stride of a length of 1 does not matter
    [InlineData(24, new long[] { 0, 5 }, new long[] { 5, 1 }, 0, 0, true)]
    [InlineData(24, new long[] { 5, 0 }, new long[] { 7, 7 }, 0, 0, true)]
    public void A_view_within_its_storage_has_a_number_of_elements_and_a_span(
        long offset, long[] shape, long[] strides, long count, long span, bool contiguous)
    {
        PyTorchTensor tensor = View(offset, shape, strides);

        Assert.Equal((count, span, contiguous, 4 * count), (tensor.Count, tensor.Span, tensor.IsContiguous, tensor.Bytes));
        Assert.Equal((offset, shape, strides), (tensor.Offset, tensor.Shape, tensor.Strides));
    }

    [Theory]
    [InlineData(1, new long[] { 24 }, new long[] { 1 }, "a tensor of shape (24) extends to element 24, but its storage `0` has 24")]
    [InlineData(25, new long[] { 0 }, new long[] { 1 }, "has 24 elements")]
    [InlineData(-1, new long[] { 0 }, new long[] { 1 }, "has 24 elements")]
    [InlineData(24, new long[] { }, new long[] { }, "extends to element 24")]
    [InlineData(3, new long[] { 4, 3 }, new long[] { 7, 1 }, "extends to element 26")]
    [InlineData(0, new long[] { 1L << 32, 1L << 31 }, new long[] { 0, 0 }, "a tensor has an invalid shape (4294967296, 2147483648)")]
    [InlineData(0, new long[] { 0, 1L << 32, 1L << 31 }, new long[] { 0, 0, 0 }, "a tensor has an invalid shape (0, 4294967296")]
    [InlineData(0, new long[] { 3 }, new long[] { 1L << 62 }, "a tensor has an invalid shape (3)")]
    [InlineData(0, new long[] { 2 }, new long[] { -1 }, "a tensor has an invalid shape (2) or strides (-1)")]
    [InlineData(0, new long[] { -1 }, new long[] { 1 }, "a tensor has an invalid shape (-1) or strides (1)")]
    [InlineData(0, new long[] { 2 }, new long[] { 2, 1 }, "a tensor has an invalid shape (2) or strides (2, 1)")]
    public void Other_views_are_rejected_with_their_shape(long offset, long[] shape, long[] strides, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => View(offset, shape, strides)).Message);

    /// <summary>An expanded view may have more elements than memory has bytes.</summary>
    [Fact]
    public void A_size_in_bytes_beyond_64_bits_is_the_largest_number()
    {
        Assert.Equal(4 * ((1L << 61) - 1), View(0, [(1L << 61) - 1], [0]).Bytes);
        Assert.Equal(long.MaxValue, View(0, [1L << 61], [0]).Bytes);
    }

    [Fact]
    public void A_tensor_has_up_to_64_dimensions()
    {
        long[] ones = [.. Enumerable.Repeat(1L, 64)];

        Assert.Equal(1, View(0, ones, ones).Count);
        Assert.Throws<FormatException>(() => View(0, [.. ones, 1], [.. ones, 1]));
    }

    /// <summary>Untyped storages count bytes.</summary>
    [Theory]
    [InlineData(7, 3, true)]
    [InlineData(7, 4, false)]
    [InlineData(8, 4, true)]
    public void Bounds_are_those_of_the_tensors_own_type(long bytes, long length, bool accepted)
    {
        var half = new StorageType(ScalarType.Float16, 2);
        var storage = new PyTorchStorage("0", PyTorchTypes.Untyped, bytes, 0);

        Exception? error = Record.Exception(() => new PyTorchTensor(storage, half, 0, [length], [1]));

        Assert.Equal(accepted, error is null);
    }

    private static PyTorchTensor View(long offset, long[] shape, long[] strides) =>
        new(new PyTorchStorage("0", s_float, 24, 0), s_float, offset, shape, strides);
}
