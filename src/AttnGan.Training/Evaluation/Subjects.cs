using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Training.Data;

namespace AttnGan.Training.Evaluation;

/// <summary>Where the images come from that are judged.</summary>
internal interface ISubject : IDisposable
{
    /// <summary>Whether a caption can be drawn again with another seed.</summary>
    bool Draws { get; }

    /// <summary>Whether images come with the words that were attended to.</summary>
    bool Attends { get; }

    /// <summary>Images of some pairs in their order.</summary>
    /// <param name="requests">Pairs, each with a seed of its own.</param>
    /// <param name="attention">Whether the attention is wanted.</param>
    /// <param name="cancellation">Heeded between images.</param>
    IEnumerable<SubjectImage> Images(
        IReadOnlyList<(EvaluationPair Pair, long Seed)> requests, bool attention, CancellationToken cancellation);
}

/// <param name="Image">The image.</param>
/// <param name="Attention">That of the last refinement stage; null where there is none.</param>
internal sealed record SubjectImage(RgbImage Image, StageAttention? Attention = null);

/// <summary>Images that a pipeline draws.</summary>
internal sealed class GeneratedImages(TextToImagePipeline pipeline, double? truncation, bool attends) : ISubject
{
    public bool Draws => true;

    public bool Attends => attends;

    public IEnumerable<SubjectImage> Images(
        IReadOnlyList<(EvaluationPair Pair, long Seed)> requests, bool attention, CancellationToken cancellation) =>
        pipeline.Generate(
            [.. requests.Select(request => new GenerationRequest(request.Pair.Caption, request.Seed))],
            new GenerationOptions { Truncation = truncation, Attention = attention },
            cancellation).Select(image => new SubjectImage(image.Image, image.Attention.Count > 0 ? image.Attention[^1] : null));

    public void Dispose() => pipeline.Dispose();
}

/// <summary>The dataset's own images.</summary>
internal sealed class RealImages(EvaluationData data, int size) : ISubject
{
    public bool Draws => false;

    public bool Attends => false;

    public IEnumerable<SubjectImage> Images(
        IReadOnlyList<(EvaluationPair Pair, long Seed)> requests, bool attention, CancellationToken cancellation)
    {
        foreach ((EvaluationPair pair, _) in requests)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return new SubjectImage(data.Load(pair.Image, size));
        }
    }

    public void Dispose()
    {
    }
}

/// <summary>Pixels of chance, each value equally likely.</summary>
internal sealed class NoiseImages(int size) : ISubject
{
    public bool Draws => false;

    public bool Attends => false;

    public IEnumerable<SubjectImage> Images(
        IReadOnlyList<(EvaluationPair Pair, long Seed)> requests, bool attention, CancellationToken cancellation)
    {
        foreach ((_, long seed) in requests)
        {
            cancellation.ThrowIfCancellationRequested();
            var random = new CounterRandom(seed, RandomStream.NoisePixels);
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
