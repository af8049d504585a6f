using AttnGan.Imaging;

namespace AttnGan.Training.Data;

/// <summary>The statistics and problems of a dataset.</summary>
public sealed record DatasetReport
{
    /// <summary>Absolute path of the folder.</summary>
    public required string Directory { get; init; }

    /// <summary>The layout of the folder.</summary>
    public required DatasetFormat Format { get; init; }

    /// <summary>Training, validation and, if there are any, the images in neither.</summary>
    public required IReadOnlyList<SplitSummary> Splits { get; init; }

    /// <summary>Number of named classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Number of images of each file format, determined by content, not by name.</summary>
    public required IReadOnlyDictionary<ImageFormat, int> Formats { get; init; }

    /// <summary>Widths of the readable images in pixels.</summary>
    public required Distribution Widths { get; init; }

    /// <summary>Heights of the readable images in pixels.</summary>
    public required Distribution Heights { get; init; }

    /// <summary>Words per caption before truncation.</summary>
    public required Distribution CaptionLengths { get; init; }

    /// <summary>Share of captions that are truncated to <c>data.max_words</c>, in [0, 1].</summary>
    public required double TruncatedShare { get; init; }

    /// <summary>Size of the vocabulary, including <c>&lt;end&gt;</c>.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Number of distinct words that occur in only one training caption.</summary>
    public required int WordsSeenOnce { get; init; }

    /// <summary>Share of the words of validation captions that are unknown, in [0, 1].</summary>
    public required double UnknownValidationWordShare { get; init; }

    /// <summary>Names of images with identical bytes, in groups.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Duplicates { get; init; }

    /// <summary>Names of images that cannot be decoded, or are too narrow to be scaled; each is in <see cref="Problems"/> too.</summary>
    public required IReadOnlyList<string> UnreadableImages { get; init; }

    /// <summary>All problems, errors first.</summary>
    public required IReadOnlyList<DatasetProblem> Problems { get; init; }

    /// <summary>True if training would accept the dataset: there are no errors.</summary>
    public bool WouldTrain => Problems.All(problem => problem.Severity != ProblemSeverity.Error);
}
