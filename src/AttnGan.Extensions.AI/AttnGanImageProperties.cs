using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Text;
using Microsoft.Extensions.AI;

namespace AttnGan.Extensions.AI;

/// <summary>
/// Names of <see cref="AdditionalPropertiesDictionary"/> that AttnGAN's image generator reads from
/// <see cref="ImageGenerationOptions.AdditionalProperties"/>, and writes to <see cref="AIContent.AdditionalProperties"/> of each image.
/// </summary>
public static class AttnGanImageProperties
{
    /// <summary>
    /// An integer: the seed of the first image; further images have the following seeds. Default: random. Images have the seed that
    /// generates them.
    /// </summary>
    public const string Seed = "seed";

    /// <summary>A number: the largest magnitude of noise values, <see cref="GenerationOptions.Truncation"/>. Default: none.</summary>
    public const string Truncation = "truncation";

    /// <summary>
    /// A string: the style of the images, one of <see cref="TextToImagePipeline.Styles"/>. Default: the seed chooses one. Images have the
    /// style that they are in, if the model has styles.
    /// </summary>
    public const string Style = "style";

    /// <summary>
    /// True to get attention maps. Images have them as a list of <see cref="StageAttention"/>, one for each refinement stage.
    /// </summary>
    public const string Attention = "attention";

    /// <summary>An <see cref="IProgress{T}"/> of <see cref="GenerationProgress"/>, which receives a report after each image.</summary>
    public const string Progress = "progress";

    /// <summary>
    /// True to use only words of the model's vocabulary, <see cref="GenerationOptions.StrictWords"/>. Default: other words are read as
    /// known ones where the model says so.
    /// </summary>
    public const string StrictWords = "strict_words";

    /// <summary>Of images: the list of the caption's known words in order, those of <see cref="Readings"/> included.</summary>
    public const string Words = "words";

    /// <summary>
    /// Of images: the list of <see cref="WordReading"/>, the caption's words that the model does not know and read as known ones.
    /// </summary>
    public const string Readings = "readings";

    /// <summary>Of images: the list of the caption's words that the model does not know, and skipped.</summary>
    public const string UnknownWords = "unknown_words";

    /// <summary>Of images: the width and height that the model generated, before the image was scaled to the requested size.</summary>
    public const string GeneratedSize = "generated_size";
}
