using AttnGan.Training.Runs;

namespace AttnGan.Training.Trainers;

/// <summary>An event of a training, for a progress display.</summary>
/// <param name="Kind"><see cref="TrainingKind.Damsm"/> or <see cref="TrainingKind.Gan"/>.</param>
internal abstract record TrainingProgress(string Kind);

/// <summary>A step has finished.</summary>
internal sealed record StepDone(
    string Kind, long Step, long Steps, int Epoch, int Epochs, IReadOnlyList<Measure> Losses, int BatchSize)
    : TrainingProgress(Kind);

/// <summary>An epoch has ended and was evaluated on validation images.</summary>
internal sealed record EpochEnded(string Kind, int Epoch, IReadOnlyList<Measure> Measures)
    : TrainingProgress(Kind);

/// <summary>The networks were evaluated on validation images within an epoch.</summary>
internal sealed record StepEvaluated(string Kind, long Step, IReadOnlyList<Measure> Measures)
    : TrainingProgress(Kind);

/// <summary>The batches differ from those of the checkpoint that the training resumes from, so its epoch restarts.</summary>
/// <param name="Kind"><see cref="TrainingKind.Damsm"/> or <see cref="TrainingKind.Gan"/>.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Batches">Number of its batches that were trained on before.</param>
internal sealed record EpochRestarted(string Kind, int Epoch, int Batches)
    : TrainingProgress(Kind);

/// <summary>The word embeddings begin with pre-trained vectors (<c>text_encoder.pretrained</c>).</summary>
/// <param name="Kind"><see cref="TrainingKind.Damsm"/>.</param>
/// <param name="Coverage">The words that have a vector.</param>
internal sealed record WordsLoaded(string Kind, WordCoverage Coverage)
    : TrainingProgress(Kind);

/// <summary>A checkpoint was written to disk.</summary>
internal sealed record CheckpointSaved(string Kind, long Step)
    : TrainingProgress(Kind);

/// <summary>The curves could not be written; the training continues.</summary>
/// <param name="Kind"><see cref="TrainingKind.Damsm"/> or <see cref="TrainingKind.Gan"/>.</param>
/// <param name="Reason">The error message.</param>
internal sealed record CurvesNotWritten(string Kind, string Reason)
    : TrainingProgress(Kind);

/// <summary>All images of a batch were of one class: its DAMSM loss is 0. Reported once.</summary>
/// <param name="Kind"><see cref="TrainingKind.Damsm"/> or <see cref="TrainingKind.Gan"/>.</param>
/// <param name="Step">The step of the batch, from 1.</param>
internal sealed record BatchWithoutNegatives(string Kind, long Step)
    : TrainingProgress(Kind);

/// <summary>A damaged image was skipped (<c>data.skip_damaged</c>). Reported once for each image.</summary>
/// <param name="Kind"><see cref="TrainingKind.Damsm"/> or <see cref="TrainingKind.Gan"/>.</param>
/// <param name="Message">Names the image and its problem.</param>
internal sealed record DamagedImageSkipped(string Kind, string Message)
    : TrainingProgress(Kind);
