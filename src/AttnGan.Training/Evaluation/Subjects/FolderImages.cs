using AttnGan.Imaging;
using AttnGan.Training.Data;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>The images of a folder (<see cref="ImageFolder"/>), scaled to a shorter side and center-cropped.</summary>
/// <param name="size">Side in pixels of the images to return.</param>
internal sealed class FolderImages(int size) : ISubject
{
    public bool Generates => false;

    public bool Attends => false;

    public IEnumerable<SubjectImage> Images(IReadOnlyList<ImageRequest> requests, bool attention, CancellationToken cancellation)
    {
        foreach (ImageRequest request in requests)
        {
            cancellation.ThrowIfCancellationRequested();
            string path = request.Pair.File!;
            var image = new CaptionedImage(path, path, [request.Pair.Caption]);
            yield return new SubjectImage(EvaluationData.Load(image, RgbColor.White, size, size));
        }
    }

    public void Dispose()
    {
    }
}
