using AttnGan.Attention;
using AttnGan.Imaging;
using AttnGan.Text;

namespace AttnGan.Generation;

/// <summary>An image drawn from a caption, as it grew.</summary>
public sealed record GeneratedImage
{
    /// <summary>The caption and the words of it that the model knows.</summary>
    public required EncodedCaption Caption { get; init; }

    /// <summary>
    /// Drawing the same caption with the same model, options and this seed gives the same image. Of an image between two others
    /// (<see cref="IsInterpolated"/>) the seed of the first of them.
    /// </summary>
    public required long Seed { get; init; }

    /// <summary>Whether this is a frame on the way between two images, which no seed alone draws again.</summary>
    public bool IsInterpolated { get; init; }

    /// <summary>The distance at which the noise was cut off; null where it was not.</summary>
    public double? Truncation { get; init; }

    /// <summary>The model's name.</summary>
    public string? Model { get; init; }

    /// <summary>The images of the stages that were asked for, smallest first.</summary>
    public required IReadOnlyList<RgbImage> Stages { get; init; }

    /// <summary>Which words each refinement stage attended to, first to last; empty where nobody asked.</summary>
    public required IReadOnlyList<StageAttention> Attention { get; init; }

    /// <summary>The finished image: that of the last stage.</summary>
    public RgbImage Image => Stages[^1];

    /// <summary>What a file of this image says of it.</summary>
    public ImageMetadata Metadata => new() { Caption = Caption.Text, Seed = IsInterpolated ? null : Seed, Truncation = Truncation, Model = Model };

    /// <summary>
    /// Writes the finished image as <see cref="RgbImage.Save"/> does, with caption, seed and model in the file's
    /// <see cref="Metadata"/>.
    /// </summary>
    /// <exception cref="AttnGanException">The format is not known, or the file cannot be written.</exception>
    public void Save(string path) => Image.Save(path, Metadata);
}
