using System.Text;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Tests.Formats.Pickle;

/// <summary>Pickles that numpy wrote are read as lists.</summary>
public sealed class NumpyArrayTests
{
    [Fact]
    public void Arrays_of_texts_and_numbers_are_lists()
    {
        Assert.Equal(
            Enumerable.Range(0, 12).Select(i => (object?)$"k{i % 2}/p{i:00}"), Read("filenames.pickle"));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (object?)(long)(i % 4)), Read("class_info.pickle"));
    }

    // numpy 1.24: pickle.dumps(x, protocol=2) with (1, shape, dtype, is Fortran order, bytes) of the state written by hand.
    [Fact]
    public void The_elements_of_two_dimensions_follow_their_order()
    {
        byte[] data = [1, 2, 3, 4, 5, 6];
        var type = new NumpyType("u1");
        var rows = new NumpyArray();
        rows.Fill(type, new PickleTuple(2L, 3L), isFortran: false, data, value => (byte[]?)value);
        var columns = new NumpyArray();
        columns.Fill(type, new PickleTuple(2L, 3L), isFortran: true, data, value => (byte[]?)value);

        Assert.Equal("1 2 3 | 4 5 6", Text(rows));
        Assert.Equal("1 3 5 | 2 4 6", Text(columns));

        static string Text(NumpyArray array) =>
            string.Join(" | ", array.Select(row => string.Join(' ', (IReadOnlyList<object?>)row!)));
    }

    [Theory]
    [InlineData("u1", 7, "a numpy array has 6 elements, but its shape has 7")]
    [InlineData("i4", 1, "a numpy value has type i4, which is not supported")]
    [InlineData("M8", 1, "a numpy value has type M8, which is not supported; save a list of numbers or strings (`list(x)`)")]
    public void Arrays_that_do_not_fit_their_bytes_are_rejected(string code, long length, string message)
    {
        FormatException error = Assert.Throws<FormatException>(() => new NumpyArray().Fill(
            new NumpyType(code), new PickleTuple(length), isFortran: false, new byte[6], value => (byte[]?)value));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    /// <summary>A shape costs a few bytes of a file, whatever it promises.</summary>
    [Theory]
    [InlineData(65536, 65536, 65536, 65536)] // the product of these lengths is 0 in 64 bits
    [InlineData(4_000_000, 4_000_000, 4_000_000, 1)]
    public void A_shape_of_too_many_elements_is_rejected(long a, long b, long c, long d)
    {
        FormatException error = Assert.Throws<FormatException>(() => new NumpyArray().Fill(
            new NumpyType("u1"), new PickleTuple(a, b, c, d), isFortran: false, Array.Empty<byte>(), value => (byte[]?)value));

        Assert.Contains("but its shape has", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_with_a_length_of_0_is_an_empty_list_whatever_its_other_lengths()
    {
        var array = new NumpyArray();

        array.Fill(
            new NumpyType("u1"),
            new PickleTuple(4_000_000L, 4_000_000L, 0L),
            isFortran: false,
            Array.Empty<byte>(),
            value => (byte[]?)value);

        Assert.Empty(array);
        Assert.Equal(0, array.Elements);
    }

    [Fact]
    public void An_array_without_dimensions_has_one_element()
    {
        var array = new NumpyArray();

        array.Fill(new NumpyType("u1"), new PickleTuple(), isFortran: false, new byte[] { 7 }, value => (byte[]?)value);

        Assert.Equal([7L], array);
    }

    [Fact]
    public void An_array_is_filled_once()
    {
        var array = new NumpyArray();
        Fill();

        Assert.Equal("a numpy array is filled twice", Assert.Throws<FormatException>(Fill).Message);
        Assert.Equal([7L], array);

        void Fill() => array.Fill(
            new NumpyType("u1"), new PickleTuple(1L), isFortran: false, new byte[] { 7 }, value => (byte[]?)value);
    }

    [Fact]
    public void An_array_has_up_to_8_dimensions_of_lengths_within_the_limit()
    {
        object?[] ones = [.. Enumerable.Repeat((object?)1L, 8)];

        Assert.Equal(1, Filled(new PickleTuple(ones)).Elements);
        Assert.Equal("a numpy array has an unknown shape of 9 dimensions", Rejected(new PickleTuple([.. ones, 1L])));
        Assert.All((object?[])[-1L, 4_000_001L, "1", null], length => Assert.Equal(
            "a numpy array has an unknown shape of 2 dimensions", Rejected(new PickleTuple(1L, length))));
        Assert.Equal("a numpy array has no shape", Rejected(1L));

        static string Rejected(object? shape) => Assert.Throws<FormatException>(() => Filled(shape)).Message;

        static NumpyArray Filled(object? shape)
        {
            var array = new NumpyArray();
            array.Fill(new NumpyType("u1"), shape, isFortran: false, new byte[] { 7 }, value => (byte[]?)value);
            return array;
        }
    }

    [Fact]
    public void An_array_of_objects_has_up_to_4000000_elements_of_a_list()
    {
        Assert.Equal(4_000_000, Filled(4000, 1000).Elements);
        Assert.Equal(
            "a numpy array has 4001000 elements, but its shape has 4000001; the maximum is 4000000",
            Assert.Throws<FormatException>(() => Filled(4001, 1000)).Message);
        Assert.Equal(
            "a numpy array has no data",
            Assert.Throws<FormatException>(
                () => new NumpyArray().Fill(new NumpyType("O8"), new PickleTuple(1L), isFortran: false, null, _ => null)).Message);

        static NumpyArray Filled(int rows, int columns)
        {
            var array = new NumpyArray();
            List<object?> data = [.. new object?[rows * columns]];
            array.Fill(new NumpyType("O8"), new PickleTuple((long)rows, (long)columns), isFortran: false, data, _ => null);
            return array;
        }
    }

    /// <summary>As numpy writes arrays in protocol 5: (buffer, dtype, shape, order). numpy 2 has renamed the module.</summary>
    [Theory]
    [InlineData("numpy.core.numeric", 'C', "1 2 | 3 4 | 5 6")]
    [InlineData("numpy._core.numeric", 'C', "1 2 | 3 4 | 5 6")]
    [InlineData("numpy.core.numeric", 'F', "1 4 | 2 5 | 3 6")]
    public void Arrays_are_read_from_their_buffer(string module, char order, string expected)
    {
        string pickle =
            $"c{module}\n_frombuffer\n(C\u0006\u0001\u0002\u0003\u0004\u0005\u0006" +
            $"cnumpy\ndtype\nVu1\n\u0085RK\u0003K\u0002\u0086V{order}\ntR.";

        NumpyArray array = Assert.IsType<NumpyArray>(PickleReader.Read(Encoding.Latin1.GetBytes(pickle), "`test`"));

        Assert.Equal(expected, string.Join(" | ", array.Select(row => string.Join(' ', (IReadOnlyList<object?>)row!))));
    }

    [Theory]
    [InlineData("U2", new byte[] { 0x61, 0, 0, 0, 0xE9, 0, 0, 0 }, "aé")]
    [InlineData("U3", new byte[] { 0x61, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "a")]
    [InlineData(">U1", new byte[] { 0, 1, 0xF6, 0x42 }, "🙂")]
    [InlineData("S4", new byte[] { 0x61, 0x62, 0, 0 }, "ab")]
    public void Texts_are_scalars(string code, byte[] bytes, string text) => Assert.Equal(text, new NumpyType(code).Scalar(bytes));

    [Fact]
    public void A_Git_LFS_pointer_is_named()
    {
        string path = ReferenceValues.PathOf("data/weights/pointer.pickle");
        Assert.Equal(
            $"`{path}` is a Git LFS pointer to a file of 50 MB, not the file: fetch it with `git lfs pull`",
            Assert.Throws<CheckpointException>(() => PickleReader.ReadFile(path)).Message);
    }

    private static List<object?> Read(string file) =>
        Assert.IsAssignableFrom<List<object?>>(PickleReader.ReadFile(ReferenceValues.PathOf($"data/numpy/{file}")));
}
