namespace AttnGan.Imaging;

/// <summary>Combines several images in one.</summary>
public static class ImageGrid
{
    private const int CaptionGap = 4;

    /// <summary>
    /// Arranges images in rows from the top left. All cells have the maximum width and height of the images (see also
    /// <see cref="GridOptions.MinCellSize"/>). Each image is scaled to its cell, keeps its aspect ratio and is centered. Integer factors
    /// repeat pixels, so that the images of early stages show theirs; other factors interpolate.
    /// </summary>
    /// <param name="images">At least one image.</param>
    /// <param name="columns">Cells per row, at least 1; fewer images make fewer columns.</param>
    /// <param name="options">Null for the defaults: no captions, white gaps of 8 pixels.</param>
    /// <exception cref="ArgumentException">
    /// There is no image, the number of captions differs from that of the images, or an option is out of range.
    /// </exception>
    /// <exception cref="AttnGanException">The grid would have more than <see cref="RgbImage.MaxPixels"/> pixels.</exception>
    public static RgbImage Compose(IReadOnlyList<RgbImage> images, int columns, GridOptions? options = null)
    {
        options ??= new GridOptions();
        Check(images, columns, options);
        columns = Math.Min(columns, images.Count);
        int rows = (images.Count + columns - 1) / columns;
        (int cellWidth, int cellHeight) = CellSize(images, options.MinCellSize);

        var style = new TextStyle(options.CaptionSize, options.CaptionColor);
        IReadOnlyList<string>[]? captions = options.Captions?
            .Select(caption => Lettering.Wrap(caption ?? "", cellWidth, options.MaxCaptionLines, style)).ToArray();
        int lineHeight = Lettering.LineHeight(style);
        // The longest caption of a row determines its height.
        long[] tops = new long[rows + 1];
        tops[0] = options.Gap;
        for (int row = 0; row < rows; row++)
        {
            int lines = captions?.Skip(row * columns).Take(columns).Max(caption => caption.Count) ?? 0;
            tops[row + 1] = tops[row] + cellHeight + (lines == 0 ? 0 : CaptionGap + (lines * lineHeight)) + options.Gap;
        }

        RgbImage grid = Blank(options.Gap + ((long)columns * (cellWidth + options.Gap)), tops[rows], images.Count, options.Background);
        for (int i = 0; i < images.Count; i++)
        {
            int x = options.Gap + (i % columns * (cellWidth + options.Gap));
            int y = (int)tops[i / columns];
            RgbImage scaled = images[i].FitInto(cellWidth, cellHeight);
            grid.Paste(scaled, x + ((cellWidth - scaled.Width) / 2), y + ((cellHeight - scaled.Height) / 2));
            for (int line = 0; line < (captions?[i].Count ?? 0); line++)
            {
                int lineTop = y + cellHeight + CaptionGap + (line * lineHeight);
                Lettering.DrawCentered(grid, captions![i][line], x, lineTop, cellWidth, style);
            }
        }

        return grid;
    }

    /// <summary>Returns the number of columns that makes a grid nearly square.</summary>
    /// <param name="images">The number of images, at least 1.</param>
    public static int SquareColumns(int images)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        return (int)Math.Ceiling(Math.Sqrt(images));
    }

    private static void Check(IReadOnlyList<RgbImage> images, int columns, GridOptions options)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Gap);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MinCellSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.CaptionSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxCaptionLines, 1);
        if (images.Count == 0)
        {
            throw new ArgumentException("A grid needs at least one image.", nameof(images));
        }

        if (options.Captions is { } captions && captions.Count != images.Count)
        {
            throw new ArgumentException(
                $"{captions.Count} captions for {images.Count} images; give one for each, which may be empty.", nameof(options));
        }
    }

    private static (int Width, int Height) CellSize(IReadOnlyList<RgbImage> images, int minimum)
    {
        int width = images.Max(image => image.Width);
        int height = images.Max(image => image.Height);
        int shorter = Math.Min(width, height);
        int factor = Math.Max(1, (minimum + shorter - 1) / shorter);
        return (checked(width * factor), checked(height * factor));
    }

    private static RgbImage Blank(long width, long height, int images, RgbColor color)
    {
        if (width > RgbImage.MaxPixels || height > RgbImage.MaxPixels || width * height > RgbImage.MaxPixels)
        {
            throw new AttnGanException(
                $"A grid of {images} images would have {width} x {height} pixels; the maximum is {RgbImage.MaxPixels / 1_000_000} "
                + "million. Use fewer or smaller images.");
        }

        var image = new RgbImage((int)width, (int)height);
        image.Fill(0, 0, image.Width, image.Height, color);
        return image;
    }
}
