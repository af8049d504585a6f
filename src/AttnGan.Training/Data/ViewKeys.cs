using System.IO.Hashing;
using System.Text;

namespace AttnGan.Training.Data;

/// <summary>
/// Computes the keys of <see cref="ImageView"/>. They depend on the image's file (name, length, time of the last change) and on everything
/// that determines the pixels, not on its place in the dataset.
/// </summary>
internal sealed class ViewKeys
{
    private readonly UInt128[] _images;
    private readonly string _preparation;

    public ViewKeys(IReadOnlyList<CaptionedImage> images, BatchLoaderOptions options)
    {
        _images = [.. images.Select(image => Hash(Describe(image)))];
        _preparation = $"{options.LargestSize} of {options.ScaledSide} on {options.Background}";
        Streams = [.. _images.Select(key => (long)(ulong)key)];
    }

    /// <summary>A number for each image, for its random numbers.</summary>
    public IReadOnlyList<long> Streams { get; }

    /// <summary>Returns the key of a view.</summary>
    /// <param name="image">Index of the image.</param>
    /// <param name="view">How the image is cropped and flipped, in words.</param>
    public UInt128 Of(int image, string view) => Hash($"{_images[image]:x} {_preparation} {view}");

    private static string Describe(CaptionedImage image)
    {
        (string path, long position) = image.Source.Order;
        var file = new FileInfo(path);
        string place = position == 0 ? "" : $" at {position}";
        return file.Exists ? $"{image.Name} {file.Length} {file.LastWriteTimeUtc.Ticks} {image.Crop}{place}" : image.Name;
    }

    private static UInt128 Hash(string text) => XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(text));
}
