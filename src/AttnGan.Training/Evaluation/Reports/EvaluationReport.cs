using System.Text.Json.Serialization;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>
/// What an evaluation found, and everything that it depends on: two reports can be compared only where these are the same. Written as
/// <c>report.json</c>; images lie beside it, their paths are relative to it.
/// </summary>
internal sealed record EvaluationReport
{
    /// <summary>Raised when a reader of older files would misunderstand newer ones.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Format of the file.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Version of AttnGan that made it.</summary>
    public required string Version { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required EvaluatedSubject Subject { get; init; }

    public required EvaluatedData Data { get; init; }

    /// <summary>Images that were judged.</summary>
    public required int Count { get; init; }

    /// <summary>Seed of the noise, of the wrong captions and of the groups.</summary>
    public required long Seed { get; init; }

    /// <summary>The networks that judged.</summary>
    public required IReadOnlyList<EvaluationNetwork> Networks { get; init; }

    public required IReadOnlyList<MetricValue> Metrics { get; init; }

    /// <summary>What was meant to be measured and could not be.</summary>
    public IReadOnlyList<SkippedMetric> Skipped { get; init; } = [];

    /// <summary>The metrics that are means over images, for each category of the data.</summary>
    public IReadOnlyList<CategoryScore> Categories { get; init; } = [];

    /// <summary>A few images as they come, with their captions.</summary>
    public IReadOnlyList<ScoredImage> Samples { get; init; } = [];

    /// <summary>Images that fit their captions best, best first.</summary>
    public IReadOnlyList<ScoredImage> Best { get; init; } = [];

    /// <summary>Images that fit their captions worst, worst first.</summary>
    public IReadOnlyList<ScoredImage> Worst { get; init; } = [];
}

/// <summary>What was judged.</summary>
internal enum SubjectKind
{
    /// <summary>Images that a model drew.</summary>
    [JsonStringEnumMemberName("model")]
    Model,

    /// <summary>The dataset's own images.</summary>
    [JsonStringEnumMemberName("real")]
    Real,

    /// <summary>The dataset's own images, each with the caption of one of another class.</summary>
    [JsonStringEnumMemberName("wrong_captions")]
    WrongCaptions,

    /// <summary>Random pixels.</summary>
    [JsonStringEnumMemberName("noise")]
    Noise,

    /// <summary>A generator with its first, random weights.</summary>
    [JsonStringEnumMemberName("untrained")]
    Untrained,
}

/// <param name="Kind">What it is.</param>
/// <param name="Name">The model's name; the kind in words for references.</param>
/// <param name="Checksum">SHA-256 of the model's file; null for references without weights.</param>
/// <param name="ImageSize">Side in pixels of the images.</param>
/// <param name="Truncation">Bound on the noise; null for none.</param>
/// <param name="TrainingSteps">Steps that the model was trained for, where it says so.</param>
internal sealed record EvaluatedSubject(
    SubjectKind Kind, string Name, string? Checksum, int ImageSize, double? Truncation, long? TrainingSteps);

/// <param name="Name">The folder's name.</param>
/// <param name="Split">train, validation or a list's name.</param>
/// <param name="Images">Images of the split.</param>
/// <param name="Checksum">SHA-256 over the split's names, captions, classes and the bytes of its images.</param>
/// <param name="CropScale">
/// Shorter side of real images before their middle was taken, in sizes of the judged ones; null in reports that do not say.
/// </param>
internal sealed record EvaluatedData(string Name, string Split, int Images, string Checksum, double? CropScale = null);

/// <param name="Role">What metrics refer to it by: <c>features</c>, <c>damsm</c>, <c>independent_damsm</c> …</param>
/// <param name="Name">Such as <c>Inception-v3 (torchvision)</c>.</param>
/// <param name="Checksum">SHA-256 of the weights' file; of a DAMSM that of its weights, whichever checkpoint holds them.</param>
/// <param name="Description">Input size, dimensions, layer: whatever decides the figures.</param>
internal sealed record EvaluationNetwork(string Role, string Name, string Checksum, string Description);

/// <param name="Name">Such as <c>fid</c>; the key that comparisons go by.</param>
/// <param name="Title">Such as <c>Fréchet inception distance</c>.</param>
/// <param name="Value">The figure; shares are in [0, 1].</param>
/// <param name="Deviation">Standard deviation over splits or groups; null where there is one.</param>
/// <param name="HigherIsBetter">Direction.</param>
/// <param name="IsShare">Whether it is a share, shown in percent.</param>
/// <param name="Network">Role of the network that it comes from; null for none.</param>
/// <param name="Count">Images (or pairs, words) that it is taken over.</param>
/// <param name="Note">What a reader must know to read it rightly; null for nothing.</param>
internal sealed record MetricValue(
    string Name, string Title, double Value, double? Deviation, bool HigherIsBetter, bool IsShare, string? Network, int Count, string? Note = null);

/// <param name="Name">What was asked for, such as <c>r_precision</c>.</param>
/// <param name="Reason">Why there is no figure.</param>
internal sealed record SkippedMetric(string Name, string Reason);

/// <param name="Name">The category.</param>
/// <param name="Count">Its images.</param>
/// <param name="Values">Metric name to value.</param>
internal sealed record CategoryScore(string Name, int Count, IReadOnlyDictionary<string, double> Values);

/// <param name="Caption">What was asked for.</param>
/// <param name="Seed">Seed of the drawing; null for references.</param>
/// <param name="Score">Cosine of image and caption under the first DAMSM; NaN where there is none.</param>
/// <param name="Image">Path of the image, relative to the report.</param>
/// <param name="Real">Path of the dataset's image with that caption, relative to the report; null if not kept.</param>
internal sealed record ScoredImage(string Caption, long? Seed, double Score, string Image, string? Real);
