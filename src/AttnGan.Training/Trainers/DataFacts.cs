using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Data;

namespace AttnGan.Training.Trainers;

/// <summary>What a configuration is chosen by, of a dataset.</summary>
internal sealed record DataFacts
{
    // Headers and captions are read in full; images are decoded only to see their background.
    private const int DecodedImages = 24;
    private const int Thumbnail = 32;

    public required string Name { get; init; }

    /// <summary>Number of training images.</summary>
    public required int Images { get; init; }

    /// <summary>Median of the shorter sides in pixels.</summary>
    public required int Side { get; init; }

    /// <summary>Number of training captions.</summary>
    public required int Captions { get; init; }

    /// <summary>Number of words that 98 % of the captions do not exceed.</summary>
    public required int Words { get; init; }

    /// <summary>Number of distinct words.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Number of classes; 0 if the images have none.</summary>
    public required int Classes { get; init; }

    /// <summary>Number of captions that name left or right.</summary>
    public required int Sides { get; init; }

    /// <summary>True if most images show something on a background of one color, which fills the border.</summary>
    public required bool HasPlainBackground { get; init; }

    public static DataFacts Of(CaptionedImageDataset dataset)
    {
        var tokenizer = new CaptionTokenizer(TokenizerMode.Unicode);
        IReadOnlyList<string>[] captions = [.. dataset.Train.SelectMany(image => image.Captions).Select(tokenizer.Tokenize)];
        int[] lengths = [.. captions.Select(words => words.Count).Order()];
        int[] sides = [.. dataset.Train.Select(ShorterSide).Order()];
        return new DataFacts
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(dataset.Root)),
            Images = dataset.Train.Count,
            Side = sides[sides.Length / 2],
            Captions = captions.Length,
            Words = Math.Max(1, lengths[(int)((lengths.Length - 1) * 0.98)]),
            Vocabulary = captions.SelectMany(words => words).Distinct(StringComparer.Ordinal).Count(),
            Classes = dataset.Train.Select(image => image.Class).OfType<string>().Distinct(StringComparer.Ordinal).Count(),
            Sides = captions.Count(words => words.Any(word => word is "left" or "right")),
            HasPlainBackground = IsPlain(dataset.Train),
        };
    }

    private static int ShorterSide(CaptionedImage image)
    {
        if (image.Crop is { } crop)
        {
            return Math.Min(crop.Right - crop.Left, crop.Bottom - crop.Top);
        }

        ImageHeader header = image.ReadHeader();
        return Math.Min(header.Width, header.Height);
    }

    private static bool IsPlain(IReadOnlyList<CaptionedImage> images)
    {
        CaptionedImage[] some = [.. images.Where((_, i) => i % Math.Max(1, images.Count / DecodedImages) == 0).Take(DecodedImages)];
        return some.Count(image => HasPlainBorder(image.Load(RgbColor.White).Resize(Thumbnail, Thumbnail))) * 2 > some.Length;
    }

    /// <summary>Returns true if at least 85 % of the border's pixels have nearly the color of a corner.</summary>
    internal static bool HasPlainBorder(RgbImage image)
    {
        (int x, int y)[] border =
        [
            .. from i in Enumerable.Range(0, image.Width)
               from point in new[] { (i, 0), (i, image.Height - 1), (0, i), (image.Width - 1, i) }
               select point,
        ];
        return new[] { (0, 0), (image.Width - 1, 0), (0, image.Height - 1), (image.Width - 1, image.Height - 1) }
            .Any(corner => border.Count(point => Distance(corner, point) <= 24) >= border.Length * 0.85);

        int Distance((int X, int Y) a, (int X, int Y) b) => Enumerable.Range(0, 3).Max(channel => Math.Abs(
            image.Pixels[(((a.Y * image.Width) + a.X) * 3) + channel] - image.Pixels[(((b.Y * image.Width) + b.X) * 3) + channel]));
    }
}
