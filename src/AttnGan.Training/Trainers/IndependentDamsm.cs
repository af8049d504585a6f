using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Data;
using AttnGan.Training.Evaluation.Networks;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// A DAMSM of another training, which the GAN does not learn from: its scores of generated images are not inflated
/// (<c>logging.independent_damsm</c>).
/// </summary>
internal static class IndependentDamsm
{
    /// <summary>Loads an independent DAMSM that can read the captions of a validation.</summary>
    /// <param name="damsm">A checkpoint of DAMSM training.</param>
    /// <param name="images">The validation images.</param>
    /// <param name="captions">The caption encoder of the GAN: it generates from the first caption of each image that it can read.</param>
    /// <param name="device">The device to compute on.</param>
    /// <exception cref="AttnGanException">
    /// The DAMSM knows no word of some of the captions, or its weights do not fit its configuration.
    /// </exception>
    public static DamsmEncoders Open(Checkpoint damsm, IReadOnlyList<CaptionedImage> images, CaptionEncoder captions, Device device)
    {
        var encoders = DamsmEncoders.Load(damsm, device);
        string[] used = [.. images.Select(image => image.FirstKnown(captions)).OfType<EncodedCaption>().Select(caption => caption.Text)];
        string[] unknown = [.. used.Where(caption => !encoders.Knows(caption))];
        if (unknown.Length == 0)
        {
            return encoders;
        }

        encoders.Dispose();
        throw new AttnGanException(
            $"The independent DAMSM `{damsm.Path}` knows no word of {unknown.Length} of the {used.Length} captions that images are " +
            $"generated from, such as \"{unknown[0]}\". Give a DAMSM that was trained on captions of this kind, or leave it out.");
    }
}
