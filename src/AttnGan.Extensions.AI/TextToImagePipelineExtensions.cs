using AttnGan;
using AttnGan.Extensions.AI;
using AttnGan.Generation;

namespace Microsoft.Extensions.AI;

/// <summary>Extensions of <see cref="TextToImagePipeline"/>.</summary>
public static class TextToImagePipelineExtensions
{
    /// <summary>Returns an image generator that generates with the pipeline.</summary>
    /// <remarks>
    /// It is thread-safe, and its disposal does not dispose the pipeline. Errors that a user can fix, such as a prompt without a word that
    /// the model knows, are thrown as <see cref="AttnGanException"/>. <see cref="AttnGanImageProperties"/> names what the additional
    /// properties of options and images have. Images are scaled to the requested size: <see cref="ScaledSize"/>. The response always
    /// contains the files.
    /// </remarks>
    /// <param name="pipeline">The pipeline.</param>
    public static IImageGenerator AsIImageGenerator(this TextToImagePipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return new AttnGanImageGenerator(pipeline);
    }
}
