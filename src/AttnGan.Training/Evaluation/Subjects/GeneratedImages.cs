using AttnGan.Generation;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>Images that a pipeline generates.</summary>
/// <param name="pipeline">The pipeline; disposed with this object.</param>
/// <param name="truncation">The largest magnitude of noise values; infinity for no bound.</param>
/// <param name="attends">True if the generator has a refinement stage.</param>
internal sealed class GeneratedImages(TextToImagePipeline pipeline, double? truncation, bool attends) : ISubject
{
    public bool Generates => true;

    public bool Attends => attends;

    public IEnumerable<SubjectImage> Images(IReadOnlyList<ImageRequest> requests, bool attention, CancellationToken cancellation) =>
        pipeline.Generate(
            [.. requests.Select(request => new GenerationRequest(request.Pair.Caption, request.Seed))],
            new GenerationOptions { Truncation = truncation, Attention = attention },
            cancellation).Select(image => new SubjectImage(image.Image, image.Attention));

    public void Dispose() => pipeline.Dispose();
}
