using AttnGan.Imaging;

namespace AttnGan.Training.Data;

/// <summary>What a dataset holds and what is wrong with it.</summary>
public sealed record DatasetReport
{
    /// <summary>Absolute path of the folder.</summary>
    public required string Directory { get; init; }

    /// <summary>How the folder ties captions to images.</summary>
    public required DatasetFormat Format { get; init; }

    /// <summary>Training, validation and, where there are others, the images of neither.</summary>
    public required IReadOnlyList<SplitSummary> Splits { get; init; }

    /// <summary>Named classes; images without one are not counted.</summary>
    public required int Classes { get; init; }

    /// <summary>Images of each file format, by content rather than by name.</summary>
    public required IReadOnlyDictionary<ImageFormat, int> Formats { get; init; }

    /// <summary>Columns of the readable images.</summary>
    public required Distribution Widths { get; init; }

    /// <summary>Rows of the readable images.</summary>
    public required Distribution Heights { get; init; }

    /// <summary>Words a caption before anything is cut.</summary>
    public required Distribution CaptionLengths { get; init; }

    /// <summary>Share of captions that lose words at <c>data.max_words</c>, in [0, 1].</summary>
    public required double TruncatedShare { get; init; }

    /// <summary>Words that a model would learn, <c>&lt;end&gt;</c> included.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Different words that occur in one training caption only.</summary>
    public required int WordsSeenOnce { get; init; }

    /// <summary>Share of the words of validation captions that the vocabulary lacks, in [0, 1].</summary>
    public required double UnknownValidationWordShare { get; init; }

    /// <summary>Groups of images with the same bytes, by name.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Duplicates { get; init; }

    /// <summary>Images that cannot be decoded or are too narrow to be scaled, by name; each is among the <see cref="Problems"/> too.</summary>
    public required IReadOnlyList<string> UnreadableImages { get; init; }

    /// <summary>Everything that is wrong, errors first.</summary>
    public required IReadOnlyList<DatasetProblem> Problems { get; init; }

    /// <summary>Whether training would accept the dataset: there are no errors.</summary>
    public bool WouldTrain => Problems.All(problem => problem.Severity != ProblemSeverity.Error);
}

/// <summary>Size of a split.</summary>
/// <param name="Name"><c>train</c>, <c>validation</c> or <c>other</c>.</param>
/// <param name="Images">Number of images.</param>
/// <param name="Captions">Number of captions of these images.</param>
public sealed record SplitSummary(string Name, int Images, int Captions);

/// <summary>How far an inspection has come.</summary>
/// <param name="Done">Images looked at.</param>
/// <param name="Total">Images to look at.</param>
public readonly record struct InspectionProgress(int Done, int Total);
