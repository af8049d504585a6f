namespace AttnGan.Training.Data;

/// <summary>The styles of training images, such as their artists.</summary>
internal static class ImageStyles
{
    /// <summary>Returns the index of an image's style.</summary>
    /// <param name="image">An image that <see cref="Check"/> accepts.</param>
    /// <param name="styles">The styles that a generator tells apart.</param>
    public static int IndexOf(CaptionedImage image, IReadOnlyList<string> styles)
    {
        for (int i = 0; i < styles.Count; i++)
        {
            if (styles[i] == image.Style)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Checks that each image has one of the styles.</summary>
    /// <exception cref="AttnGanException">An image has none of them; the message names the dataset's styles.</exception>
    public static void Check(IReadOnlyList<CaptionedImage> images, IReadOnlyList<string> styles)
    {
        if (styles.Count == 0 || images.FirstOrDefault(image => IndexOf(image, styles) < 0) is not { } other)
        {
            return;
        }

        string[] known = [.. images.Select(image => image.Style).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        throw new AttnGanException(
            $"`generator.styles` is [{string.Join(", ", styles)}], but the training image {other.Name} has " +
            (other.Style is null ? "no style" : $"the style '{other.Style}'") + ". " +
            (known.Length == 0
                ? "The dataset has no styles: add `style` to the lines of its metadata.jsonl, or leave `generator.styles` out."
                : $"The styles of the dataset are [{string.Join(", ", known)}]; every training image needs one of the list."));
    }
}
