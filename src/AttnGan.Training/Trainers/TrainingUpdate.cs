namespace AttnGan.Training.Trainers;

/// <summary>The state of a training after a step.</summary>
/// <param name="Part">The networks that are being trained.</param>
/// <param name="Step">Number of steps that are done.</param>
/// <param name="Steps">Number of steps of the whole part.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">Number of epochs of the part.</param>
/// <param name="Losses">The losses of the step by name.</param>
public sealed record TrainingUpdate(
    TrainingPart Part, long Step, long Steps, int Epoch, int Epochs, IReadOnlyDictionary<string, double> Losses)
{
    /// <summary>Metrics of the validation images by name, in the update that follows an evaluation; otherwise empty.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Returns "Gan: step 120 of 6000, epoch 2 of 40".</summary>
    public override string ToString() => $"{Part}: step {Step} of {Steps}, epoch {Epoch} of {Epochs}";
}

/// <summary>The parts of a training.</summary>
public enum TrainingPart
{
    /// <summary>Text and image encoder.</summary>
    Damsm,

    /// <summary>Generator and discriminators.</summary>
    Gan,
}
