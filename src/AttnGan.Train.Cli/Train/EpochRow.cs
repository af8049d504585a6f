using AttnGan.Training.Runs;

namespace AttnGan.Cli.Train;

/// <summary>The results of an epoch, or of an evaluation within one.</summary>
/// <param name="Epoch">Number of the epoch, from 1; null for an evaluation within one.</param>
/// <param name="Epochs">Number of epochs of the training.</param>
/// <param name="Step">Step after which the networks were evaluated.</param>
/// <param name="Steps">Number of steps of the training.</param>
/// <param name="Measures">Condensed losses, and validation metrics.</param>
internal sealed record EpochRow(int? Epoch, int Epochs, long Step, long Steps, IReadOnlyList<Measure> Measures);
