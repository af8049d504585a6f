using AttnGan.Attention;
using AttnGan.Imaging;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>A source of images to evaluate: a model or a baseline.</summary>
internal interface ISubject : IDisposable
{
    /// <summary>True if a generator makes the images, so that another seed gives another image of the same caption.</summary>
    bool Generates { get; }

    /// <summary>True if images come with attention maps.</summary>
    bool Attends { get; }

    /// <summary>True if the images are those of the dataset, which must not be compared with themselves.</summary>
    bool IsReal => false;

    /// <summary>Returns one image for each request, in order.</summary>
    /// <param name="requests">The captions with their seeds.</param>
    /// <param name="attention">True to return attention maps as well.</param>
    /// <param name="cancellation">Checked between images.</param>
    IEnumerable<SubjectImage> Images(IReadOnlyList<ImageRequest> requests, bool attention, CancellationToken cancellation);
}

/// <param name="Pair">The caption, and the dataset's image that it describes.</param>
/// <param name="Seed">The seed of the image.</param>
internal sealed record ImageRequest(EvaluationPair Pair, long Seed);

/// <param name="Image">The image.</param>
/// <param name="Stages">The attention maps of each refinement stage; null if there are none.</param>
internal sealed record SubjectImage(RgbImage Image, IReadOnlyList<StageAttention>? Stages = null)
{
    /// <summary>The attention maps of the last refinement stage; null if there are none.</summary>
    public StageAttention? Attention => Stages is { Count: > 0 } ? Stages[^1] : null;
}
