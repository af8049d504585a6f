using AttnGan.Imaging;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>Baseline: the dataset's own images, scaled down to an eighth and up again.</summary>
/// <param name="data">The images.</param>
/// <param name="size">Side in pixels of the images to return.</param>
internal sealed class BlurredImages(EvaluationData data, int size) : ISubject
{
    private const int Factor = 8;

    public bool Generates => false;

    public bool Attends => false;

    public bool IsReal => true;

    public IEnumerable<SubjectImage> Images(IReadOnlyList<ImageRequest> requests, bool attention, CancellationToken cancellation)
    {
        foreach (ImageRequest request in requests)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return new SubjectImage(Blur(data.Load(request.Pair.Image, size)));
        }
    }

    public static RgbImage Blur(RgbImage image)
    {
        (int width, int height) = (image.Width, image.Height);
        return image.Resize(Math.Max(1, width / Factor), Math.Max(1, height / Factor)).Resize(width, height);
    }

    public void Dispose()
    {
    }
}
