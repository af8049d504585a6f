using AttnGan.Training.Evaluation.Reports;

namespace AttnGan.Training.Evaluation;

/// <param name="Report">The report, whose images have been written.</param>
/// <param name="Warnings">What a user should know besides.</param>
internal sealed record EvaluationResult(EvaluationReport Report, IReadOnlyList<string> Warnings);
