using AttnGan.Training.Runs;

namespace AttnGan.Training.Trainers;

/// <summary>What happens during a training, for a progress display.</summary>
/// <param name="Kind"><c>damsm</c> or <c>gan</c>.</param>
internal abstract record TrainingProgress(string Kind);

/// <summary>A step was made.</summary>
internal sealed record StepDone(
    string Kind, long Step, long Steps, int Epoch, int Epochs, IReadOnlyList<Measure> Losses, int BatchSize)
    : TrainingProgress(Kind);

/// <summary>An epoch has ended and was measured on held-out images.</summary>
internal sealed record EpochEnded(string Kind, int Epoch, IReadOnlyList<Measure> Measures)
    : TrainingProgress(Kind);

/// <summary>The networks were measured on held-out images within an epoch.</summary>
internal sealed record StepEvaluated(string Kind, long Step, IReadOnlyList<Measure> Measures)
    : TrainingProgress(Kind);

/// <summary>Batches are others than in the checkpoint that a training continues from: its epoch begins again.</summary>
/// <param name="Kind"><c>damsm</c> or <c>gan</c>.</param>
/// <param name="Epoch">From 0.</param>
/// <param name="Batches">Batches of it that were trained on before.</param>
internal sealed record EpochRestarted(string Kind, int Epoch, int Batches)
    : TrainingProgress(Kind);

/// <summary>A checkpoint is safe on disk.</summary>
internal sealed record CheckpointSaved(string Kind, long Step)
    : TrainingProgress(Kind);

/// <summary>Curves could not be drawn anew; the training goes on.</summary>
/// <param name="Kind"><c>damsm</c> or <c>gan</c>.</param>
/// <param name="Reason">Why.</param>
internal sealed record CurvesLeft(string Kind, string Reason)
    : TrainingProgress(Kind);
