using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Losses;

/// <summary>The distance of generated images from the real images of their captions, in pixels.</summary>
internal static class ReconstructionLoss
{
    /// <summary>Returns the mean absolute difference: of several images with one caption, their median is best.</summary>
    /// <param name="fake">(B, 3, S, S) in [-1, 1].</param>
    /// <param name="real">(B, 3, S, S) in [-1, 1].</param>
    public static Tensor Compute(Tensor fake, Tensor real)
    {
        using DisposeScope scope = NewDisposeScope();
        return (fake - real).abs().mean().MoveToOuterDisposeScope();
    }
}
