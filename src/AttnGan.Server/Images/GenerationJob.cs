using System.Threading.Channels;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Server.Models;

namespace AttnGan.Server.Images;

/// <summary>A checked request with its model, ready to enter the model's queue.</summary>
/// <param name="request">The request.</param>
/// <param name="model">Its model.</param>
internal sealed class GenerationJob(ImagesRequest request, LoadedModel model)
{
    public LoadedModel Model => model;

    /// <summary>The images: those of a caption by seed.</summary>
    public IReadOnlyList<GenerationRequest> Images { get; } = ImagesOf(request);

    /// <summary>The stage and the size of the images; null if the request has no size to scale to.</summary>
    public ScaledSize? Size { get; } = request.ScaledSize is { } size
        ? ScaledSize.Fit(size.Width, size.Height, model.Pipeline.StageSizes)
        : null;

    /// <summary>The requested style; null if the seed of each image chooses one.</summary>
    public string? Style { get; } = request.Style ?? request.PossibleStyles.FirstOrDefault(model.Pipeline.Styles.Contains);

    public string MediaType { get; } = ResponseImageFormat.MediaTypeOf(request.Format);

    /// <summary>The side of the generated images, before they are scaled.</summary>
    public int GeneratedSide => Size?.StageSize ?? request.Size ?? model.Pipeline.StageSizes[^1];

    /// <summary>The side of the images in the response.</summary>
    public int Side => Size?.Side ?? GeneratedSide;

    /// <summary>Returns the style of an image; null if the model has none.</summary>
    public string? StyleOf(GenerationRequest image) => model.Pipeline.StyleOf(image.Seed, Style);

    /// <summary>Generates the images in the model's queue.</summary>
    /// <param name="withDetails">True if the response can contain earlier stages and attention.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    public Task<IReadOnlyList<GeneratedImage>> GenerateAsync(bool withDetails, CancellationToken aborted) =>
        model.Queue.GenerateAsync(Images, Options(withDetails), aborted);

    /// <summary>Generates the images in the model's queue, and returns each stage as soon as it is computed.</summary>
    public ChannelReader<GeneratedStage> GenerateStages(CancellationToken aborted) =>
        model.Queue.GenerateStages(Images, Options(withDetails: true), aborted);

    /// <summary>Encodes an image, scaled to the requested size.</summary>
    public byte[] Encode(GeneratedImage image) => ResponseImageFormat.Encode(Scale(image.Image), MediaType, image.Metadata);

    private RgbImage Scale(RgbImage image) => Size?.Apply(image) ?? image;

    /// <summary>Returns the generation options. Images with equal options can share a batch.</summary>
    private GenerationOptions Options(bool withDetails) => new()
    {
        Truncation = request.Truncation,
        Style = Style,
        // The size of the last stage is null, as in requests without a size, whose batches they can share.
        Size = Size is null ? request.Size : Size.StageSize == model.Pipeline.StageSizes[^1] ? null : Size.StageSize,
        AllStages = request.Stages && withDetails,
        Attention = request.Attention && withDetails,
        StrictWords = request.StrictWords,
    };

    private static GenerationRequest[] ImagesOf(ImagesRequest request)
    {
        // Nonnegative and below 2^31, which every client's numbers represent exactly.
        long seed = request.Seed ?? Random.Shared.Next();
        return
        [
            .. request.AllCaptions().SelectMany(
                caption => Enumerable.Range(0, request.N), (caption, i) => new GenerationRequest(caption, seed + i)),
        ];
    }
}
