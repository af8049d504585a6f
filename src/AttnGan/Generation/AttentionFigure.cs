using System.Globalization;
using AttnGan.Attention;
using AttnGan.Imaging;

namespace AttnGan.Generation;

/// <summary>
/// Draws a figure of a generated image: the image of every stage, and the attention map of every word at each refinement stage.
/// </summary>
public static class AttentionFigure
{
    private const int Margin = 24;
    private const int Gap = 12;
    private const int SectionGap = 22;
    private const int LegendWidth = 120;
    private const int LegendHeight = 10;

    private static readonly RgbColor s_ink = new(0x1f, 0x23, 0x28);
    private static readonly RgbColor s_faint = new(0x6e, 0x77, 0x81);
    private static readonly RgbColor s_rule = new(0xd8, 0xde, 0xe4);
    private static readonly RgbColor s_accent = new(0xc7, 0x3e, 0x4c);

    private static readonly TextStyle s_title = new(20, s_ink, Bold: true);
    private static readonly TextStyle s_heading = new(15, s_ink, Bold: true);
    private static readonly TextStyle s_note = new(13, s_faint);
    private static readonly TextStyle s_word = new(14, s_faint);
    private static readonly TextStyle s_topWord = new(14, s_ink, Bold: true);
    private static readonly TextStyle s_topShare = new(13, s_accent, Bold: true);

    /// <summary>
    /// Draws the figure. Its title is the caption. The first row has the images of all stages, enlarged to the same size. Then follows,
    /// for each refinement stage, a cell per word in the caption's order: the word, its <see cref="HeatMap.Overlay"/> over the image of
    /// the stage, and its share of the stage's attention (<see cref="StageAttention.WordWeights"/>). The words with the largest shares
    /// are bold and framed (<see cref="AttentionFigureOptions.EmphasizedWords"/>).
    /// </summary>
    /// <param name="image">An image with at least one stage.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the image has no stage.</exception>
    public static RgbImage Draw(GeneratedImage image, AttentionFigureOptions? options = null)
    {
        options ??= new AttentionFigureOptions();
        Check(image, options);
        var layout = new Layout(image, options);
        var figure = new RgbImage(layout.Width, layout.Height);
        figure.Fill(0, 0, figure.Width, figure.Height, options.Background);

        int y = Margin;
        if (options.Title)
        {
            y = DrawTitle(figure, image, layout.TitleLines, y);
        }

        y = DrawImages(figure, image.Stages, options.ImageSize, y);
        foreach (StageAttention attention in image.Attention)
        {
            y += SectionGap;
            figure.Fill(Margin, y, figure.Width - (2 * Margin), 1, s_rule);
            y = DrawAttention(figure, image, attention, options, y + 1 + Gap);
        }

        return figure;
    }

    private static void Check(GeneratedImage image, AttentionFigureOptions options)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MapSize, 48);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ImageSize, 48);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WordsPerRow, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.EmphasizedWords);
        if (image.Stages.Count == 0)
        {
            throw new ArgumentException("The image has no stages to draw.", nameof(image));
        }
    }

    private static int DrawTitle(RgbImage figure, GeneratedImage image, IReadOnlyList<string> lines, int y)
    {
        foreach (string line in lines)
        {
            Lettering.Draw(figure, line, Margin, y, s_title);
            y += Lettering.LineHeight(s_title);
        }

        Lettering.Draw(figure, string.Create(CultureInfo.InvariantCulture, $"seed {image.Seed}"), Margin, y, s_note);
        return y + Lettering.LineHeight(s_note) + Gap;
    }

    private static int DrawImages(RgbImage figure, IReadOnlyList<RgbImage> images, int size, int y)
    {
        for (int i = 0; i < images.Count; i++)
        {
            int x = Margin + (i * (size + Gap));
            RgbImage image = images[i].FitInto(size, size);
            (int left, int top) = (x + ((size - image.Width) / 2), y + ((size - image.Height) / 2));
            figure.Paste(image, left, top);
            figure.Frame(left, top, image.Width, image.Height, 1, s_rule);
            Lettering.DrawCentered(figure, SizeOf(images[i]), x, y + size + 4, size, s_note);
        }

        return y + size + 4 + Lettering.LineHeight(s_note);
    }

    private static int DrawAttention(
        RgbImage figure, GeneratedImage image, StageAttention attention, AttentionFigureOptions options, int y)
    {
        // Stages are counted from 1.
        RgbImage stageImage = image.Stages[Math.Clamp(attention.Stage, 1, image.Stages.Count) - 1];
        DrawHeading(figure, attention, y);
        y += Lettering.LineHeight(s_heading) + Gap;

        RgbImage backdrop = stageImage.FitInto(options.MapSize, options.MapSize);
        // At most half of the words: emphasis on all would be emphasis on none.
        int emphasized = Math.Min(options.EmphasizedWords, (attention.Words.Count + 1) / 2);
        HashSet<int> top = emphasized == 0 ? [] : attention.TopWords(emphasized).Select(word => word.Index).ToHashSet();
        int rows = (attention.Words.Count + options.WordsPerRow - 1) / options.WordsPerRow;
        foreach (WordWeight word in attention.WordWeights())
        {
            int x = Margin + (word.Index % options.WordsPerRow * (options.MapSize + Gap));
            DrawWord(
                figure,
                word,
                HeatMap.Overlay(backdrop, attention, word.Index),
                x,
                y + (word.Index / options.WordsPerRow * (CellHeight(options.MapSize) + Gap)),
                options.MapSize,
                top.Contains(word.Index));
        }

        return y + (rows * (CellHeight(options.MapSize) + Gap)) - Gap;
    }

    private static void DrawHeading(RgbImage figure, StageAttention attention, int y)
    {
        string heading = string.Create(CultureInfo.InvariantCulture, $"Stage {attention.Stage}");
        Lettering.Draw(figure, heading, Margin, y, s_heading);
        int baselineShift = Lettering.LineHeight(s_heading) - Lettering.LineHeight(s_note) - 1;
        string note = string.Create(CultureInfo.InvariantCulture, $"attention at {attention.Size} × {attention.Size}");
        Lettering.Draw(figure, note, Margin + (int)Lettering.Measure(heading, s_heading) + 10, y + baselineShift, s_note);
        DrawLegend(figure, y + baselineShift);
    }

    /// <summary>Draws the color scale of the heat maps at the right border, from no attention to the word's largest weight.</summary>
    private static void DrawLegend(RgbImage figure, int y)
    {
        const string MinLabel = "none", MaxLabel = "word’s most";
        int maxX = figure.Width - Margin - (int)Math.Ceiling(Lettering.Measure(MaxLabel, s_note));
        int barX = maxX - 8 - LegendWidth;
        int barY = y + ((Lettering.LineHeight(s_note) - LegendHeight) / 2) + 1;
        for (int i = 0; i < LegendWidth; i++)
        {
            figure.Fill(barX + i, barY, 1, LegendHeight, HeatMap.Cover(255, i / (LegendWidth - 1f)));
        }

        Lettering.Draw(figure, MaxLabel, maxX, y, s_note);
        Lettering.Draw(figure, MinLabel, barX - 8 - (int)Math.Ceiling(Lettering.Measure(MinLabel, s_note)), y, s_note);
    }

    private static void DrawWord(RgbImage figure, WordWeight word, RgbImage overlay, int x, int y, int size, bool emphasized)
    {
        Lettering.DrawCentered(figure, word.Word, x, y, size, emphasized ? s_topWord : s_word);
        y += Lettering.LineHeight(s_word) + 4;
        (int left, int top) = (x + ((size - overlay.Width) / 2), y + ((size - overlay.Height) / 2));
        figure.Paste(overlay, left, top);
        if (emphasized)
        {
            figure.Frame(left, top, overlay.Width, overlay.Height, 2, s_accent);
        }

        // A bar of the word's share of the cell's width.
        y += size + 5;
        figure.Fill(x, y, size, 4, s_rule);
        figure.Fill(x, y, (int)Math.Round(word.Weight * size), 4, emphasized ? s_accent : s_faint);
        Lettering.DrawCentered(figure, Percent(word.Weight), x, y + 5, size, emphasized ? s_topShare : s_note);
    }

    private static int CellHeight(int mapSize) => Lettering.LineHeight(s_word) + 4 + mapSize + 5 + 4 + 1 + Lettering.LineHeight(s_note);

    private static string Percent(float share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    private static string SizeOf(RgbImage image) => image.Width == image.Height
        ? string.Create(CultureInfo.InvariantCulture, $"{image.Width} px")
        : string.Create(CultureInfo.InvariantCulture, $"{image.Width} × {image.Height} px");

    /// <summary>The size of the figure and the lines of its title.</summary>
    private sealed class Layout
    {
        private const int MinContentWidth = 460;
        private const int MaxTitleLines = 3;

        public Layout(GeneratedImage image, AttentionFigureOptions options)
        {
            int words = image.Attention.Select(attention => Math.Min(attention.Words.Count, options.WordsPerRow)).Append(0).Max();
            int contentWidth = Math.Max(
                MinContentWidth,
                Math.Max(RowWidth(image.Stages.Count, options.ImageSize), RowWidth(words, options.MapSize)));
            Width = contentWidth + (2 * Margin);
            TitleLines = Lettering.Wrap(image.Caption.Text, contentWidth, MaxTitleLines, s_title);

            int height = Margin + options.ImageSize + 4 + Lettering.LineHeight(s_note) + Margin;
            if (options.Title)
            {
                height += (TitleLines.Count * Lettering.LineHeight(s_title)) + Lettering.LineHeight(s_note) + Gap;
            }

            foreach (StageAttention attention in image.Attention)
            {
                int rows = (attention.Words.Count + options.WordsPerRow - 1) / options.WordsPerRow;
                height += SectionGap + 1 + Gap + Lettering.LineHeight(s_heading) + Gap + (rows * (CellHeight(options.MapSize) + Gap)) - Gap;
            }

            Height = height;
        }

        public int Width { get; }

        public int Height { get; }

        public IReadOnlyList<string> TitleLines { get; }

        private static int RowWidth(int cells, int size) => (cells * (size + Gap)) - Gap;
    }
}
