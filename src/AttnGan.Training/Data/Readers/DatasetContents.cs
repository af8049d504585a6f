namespace AttnGan.Training.Data.Readers;

/// <summary>The readable part of a dataset, and the problems found while reading it.</summary>
internal sealed record DatasetContents(
    string Root,
    DatasetFormat Format,
    IReadOnlyDictionary<string, CaptionedImage> Images,
    IReadOnlyList<CaptionedImage> Train,
    IReadOnlyList<CaptionedImage> Validation,
    IReadOnlyList<CaptionedImage>? Test,
    bool HasOwnSplit,
    IReadOnlyList<DatasetProblem> Problems)
{
    /// <summary>The columns of tables, members of JSON objects and files of archives' samples that are not read.</summary>
    public IReadOnlyCollection<string> UnreadColumns { get; init; } = [];

    /// <summary>Returns the contents without images whose files have problems; these become warnings.</summary>
    public DatasetContents Without(IReadOnlyCollection<DatasetProblem> unreadable)
    {
        if (unreadable.Count == 0)
        {
            return this;
        }

        HashSet<string> names = [.. unreadable.Select(problem => problem.File)];
        CaptionedImage[] Rest(IReadOnlyList<CaptionedImage> images) => [.. images.Where(image => !names.Contains(image.Name))];
        CaptionedImage[] train = Rest(Train);
        IEnumerable<DatasetProblem> skipped = unreadable.Select(problem =>
            problem with { Severity = ProblemSeverity.Warning, Message = $"{problem.Message} It is skipped." });
        return this with
        {
            Images = Images.Where(pair => !names.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal),
            Train = train,
            Validation = Rest(Validation),
            Test = Test is null ? null : Rest(Test),
            Problems =
            [
                .. Problems,
                .. skipped,
                .. train.Length == 0
                    ? [new DatasetProblem(Root, ProblemSeverity.Error, "no image is left for training.")]
                    : Array.Empty<DatasetProblem>(),
            ],
        };
    }
}
