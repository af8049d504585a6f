using AttnGan.Imaging;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>Baseline: one image of the dataset for all captions, as of a generator whose modes have collapsed.</summary>
/// <param name="image">The image.</param>
internal sealed class RepeatedImage(RgbImage image) : ISubject
{
    public bool Generates => false;

    public bool Attends => false;

    public IEnumerable<SubjectImage> Images(IReadOnlyList<ImageRequest> requests, bool attention, CancellationToken cancellation) =>
        requests.Select(_ => new SubjectImage(image));

    public void Dispose()
    {
    }
}
