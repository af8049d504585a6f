using AttnGan.Training.Data;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// What <see cref="TrainingLoop"/> needs of a training. A step's outcome depends on the state, the batch and the step's number
/// alone, so that a run restored from its state continues as if it had never stopped.
/// </summary>
internal interface ITrainer : IDisposable
{
    /// <summary>Training batches.</summary>
    BatchLoader Batches { get; }

    int Epochs { get; }

    /// <summary>One update of the networks, in a <see cref="CollectionPause"/>.</summary>
    /// <returns>The step's losses by name, in a fixed order.</returns>
    IReadOnlyList<Measure> Step(CaptionedBatch batch, long step);

    /// <summary>
    /// What <see cref="ValidationResult.Quality"/> is taken of: qualities compare only where this is the same. Null where it is what
    /// checkpoints that do not say have.
    /// </summary>
    string? QualityBasis { get; }

    /// <summary>
    /// Measures the networks on held-out images, in a <see cref="CollectionPause"/>. Nothing that a later step depends on changes.
    /// </summary>
    ValidationResult Evaluate(CancellationToken cancellation);

    /// <summary>Moves learning rates on.</summary>
    /// <param name="epoch">The epoch that has ended, from 0.</param>
    void EndEpoch(int epoch);

    /// <summary>Weights, buffers, moving averages and optimizer states by name; the trainer's own tensors, not copies.</summary>
    IReadOnlyDictionary<string, Tensor> State();

    /// <summary>Takes up a state and the learning rates of the epoch that comes next.</summary>
    void Restore(IReadOnlyDictionary<string, Tensor> tensors, string source, int epoch);

    /// <summary>Draws what shows the progress of the training into a folder.</summary>
    void WriteSamples(string directory, long step);
}
