using System.Text.Json.Serialization;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>The kinds of images that can be evaluated: a model's, and baselines to compare them with.</summary>
internal enum SubjectKind
{
    /// <summary>Images that the model generates.</summary>
    [JsonStringEnumMemberName("model")]
    Model,

    /// <summary>Images of a folder, which another program may have generated.</summary>
    [JsonStringEnumMemberName("folder")]
    Folder,

    /// <summary>Baseline: the dataset's own images.</summary>
    [JsonStringEnumMemberName("real")]
    Real,

    /// <summary>Baseline: the dataset's own images, each with a caption of another class.</summary>
    [JsonStringEnumMemberName("wrong_captions")]
    WrongCaptions,

    /// <summary>Baseline: the dataset's own images, blurred.</summary>
    [JsonStringEnumMemberName("blurred")]
    Blurred,

    /// <summary>Baseline: one image of the dataset for all captions.</summary>
    [JsonStringEnumMemberName("repeated")]
    Repeated,

    /// <summary>Baseline: random pixels.</summary>
    [JsonStringEnumMemberName("noise")]
    Noise,

    /// <summary>Baseline: images of an untrained generator, whose weights are random.</summary>
    [JsonStringEnumMemberName("untrained")]
    Untrained,
}
