namespace AttnGan.Imaging;

/// <summary>Puts pictures side by side.</summary>
public static class ImageGrid
{
    private const int CaptionGap = 4;

    /// <summary>
    /// Arranges pictures in rows from the top left. All cells have the size of the largest picture (its width and height; see also
    /// <see cref="GridOptions.MinCellSize"/>); each picture is scaled to its cell in its proportions and centred: every pixel repeated
    /// where a whole factor does it, so that the small pictures of early stages show their pixels, else smoothly.
    /// </summary>
    /// <param name="pictures">At least one.</param>
    /// <param name="columns">Cells a row, at least 1; fewer pictures make fewer columns.</param>
    /// <param name="options">Null for the defaults: no captions, white gaps of 8 pixels.</param>
    /// <exception cref="ArgumentException">
    /// There is no picture, the number of captions differs from that of the pictures, or an option is out of its range.
    /// </exception>
    /// <exception cref="AttnGanException">The grid would have more than <see cref="RgbImage.MaxPixels"/> pixels.</exception>
    public static RgbImage Compose(IReadOnlyList<RgbImage> pictures, int columns, GridOptions? options = null)
    {
        options ??= new GridOptions();
        Check(pictures, columns, options);
        columns = Math.Min(columns, pictures.Count);
        int rows = (pictures.Count + columns - 1) / columns;
        (int cellWidth, int cellHeight) = CellSize(pictures, options.MinCellSize);

        var style = new TextStyle(options.CaptionSize, options.CaptionColor);
        IReadOnlyList<string>[]? captions = options.Captions?
            .Select(caption => Lettering.Wrap(caption ?? "", cellWidth, options.MaxCaptionLines, style)).ToArray();
        int lineHeight = Lettering.LineHeight(style);
        // A row is as high as its longest caption needs.
        long[] tops = new long[rows + 1];
        tops[0] = options.Gap;
        for (int row = 0; row < rows; row++)
        {
            int lines = captions?.Skip(row * columns).Take(columns).Max(caption => caption.Count) ?? 0;
            tops[row + 1] = tops[row] + cellHeight + (lines == 0 ? 0 : CaptionGap + (lines * lineHeight)) + options.Gap;
        }

        RgbImage grid = Blank(options.Gap + ((long)columns * (cellWidth + options.Gap)), tops[rows], pictures.Count, options.Background);
        for (int i = 0; i < pictures.Count; i++)
        {
            int x = options.Gap + (i % columns * (cellWidth + options.Gap));
            int y = (int)tops[i / columns];
            RgbImage scaled = pictures[i].FitInto(cellWidth, cellHeight);
            grid.Paste(scaled, x + ((cellWidth - scaled.Width) / 2), y + ((cellHeight - scaled.Height) / 2));
            for (int line = 0; line < (captions?[i].Count ?? 0); line++)
            {
                int lineTop = y + cellHeight + CaptionGap + (line * lineHeight);
                Lettering.DrawCentred(grid, captions![i][line], x, lineTop, cellWidth, style);
            }
        }

        return grid;
    }

    /// <summary>The number of columns that makes the grid of so many pictures as good as square.</summary>
    public static int SquareColumns(int pictures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pictures, 1);
        return (int)Math.Ceiling(Math.Sqrt(pictures));
    }

    private static void Check(IReadOnlyList<RgbImage> pictures, int columns, GridOptions options)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Gap);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MinCellSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.CaptionSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxCaptionLines, 1);
        if (pictures.Count == 0)
        {
            throw new ArgumentException("A grid needs at least one picture.", nameof(pictures));
        }

        if (options.Captions is { } captions && captions.Count != pictures.Count)
        {
            throw new ArgumentException(
                $"{captions.Count} captions for {pictures.Count} pictures; give one for each, empty where there is none.", nameof(options));
        }
    }

    private static (int Width, int Height) CellSize(IReadOnlyList<RgbImage> pictures, int minimum)
    {
        int width = pictures.Max(picture => picture.Width);
        int height = pictures.Max(picture => picture.Height);
        int shorter = Math.Min(width, height);
        int factor = Math.Max(1, (minimum + shorter - 1) / shorter);
        return (checked(width * factor), checked(height * factor));
    }

    private static RgbImage Blank(long width, long height, int pictures, RgbColor color)
    {
        if (width > RgbImage.MaxPixels || height > RgbImage.MaxPixels || width * height > RgbImage.MaxPixels)
        {
            throw new AttnGanException(
                $"A grid of {pictures} pictures would have {width} x {height} pixels; at most {RgbImage.MaxPixels / 1_000_000} million "
                + "can be drawn. Draw fewer or smaller pictures.");
        }

        var image = new RgbImage((int)width, (int)height);
        image.Fill(0, 0, image.Width, image.Height, color);
        return image;
    }
}
