using AttnGan.Imaging;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>Separates an object from a plain background: what is connected to the border of the image in the border's color.</summary>
internal static class Foreground
{
    // Generated backgrounds are not quite even.
    private const int MaxDifference = 40;

    // The least share of the border that a plain background covers.
    private const double MinBorderShare = 0.75;

    /// <summary>Returns true for each pixel of the object; null if the background is not plain.</summary>
    public static bool[]? Of(RgbImage image)
    {
        (int width, int height) = (image.Width, image.Height);
        int[] border =
        [
            .. Enumerable.Range(0, width).SelectMany(x => (int[])[x, ((height - 1) * width) + x]),
            .. Enumerable.Range(0, height).SelectMany(y => (int[])[y * width, (y * width) + width - 1]),
        ];
        byte[] color = [.. Enumerable.Range(0, 3).Select(channel => Median([.. border.Select(at => image.Pixels[(3 * at) + channel])]))];
        if (border.Count(IsBackground) < MinBorderShare * border.Length)
        {
            return null;
        }

        bool[] foreground = new bool[width * height];
        Array.Fill(foreground, true);
        var open = new Stack<int>();
        foreach (int at in border)
        {
            Visit(at);
        }

        while (open.TryPop(out int at))
        {
            if (at % width > 0)
            {
                Visit(at - 1);
            }

            if (at % width < width - 1)
            {
                Visit(at + 1);
            }

            if (at >= width)
            {
                Visit(at - width);
            }

            if (at < foreground.Length - width)
            {
                Visit(at + width);
            }
        }

        return foreground;

        bool IsBackground(int at) =>
            Enumerable.Range(0, 3).All(channel => Math.Abs(image.Pixels[(3 * at) + channel] - color[channel]) <= MaxDifference);

        void Visit(int at)
        {
            if (foreground[at] && IsBackground(at))
            {
                foreground[at] = false;
                open.Push(at);
            }
        }
    }

    private static byte Median(byte[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
