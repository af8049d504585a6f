using System.Text;
using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Tests.Formats.Pickle;

public sealed class NumpyTypeTests
{
    /// <summary>Scalars in little-endian bytes, as <c>numpy.ndarray.tobytes</c> writes them.</summary>
    public static TheoryData<string, byte[], object> Scalars => new()
    {
        { "b1", [0], false },
        { "b1", [1], true },
        { "i1", [0xff], -1L },
        { "i2", [0xfe, 0xff], -2L },
        { "i4", [0xfd, 0xff, 0xff, 0xff], -3L },
        { "i8", [0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -4L },
        { "u1", [0xff], 255L },
        { "u2", [0x01, 0xff], 0xff01L },
        { "u4", [0x01, 0x02, 0x03, 0xff], 0xff030201L },
        { "u8", [1, 0, 0, 0, 0, 0, 0, 0], 1L },
        { "u8", [0, 0, 0, 0, 0, 0, 0, 0x80], System.Numerics.BigInteger.Pow(2, 63) },
        { "f2", [0x00, 0xc1], -2.5 },
        { "f4", [0x00, 0x00, 0x20, 0xc0], -2.5 },
        { "f8", [0, 0, 0, 0, 0, 0, 0x04, 0xc0], -2.5 },
    };

    [Theory]
    [MemberData(nameof(Scalars))]
    public void Scalars_are_decoded_in_both_byte_orders(string code, byte[] little, object expected)
    {
        Assert.Equal(expected, new NumpyType(code).Scalar(little));
        Assert.Equal(expected, Ordered("<").Scalar(little));
        Assert.Equal(expected, Ordered("|").Scalar(little));
        Assert.Equal(expected, Ordered(">").Scalar([.. little.Reverse()]));

        NumpyType Ordered(string order)
        {
            var type = new NumpyType(code);
            type.SetState(new PickleTuple(3L, order, null, null, null, -1L, -1L, 0L));
            return type;
        }
    }

    [Theory]
    [InlineData("i4", 2, "a numpy scalar of type i4 has 2 bytes")]
    [InlineData("f8", 9, "a numpy scalar of type f8 has 9 bytes")]
    [InlineData("ix", 1, "a numpy scalar of type ix has 1 bytes")]
    [InlineData("ix", 0, "a numpy scalar of type ix has 0 bytes")]
    [InlineData("<", 0, "a numpy scalar of type  has 0 bytes")]
    [InlineData("S65537", 65537, "a numpy scalar of type S65537 has 65537 bytes")]
    [InlineData("c16", 16, "a numpy value has type c16, which is not supported")]
    [InlineData("c8", 8, "a numpy value has type c8, which is not supported")]
    [InlineData("V3", 3, "a numpy value has type V3, which is not supported")]
    public void Other_types_are_rejected(string code, int bytes, string reason) =>
        Assert.StartsWith(
            reason, Assert.Throws<FormatException>(() => new NumpyType(code).Scalar(new byte[bytes])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_text_has_up_to_65536_bytes_of_Unicode()
    {
        Assert.Equal(new string('a', 65536), new NumpyType("S65536").Scalar([.. Enumerable.Repeat((byte)'a', 65536)]));
        Assert.Equal(
            "a numpy text is not Unicode", Assert.Throws<FormatException>(() => new NumpyType("U1").Scalar([0, 0, 0x11, 0])).Message);
    }

    /// <summary>An array without elements needs no supported type.</summary>
    [Fact]
    public void No_bytes_are_no_elements_of_any_type() => Assert.Empty(new NumpyType("V0").Elements([]));

    [Theory]
    [InlineData("C\u0002\u0001\u0080")] // bytes
    [InlineData("U\u0002\u0001\u0080")] // Python 2: a string that is not valid UTF-8
    [InlineData("V\u0001\u0080\n")] // read with encoding "latin1"
    public void The_bytes_of_a_scalar_may_be_a_string_of_Python_2(string bytes)
    {
        foreach (string module in (string[])["numpy.core", "numpy._core"])
        {
            string pickle = $"c{module}.multiarray\nscalar\ncnumpy\ndtype\nVi2\n\u0085R{bytes}\u0086R.";

            Assert.Equal(-32767L, PickleReader.Read(Encoding.Latin1.GetBytes(pickle), "`test`"));
        }
    }

    [Fact]
    public void Bytes_that_look_like_UTF_8_are_not_decoded()
    {
        // "é" in UTF-8; as a string it would be one character.
        const string Pickle = "cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nVi2\n\u0085RU\u0002\u00c3\u00a9\u0086R.";

        Assert.Equal((long)BitConverter.ToInt16([0xc3, 0xa9]), PickleReader.Read(Encoding.Latin1.GetBytes(Pickle), "`test`"));
    }
}
