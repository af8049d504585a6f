using System.Numerics;
using System.Text;
using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Tests.Formats.Pickle;

public sealed class PickleNumbersTests
{
    [Fact]
    public void Numbers_of_up_to_400_digits_are_read()
    {
        string digits = new('7', 400);

        Assert.Equal(BigInteger.Parse(digits, null), PickleNumbers.Parse(Encoding.ASCII.GetBytes(digits)));
        Assert.Contains(
            "too many digits", Assert.Throws<FormatException>(() => PickleNumbers.Parse(Encoding.ASCII.GetBytes(digits + "7"))).Message);

        byte[] bytes = [.. Enumerable.Repeat((byte)1, 400)];
        Assert.Equal(new BigInteger(bytes), PickleNumbers.FromBytes(bytes));
        Assert.Contains("too many digits", Assert.Throws<FormatException>(() => PickleNumbers.FromBytes([.. bytes, 1])).Message);
    }

    [Fact]
    public void A_number_is_a_long_if_it_fits()
    {
        Assert.Equal(long.MaxValue, PickleNumbers.Plain(long.MaxValue));
        Assert.Equal(long.MinValue, PickleNumbers.Plain(long.MinValue));
        Assert.Equal(new BigInteger(long.MaxValue) + 1, PickleNumbers.Plain(new BigInteger(long.MaxValue) + 1));
        Assert.Equal(new BigInteger(long.MinValue) - 1, PickleNumbers.Plain(new BigInteger(long.MinValue) - 1));
    }

    [Fact]
    public void Small_numbers_share_their_boxes()
    {
        Assert.All((long[])[0, 1, 1023], number => Assert.Same(PickleNumbers.Box(number), PickleNumbers.Box(number)));
        Assert.All((long[])[-1, 0, 1, 1023, 1024, 5000], number => Assert.Equal(number, PickleNumbers.Box(number)));
    }

    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData("-1E+3", -1000)]
    [InlineData("nan", double.NaN)]
    [InlineData("-nan", double.NaN)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    public void Decimal_numbers_are_those_of_Pythons_repr(string text, double expected) =>
        Assert.Equal(expected, PickleNumbers.ParseDouble(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("")]
    [InlineData("1,5")]
    [InlineData("1.5 x")]
    public void Malformed_decimal_numbers_are_rejected(string text) =>
        Assert.Throws<FormatException>(() => PickleNumbers.ParseDouble(Encoding.ASCII.GetBytes(text)));
}
