using AttnGan.Imaging;
using AttnGan.Training.Data;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>Baseline: random pixels, all values equally likely.</summary>
/// <param name="size">Side in pixels of the images to return.</param>
internal sealed class NoiseImages(int size) : ISubject
{
    public bool Generates => false;

    public bool Attends => false;

    public IEnumerable<SubjectImage> Images(IReadOnlyList<ImageRequest> requests, bool attention, CancellationToken cancellation)
    {
        foreach (ImageRequest request in requests)
        {
            cancellation.ThrowIfCancellationRequested();
            var random = new CounterRandom(request.Seed, RandomStream.NoisePixels);
            var image = new RgbImage(size, size);
            for (int i = 0; i < image.Pixels.Length; i++)
            {
                image.Pixels[i] = (byte)random.Next(256);
            }

            yield return new SubjectImage(image);
        }
    }

    public void Dispose()
    {
    }
}
