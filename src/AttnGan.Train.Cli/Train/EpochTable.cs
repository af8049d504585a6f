using System.Globalization;
using AttnGan.Training.Runs;

namespace AttnGan.Cli.Train;

/// <summary>
/// Lays out the results of epochs as rows of text that fit the width of a terminal: the least important columns are dropped, and no
/// row wraps.
/// </summary>
internal static class EpochTable
{
    private const string Gap = "  ";
    private const int ValueWidth = 7;

    // In the order in which they are shown. The lowest priority is dropped first.
    private static readonly Column[] s_columns =
    [
        new("loss", "loss", 90),
        new("D", "D", 89),
        new("G", "G", 88),
        new("DAMSM", "DAMSM", 87),
        new("validation_loss", "val loss", 70),
        new("image_to_text_r1", "i2t R@1", 80, IsShare: true),
        new("text_to_image_r1", "t2i R@1", 79, IsShare: true),
        new("image_to_text_r10", "i2t R@10", 60, IsShare: true),
        new("text_to_image_r10", "t2i R@10", 59, IsShare: true),
        new("sentence_same_thing_r1", "thing R@1", 58, IsShare: true),
        new("sentence_color_variance", "E color", 57, IsShare: true),
        new("sentence_dimensions", "E dims", 56),
        new("r_precision", "R-prec", 86, IsShare: true),
        new("fd", "FD", 85),
        new("independent_r_precision", "ind R-prec", 84, IsShare: true),
        new("independent_fd", "ind FD", 83),
        new("generated_image_to_text_r1", "gen R@1", 50, IsShare: true),
        new("generated_image_to_text_r10", "gen R@10", 49, IsShare: true),
        new("quality", "quality", 95),
    ];

    /// <summary>Returns a row and the header above it.</summary>
    /// <param name="row">The results.</param>
    /// <param name="width">The maximum number of characters.</param>
    public static (string Header, string Row) Layout(EpochRow row, int width)
    {
        List<Cell> cells =
        [
            new(new Column("epoch", "epoch", int.MaxValue), EpochText(row), EpochText(row with { Epoch = row.Epochs }).Length),
            new(new Column("step", "step", 100), $"{row.Step}", $"{row.Steps}".Length),
            .. row.Measures.Select(CellOf).OrderBy(cell => Position(cell.Column)),
        ];
        while (cells.Count > 1 && WidthOf(cells) > width)
        {
            cells.Remove(cells.MinBy(cell => cell.Column.Priority)!);
        }

        return (Line(cells, cell => cell.Column.Header, width), Line(cells, cell => cell.Text, width));
    }

    private static string EpochText(EpochRow row) => row.Epoch is { } epoch ? $"{epoch}/{row.Epochs}" : "";

    private static Cell CellOf(Measure measure)
    {
        Column column = s_columns.FirstOrDefault(column => column.Measure == measure.Name) ?? new Column(measure.Name, measure.Name, 0);
        string text = column.IsShare ? measure.Value.ToString("P1", CultureInfo.InvariantCulture) : Number(measure.Value);
        return new Cell(column, text, ValueWidth);
    }

    private static int Position(Column column) => Array.IndexOf(s_columns, column) is var index and >= 0 ? index : s_columns.Length;

    private static string Number(double value)
    {
        string text = value.ToString("F3", CultureInfo.InvariantCulture);
        return text.Length <= ValueWidth ? text : value.ToString("0.##E+0", CultureInfo.InvariantCulture);
    }

    private static int WidthOf(List<Cell> cells) => cells.Sum(cell => cell.Width) + (Gap.Length * (cells.Count - 1));

    private static string Line(List<Cell> cells, Func<Cell, string> text, int width)
    {
        string line = string.Join(Gap, cells.Select(cell => text(cell).PadLeft(cell.Width)));
        return line.Length <= width ? line : line[..width];
    }

    private sealed record Column(string Measure, string Header, int Priority, bool IsShare = false);

    private sealed record Cell(Column Column, string Text, int MinWidth)
    {
        public int Width => Math.Max(MinWidth, Math.Max(Column.Header.Length, Text.Length));
    }
}
