using AttnGan.Imaging;
using AttnGan.Text;

namespace AttnGan.Training.Data;

/// <summary>An image of a dataset and what is said about it.</summary>
/// <param name="Name">Path inside the dataset, with <c>/</c> between folders.</param>
/// <param name="Path">Absolute path.</param>
/// <param name="Captions">At least one; none is blank.</param>
/// <param name="Class">Images of one class are never held against each other; null: the image is its own class.</param>
/// <param name="Crop">The part of the file that is the image; null: all of it.</param>
public sealed record CaptionedImage(
    string Name, string Path, IReadOnlyList<string> Captions, string? Class = null, CropBox? Crop = null)
{
    /// <summary>What kind of thing it shows, for figures of each kind; null where the dataset does not say.</summary>
    public string? Category { get; init; }

    /// <summary>What can be known without decoding: whether the file's head is sound, and whether the part lies inside.</summary>
    /// <returns>What is wrong; null if nothing.</returns>
    internal DatasetProblem? CheckHead()
    {
        try
        {
            ImageHeader header = RgbImage.Identify(Path, Name);
            Crop?.Within(header.Width, header.Height, Name);
            return null;
        }
        catch (AttnGanException error)
        {
            return DatasetProblem.Of(Name, error);
        }
    }

    /// <summary>The first caption of which a model knows a word; null if there is none.</summary>
    internal EncodedCaption? FirstKnown(CaptionEncoder encoder) => Captions.Select(encoder.Encode).FirstOrDefault(caption => caption.Ids.Count > 0);

    /// <summary>Reads the image and cuts out its part.</summary>
    /// <exception cref="AttnGanException">It cannot be read, or the part lies outside; the message names the file.</exception>
    internal RgbImage Load(RgbColor background) => Cut(RgbImage.Load(Path, background), Path);

    /// <summary>As <see cref="Load"/>, from the file's bytes; messages name the image as the dataset does.</summary>
    internal RgbImage Decode(ReadOnlySpan<byte> bytes, RgbColor background) => Cut(RgbImage.Decode(bytes, background, Name), Name);

    private RgbImage Cut(RgbImage whole, string name) => Crop is { } crop ? crop.Cut(whole, name) : whole;
}
