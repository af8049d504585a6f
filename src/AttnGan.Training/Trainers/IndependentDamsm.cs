using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Data;
using AttnGan.Training.Evaluation.Networks;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>A second DAMSM that a GAN does not learn from, and that judges what it draws (<c>logging.independent_damsm</c>).</summary>
internal static class IndependentDamsm
{
    /// <summary>Opens one that can read the captions that images will be drawn from.</summary>
    /// <param name="judge">A checkpoint of DAMSM training.</param>
    /// <param name="measured">The held-out images that a GAN is measured with.</param>
    /// <param name="captions">How the GAN reads captions: it draws from the first one of each image that it can read.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="AttnGanException">It knows no word of some of the captions, or its weights are not those of its configuration.</exception>
    public static DamsmEncoders Open(Checkpoint judge, IReadOnlyList<CaptionedImage> measured, CaptionEncoder captions, Device device)
    {
        var encoders = DamsmEncoders.Load(judge, device);
        string[] drawn = [.. measured.Select(image => image.FirstKnown(captions)).OfType<EncodedCaption>().Select(caption => caption.Text)];
        string[] unknown = [.. drawn.Where(caption => !encoders.Knows(caption))];
        if (unknown.Length == 0)
        {
            return encoders;
        }

        encoders.Dispose();
        throw new AttnGanException(
            $"The judge `{judge.Path}` knows no word of {unknown.Length} of the {drawn.Length} captions that images are drawn from, " +
            $"such as \"{unknown[0]}\". Give a DAMSM that was trained on captions of this kind, or leave it out.");
    }
}
