using AttnGan.Attention;
using AttnGan.Imaging;
using AttnGan.Text;

namespace AttnGan.Generation;

/// <summary>An image generated from a caption, with its stages and attention.</summary>
public sealed record GeneratedImage
{
    /// <summary>The caption, with the words of it that the model knows.</summary>
    public required EncodedCaption Caption { get; init; }

    /// <summary>
    /// The seed of the noise: the same caption, model, options and seed give the same image. For an interpolated frame
    /// (<see cref="IsInterpolated"/>) it is the seed of the first image.
    /// </summary>
    public required long Seed { get; init; }

    /// <summary>True for the frames between two images, which no single seed reproduces.</summary>
    public bool IsInterpolated { get; init; }

    /// <summary>The largest magnitude of noise values; null if the noise was not truncated.</summary>
    public double? Truncation { get; init; }

    /// <summary>
    /// The style, one of <see cref="TextToImagePipeline.Styles"/>; null if the model has none, and for the frames between two styles.
    /// </summary>
    public string? Style { get; init; }

    /// <summary>The name of the model; null if it has none.</summary>
    public string? Model { get; init; }

    /// <summary>The images of the requested stages, smallest first.</summary>
    public required IReadOnlyList<RgbImage> Stages { get; init; }

    /// <summary>The attention of each refinement stage, first to last; empty unless requested.</summary>
    public required IReadOnlyList<StageAttention> Attention { get; init; }

    /// <summary>The final image: that of the last stage.</summary>
    public RgbImage Image => Stages[^1];

    /// <summary>The metadata that <see cref="Save"/> writes into the image's file. An interpolated frame has no seed.</summary>
    public ImageMetadata Metadata => new()
    {
        Caption = Caption.Text,
        Seed = IsInterpolated ? null : Seed,
        Truncation = Truncation,
        Style = Style,
        Model = Model,
        Readings = TextOf(Caption.Readings),
    };

    /// <summary>Returns readings as the text in an image's metadata; null if there are none.</summary>
    internal static string? TextOf(IReadOnlyList<WordReading> readings) => readings.Count == 0 ? null : string.Join("; ", readings);

    /// <summary>Writes the final image with its <see cref="Metadata"/>, as <see cref="RgbImage.Save"/> does.</summary>
    /// <param name="path">The file, which ends in .png, .jpg, .jpeg or .webp; an existing one is replaced.</param>
    /// <exception cref="AttnGanException">The extension is another one, or the file cannot be written.</exception>
    public void Save(string path) => Image.Save(path, Metadata);
}
