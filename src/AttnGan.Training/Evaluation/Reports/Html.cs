using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>
/// A fragment of a page, written as an interpolated string. Interpolated values are encoded unless they are fragments themselves, so
/// that captions and names, which are user input, cannot become markup.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Html(int literalLength, int formattedCount)
{
    private const int TypicalHole = 24;

    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text = new(literalLength + (formattedCount * TypicalHole));

    /// <summary>Returns text from the program itself without encoding it.</summary>
    public static Html Trusted(string text)
    {
        var piece = new Html(text.Length, 0);
        piece.AppendLiteral(text);
        return piece;
    }

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted(string? text)
    {
        if (text is not null)
        {
            _text.Append(s_encoder.Encode(text));
        }
    }

    public void AppendFormatted(Html? piece) => _text.Append(piece?._text);

    public void AppendFormatted(IEnumerable<Html> pieces)
    {
        foreach (Html piece in pieces)
        {
            AppendFormatted(piece);
        }
    }

    public void AppendFormatted<T>(T number, string? format = null) where T : struct, IFormattable =>
        AppendFormatted(number.ToString(format, CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}
