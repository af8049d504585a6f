using AttnGan.Imaging;
using ScottPlot;
using ScottPlot.Plottables;
using SkiaSharp;

namespace AttnGan.Training.Runs;

/// <summary>Renders panels of curves as an image with the embedded font. It requires neither installed fonts nor a display.</summary>
internal static class CurveFigure
{
    private const int PanelWidth = 560;
    private const int PanelHeight = 340;
    private const int TitleHeight = 44;
    private const int MaxColumns = 3;
    private const string Font = "AttnGan";

    // The extreme values of a curve do not count for the limits of the axis: one spike at the start would flatten the rest.
    private const double OutlierShare = 0.005;

    // Distinguishable with color vision deficiency (Okabe and Ito, 2008).
    private static readonly Color[] s_colors =
        [.. new[] { "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000" }.Select(hex => Color.FromHex(hex))];

    static CurveFigure()
    {
        Fonts.FontResolvers.Insert(0, new EmbeddedFont());
        Fonts.Default = Font;
    }

    /// <summary>Draws panels in a grid.</summary>
    /// <param name="title">The title of the image.</param>
    /// <param name="panels">At least one panel.</param>
    /// <returns>A PNG file.</returns>
    public static byte[] ToPng(string title, IReadOnlyList<CurvePanel> panels)
    {
        int columns = panels.Count == 4 ? 2 : Math.Min(MaxColumns, panels.Count);
        int rows = (panels.Count + columns - 1) / columns;
        var plots = new Multiplot();
        plots.AddPlots(panels.Count);
        for (int i = 0; i < panels.Count; i++)
        {
            Fill(plots.GetPlot(i), panels[i]);
        }

        plots.Layout = new ScottPlot.MultiplotLayouts.Grid(rows, columns);
        (int width, int height) = (columns * PanelWidth, (rows * PanelHeight) + TitleHeight);
        using var surface = SKSurface.Create(new SKImageInfo(width, height));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Translate(0, TitleHeight); // the layout begins at 0 whatever the rectangle's top is
        plots.Render(surface.Canvas, new PixelRect(0, width, height - TitleHeight, 0));
        surface.Canvas.ResetMatrix();
        using SKTypeface typeface = Lettering.OpenTypeface(bold: true);
        using var font = new SKFont(typeface, 20);
        using var ink = new SKPaint { IsAntialias = true, Color = SKColors.Black };
        surface.Canvas.DrawText(title, width / 2f, 30, SKTextAlign.Center, font, ink);
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static void Fill(Plot plot, CurvePanel panel)
    {
        for (int i = 0; i < panel.Curves.Count; i++)
        {
            Add(plot, panel.Curves[i], panel.Marked[i], s_colors[i % s_colors.Length]);
        }

        plot.HideLegend();

        plot.Title(panel.Title, size: 15);
        plot.XLabel("steps", size: 13);
        plot.YLabel(panel.Unit, size: 13);
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Left.Label.Bold = false;
        Limit(plot, panel);
        if (panel.Curves.Count > 1)
        {
            plot.Legend.Orientation = Orientation.Horizontal;
            plot.Legend.ShadowColor = Colors.Transparent;
            plot.Legend.OutlineColor = Colors.Transparent;
            plot.Legend.BackgroundColor = Colors.Transparent;
            plot.Legend.Margin = new PixelPadding(0);
            plot.Legend.Padding = new PixelPadding(2);
            ScottPlot.Panels.LegendPanel legend = plot.ShowLegend(Edge.Bottom); // outside the plot, where it covers no curve
            legend.Padding = new PixelPadding(0);
        }
    }

    private static void Add(Plot plot, Curve curve, long? marked, Color color)
    {
        IReadOnlyList<CurvePoint>? smoothed = curve.Smoothed();
        Scatter raw = Line(plot, curve.Points, smoothed is null ? color : color.WithAlpha(.3));
        Scatter main = smoothed is null ? raw : Line(plot, smoothed, color);
        main.LineWidth = 2;
        main.LegendText = curve.Name;
        if (smoothed is null)
        {
            raw.MarkerSize = 5; // a line needs two points; a marker shows one as well
        }

        if (marked is { } step && curve.Points.FirstOrDefault(point => point.Step == step) is { Step: > 0 } best)
        {
            Marker ring = plot.Add.Marker(best.Step, best.Value, MarkerShape.OpenCircle, 13, color);
            ring.LineWidth = 2;
        }
    }

    private static Scatter Line(Plot plot, IReadOnlyList<CurvePoint> points, Color color)
    {
        Scatter line = plot.Add.Scatter(
            points.Select(point => (double)point.Step).ToArray(), points.Select(point => point.Value).ToArray(), color);
        line.MarkerSize = 0;
        return line;
    }

    private static void Limit(Plot plot, CurvePanel panel)
    {
        double[] values = [.. panel.Curves.SelectMany(curve => curve.Points).Select(point => point.Value).Order()];
        int outliers = (int)(values.Length * OutlierShare);
        (double low, double high) = (values[outliers], values[^(outliers + 1)]);
        double margin = high > low ? (high - low) * .06 : Math.Max(Math.Abs(high) * .1, .01);
        long last = panel.Curves.Max(curve => curve.Points[^1].Step);
        plot.Axes.SetLimits(0, last * 1.02, low - margin, high + margin);
    }

    private sealed class EmbeddedFont : IFontResolver
    {
        private readonly Lazy<SKTypeface> _regular = new(() => Lettering.OpenTypeface(bold: false));
        private readonly Lazy<SKTypeface> _bold = new(() => Lettering.OpenTypeface(bold: true));

        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            CreateTypeface(fontName, weight >= FontWeight.SemiBold, italic: false);

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => (bold ? _bold : _regular).Value;
    }
}
