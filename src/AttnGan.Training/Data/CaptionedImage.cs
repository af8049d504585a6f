namespace AttnGan.Training.Data;

/// <summary>A picture of a data set and what is said about it.</summary>
/// <param name="Name">Path inside the data set, with <c>/</c> between folders.</param>
/// <param name="Path">Absolute path.</param>
/// <param name="Captions">At least one; none is blank.</param>
/// <param name="Class">Pictures of one class are never held against each other; null: the picture is its own class.</param>
public sealed record CaptionedImage(string Name, string Path, IReadOnlyList<string> Captions, string? Class = null);
