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
            RgbImage scaled = BatchLoader.Scale(new CaptionedImage(path, path, [request.Pair.Caption]), RgbColor.White, size);
            yield return new SubjectImage(scaled.Crop((scaled.Width - size) / 2, (scaled.Height - size) / 2, size, size));
        }
    }

    public void Dispose()
    {
    }
}
