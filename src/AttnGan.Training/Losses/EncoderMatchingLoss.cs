using AttnGan.Training.Encoders;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Losses;

/// <summary>
/// The distance between a generated image and the real image of its caption in the features of the DAMSM's image encoder (a perceptual
/// loss: Johnson et al., "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", 2016). Not in the paper. Pixels hardly tell
/// a heart from a circle of the same color; an encoder that was trained to find captions does.
/// </summary>
public static class EncoderMatchingLoss
{
    /// <summary>Returns the distance of a batch.</summary>
    /// <param name="encoder">The image encoder, whose weights are fixed.</param>
    /// <param name="fake">(B, 3, S, S), attached to the generator.</param>
    /// <param name="real">(B, 3, S, S): the real images of the same captions.</param>
    /// <returns>A scalar in [0, 4]: 1 - cosine of the region features, the mean over regions, and of the global features.</returns>
    public static Tensor Compute(ImageEncoder encoder, Tensor fake, Tensor real)
    {
        using DisposeScope scope = NewDisposeScope();
        ImageFeatures target;
        using (no_grad())
        {
            target = encoder.forward(real);
        }

        ImageFeatures features = encoder.forward(fake);
        return (Distance(features.Regions, target.Regions) + Distance(features.Code, target.Code)).MoveToOuterDisposeScope();
    }

    /// <summary>Returns 1 - cosine along the second dimension, the mean over the others.</summary>
    private static Tensor Distance(Tensor first, Tensor second) => 1 - functional.cosine_similarity(first, second, dim: 1).mean();
}
