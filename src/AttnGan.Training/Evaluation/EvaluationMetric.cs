namespace AttnGan.Training.Evaluation;

/// <summary>What can be asked for; some are several figures of one measurement.</summary>
internal enum EvaluationMetric
{
    Fid,
    InceptionScore,
    RPrecision,
    Recall,
    CaptionSimilarity,
    ColorAccuracy,
    AttentionGrounding,
    Diversity,
}

/// <summary>The names that users know metrics by.</summary>
internal static class EvaluationMetrics
{
    private static readonly string[] s_names =
    [
        "fid", "inception_score", "r_precision", "recall", "caption_similarity", "color_accuracy", "attention_grounding", "diversity",
    ];

    public static IReadOnlyList<string> Names => s_names;

    public static string NameOf(EvaluationMetric metric) => s_names[(int)metric];

    /// <exception cref="AttnGanException">There is no metric of the name.</exception>
    public static EvaluationMetric Parse(string name) => Array.IndexOf(s_names, name) is var index and >= 0
        ? (EvaluationMetric)index
        : throw new AttnGanException($"There is no metric `{name}`; there are {string.Join(", ", s_names)}.");
}
