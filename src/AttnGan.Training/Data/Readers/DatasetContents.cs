namespace AttnGan.Training.Data.Readers;

/// <summary>The readable part of a dataset, and the problems found while reading it.</summary>
internal sealed record DatasetContents(
    string Root,
    DatasetFormat Format,
    IReadOnlyDictionary<string, CaptionedImage> Images,
    IReadOnlyList<CaptionedImage> Train,
    IReadOnlyList<CaptionedImage> Validation,
    IReadOnlyList<DatasetProblem> Problems);
