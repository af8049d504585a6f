using AttnGan.Training.Data;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>A caption to evaluate an image with.</summary>
/// <param name="Image">The dataset's image.</param>
/// <param name="Caption">The caption that the image is generated from, or compared with.</param>
/// <param name="Class">The class of the caption, which is the class of an image that it describes.</param>
/// <param name="Category">The category of the image; null if it has none.</param>
internal sealed record EvaluationPair(CaptionedImage Image, string Caption, string Class, string? Category)
{
    /// <summary>The file to evaluate, of a folder of images; null if the subject has no files.</summary>
    public string? File { get; init; }
}
