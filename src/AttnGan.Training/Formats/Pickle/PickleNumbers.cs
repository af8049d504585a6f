using System.Globalization;
using System.Numerics;
using System.Text;

namespace AttnGan.Training.Formats.Pickle;

/// <summary>Converts Python's unbounded integers, to <see cref="long"/> if they fit.</summary>
internal static class PickleNumbers
{
    // Parsing decimal digits takes quadratic time, and no data file has such numbers.
    private const int MaxDigits = 400;
    private static readonly object[] Small = [.. Enumerable.Range(0, 1024).Select(number => (object)(long)number)];

    /// <summary>Boxes a number. Small numbers, such as the word IDs of captions, share their boxes.</summary>
    public static object Box(long number) => number is >= 0 and < 1024 ? Small[number] : number;

    /// <summary>Returns a long if the number fits, otherwise a BigInteger.</summary>
    public static object Plain(BigInteger number) =>
        number >= long.MinValue && number <= long.MaxValue ? Box((long)number) : number;

    public static object Parse(ReadOnlySpan<byte> digits)
    {
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            return Box(number);
        }

        return digits.Length <= MaxDigits && BigInteger.TryParse(
            Encoding.Latin1.GetString(digits), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger big)
            ? Plain(big)
            : throw new FormatException("an integer is malformed or has too many digits");
    }

    /// <summary>Converts from little-endian two's complement.</summary>
    public static object FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= MaxDigits ? Plain(new BigInteger(bytes)) : throw new FormatException("an integer has too many digits");

    public static double ParseDouble(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(text) switch
    {
        "nan" or "-nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        string digits when double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        _ => throw new FormatException("a decimal number is malformed"),
    };
}
