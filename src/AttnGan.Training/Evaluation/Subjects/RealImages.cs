namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>Baseline: the dataset's own images.</summary>
/// <param name="data">The images.</param>
/// <param name="size">Side in pixels of the images to return.</param>
internal sealed class RealImages(EvaluationData data, int size) : ISubject
{
    public bool Generates => false;

    public bool Attends => false;

    public bool IsReal => true;

    public IEnumerable<SubjectImage> Images(IReadOnlyList<ImageRequest> requests, bool attention, CancellationToken cancellation)
    {
        foreach (ImageRequest request in requests)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return new SubjectImage(data.Load(request.Pair.Image, size));
        }
    }

    public void Dispose()
    {
    }
}
