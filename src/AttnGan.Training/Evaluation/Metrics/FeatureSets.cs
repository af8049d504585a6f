using AttnGan.Training.Data;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>The features of each real image of the split and of each evaluated image, for metrics that compare single images.</summary>
internal sealed class FeatureSets : IDisposable
{
    private readonly List<Tensor> _evaluated = [];

    /// <param name="images">N: the real images of the split.</param>
    /// <param name="real">(N, D): their features; disposed with this object.</param>
    public FeatureSets(IReadOnlyList<CaptionedImage> images, Tensor real)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(images.Count, (int)real.shape[0], nameof(images));
        RealImages = images;
        Real = real;
    }

    /// <summary>N: the real images of the split, in the order of <see cref="Real"/>.</summary>
    public IReadOnlyList<CaptionedImage> RealImages { get; }

    /// <summary>(N, D): features of the real images.</summary>
    public Tensor Real { get; }

    /// <summary>Adds features of the next evaluated images: (B, D).</summary>
    public void Add(Tensor features) => _evaluated.Add(features.alias().DetachFromDisposeScope());

    /// <summary>Returns the features of all evaluated images, in the order of the pairs: (M, D).</summary>
    public Tensor Evaluated() => cat(_evaluated);

    public void Dispose()
    {
        Real.Dispose();
        _evaluated.ForEach(features => features.Dispose());
    }
}
