using AttnGan.Imaging;
using AttnGan.Text;

namespace AttnGan.Training.Data;

/// <summary>An image of a dataset with its captions.</summary>
/// <param name="Name">Path inside the dataset, with <c>/</c> between folders.</param>
/// <param name="Path">Absolute path of the file; of an image in an archive or table, that file's path and the name in it.</param>
/// <param name="Captions">At least one; none is blank.</param>
/// <param name="Class">Images of the same class are not treated as negatives of each other; null: the image is its own class.</param>
/// <param name="Crop">The part of the file that is used; null: all of it.</param>
public sealed record CaptionedImage(
    string Name, string Path, IReadOnlyList<string> Captions, string? Class = null, CropBox? Crop = null)
{
    /// <summary>The category of what the image shows, for metrics per category; null if the dataset specifies none.</summary>
    public string? Category { get; init; }

    /// <summary>What the image shows, whatever its color; null if the dataset specifies none. See <see cref="Shown"/>.</summary>
    public string? Thing { get; init; }

    /// <summary>The style of the image, such as its artist; null if the dataset specifies none.</summary>
    public string? Style { get; init; }

    /// <summary>The names of the masks of its objects, of the size of the file: white where an object is.</summary>
    public IReadOnlyList<string> Masks { get; init; } = [];

    /// <summary>What recognition looks for in an image: the thing, otherwise the class; null if the dataset specifies neither.</summary>
    internal string? Shown => Thing ?? Class;

    /// <summary>The bytes of the image; by default the file at <see cref="Path"/>.</summary>
    internal ImageSource Source { get => field ?? new FileSource(Path); init; }

    /// <summary>Checks the file's header and that the crop overlaps the image, without decoding.</summary>
    /// <returns>The problem; null if there is none.</returns>
    internal DatasetProblem? CheckHeader()
    {
        try
        {
            ImageHeader header = ReadHeader();
            Crop?.Within(header.Width, header.Height, Name);
            return null;
        }
        catch (AttnGanException error)
        {
            return DatasetProblem.Of(Name, error);
        }
    }

    /// <summary>Reads format and size.</summary>
    /// <exception cref="AttnGanException">The image cannot be read; the message uses its name.</exception>
    internal ImageHeader ReadHeader() => RgbImage.Identify(maxBytes => Source.Read(Name, maxBytes), Name);

    /// <summary>Returns the first caption with a word of the vocabulary; null if there is none.</summary>
    internal EncodedCaption? FirstKnown(CaptionEncoder encoder) =>
        Captions.Select(encoder.Encode).FirstOrDefault(caption => caption.Ids.Count > 0);

    /// <summary>Reads and crops the image.</summary>
    /// <exception cref="AttnGanException">The image cannot be read, or the crop lies outside it; the message names the file.</exception>
    internal RgbImage Load(RgbColor background) => Cut(RgbImage.Decode(Source.Read(Path), background, Path), Path);

    /// <summary>Same as <see cref="Load"/>, from the file's bytes; messages use the name in the dataset.</summary>
    internal RgbImage Decode(ReadOnlySpan<byte> bytes, RgbColor background) => Cut(RgbImage.Decode(bytes, background, Name), Name);

    private RgbImage Cut(RgbImage whole, string name) => Crop is { } crop ? crop.Cut(whole, name) : whole;
}
