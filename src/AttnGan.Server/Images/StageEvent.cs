using System.ComponentModel;
using AttnGan.Server.Errors;

namespace AttnGan.Server.Images;

/// <summary>The data of an event <c>stage</c>: a stage of an image, sent as soon as it is computed.</summary>
internal sealed record StageEvent(
    [property: Description("Index of the image among those of the request.")] int Index,
    [property: Description("Number of the stage, from 1.")] int Stage,
    [property: Description("True for the last stage.")] bool Last,
    [property: Description("The caption of the request.")] string Caption,
    [property: Description("The seed that generates this image.")] long Seed,
    [property: Description("The style; null if the model has none.")] string? Style,
    [property: Description("The caption's known words, in order, those of `readings` included.")] IReadOnlyList<string> Words,
    [property: Description("The caption's words that the model does not know and reads as known ones.")]
    IReadOnlyList<ReadingOfWord> Readings,
    [property: Description("The caption's unknown words, which the model skipped.")] IReadOnlyList<UnknownWord> UnknownWords,
    [property: Description("True if the caption exceeds the model's maximum number of words.")] bool Truncated,
    [property: Description("The image of the stage.")] StageImage Image,
    [property: Description("The attention of the stage; null for the first stage, or if not requested.")] AttentionOfStage? Attention);
