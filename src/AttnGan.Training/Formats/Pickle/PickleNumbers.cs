using System.Globalization;
using System.Numerics;
using System.Text;

namespace AttnGan.Training.Formats.Pickle;

/// <summary>Python's integers, which have no bounds, as <see cref="long"/> where they fit.</summary>
internal static class PickleNumbers
{
    // Parsing decimal digits takes quadratic time; no data file counts that far.
    private const int MaximumDigits = 400;
    private static readonly object[] Small = [.. Enumerable.Range(0, 1024).Select(number => (object)(long)number)];

    /// <summary>Boxes; the small numbers that captions are made of share their boxes.</summary>
    public static object Box(long number) => number is >= 0 and < 1024 ? Small[number] : number;

    /// <returns>A long if the number fits, else a BigInteger.</returns>
    public static object Plain(BigInteger number) =>
        number >= long.MinValue && number <= long.MaxValue ? Box((long)number) : number;

    public static object Parse(ReadOnlySpan<byte> digits)
    {
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            return Box(number);
        }

        return digits.Length <= MaximumDigits && BigInteger.TryParse(
            Encoding.Latin1.GetString(digits), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger big)
            ? Plain(big)
            : throw new FormatException("a whole number is not one, or has too many digits");
    }

    /// <summary>Two's complement, little-endian.</summary>
    public static object FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= MaximumDigits ? Plain(new BigInteger(bytes)) : throw new FormatException("a whole number has too many digits");

    public static double ParseDouble(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(text) switch
    {
        "nan" or "-nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        string digits when double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        _ => throw new FormatException("a decimal number is not one"),
    };
}
