using AttnGan.Training.Data;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// A training as <see cref="TrainingLoop"/> runs it. The result of a step depends only on the state, the batch and the step number, so that
/// a run restored from its state equals an uninterrupted one.
/// </summary>
internal interface ITrainer : IDisposable
{
    /// <summary>The training batches.</summary>
    BatchLoader Batches { get; }

    /// <summary>Number of epochs.</summary>
    int Epochs { get; }

    /// <summary>
    /// Identifies the images and networks that <see cref="ValidationResult.Quality"/> is computed with: qualities are comparable only if it
    /// is equal. Null stands for the basis of checkpoints that do not record one.
    /// </summary>
    string? QualityBasis { get; }

    /// <summary>Updates all networks once, in a <see cref="CollectionPause"/>.</summary>
    /// <returns>The losses of the step by name, in a fixed order.</returns>
    IReadOnlyList<Measure> Step(CaptionedBatch batch, long step);

    /// <summary>
    /// Measures the networks on validation images, in a <see cref="CollectionPause"/>. Changes nothing that a later step depends on.
    /// </summary>
    ValidationResult Evaluate(CancellationToken cancellation);

    /// <summary>Sets the learning rates of the next epoch.</summary>
    /// <param name="epoch">The epoch that has ended, from 0.</param>
    void EndEpoch(int epoch);

    /// <summary>Weights, buffers, moving averages and optimizer states by name; the trainer's own tensors, not copies.</summary>
    IReadOnlyDictionary<string, Tensor> State();

    /// <summary>Loads a state and sets the learning rates of the next epoch.</summary>
    /// <param name="tensors">A state that <see cref="State"/> returned.</param>
    /// <param name="source">The file that it comes from, for messages.</param>
    /// <param name="epoch">The next epoch, from 0.</param>
    void Restore(IReadOnlyDictionary<string, Tensor> tensors, string source, int epoch);

    /// <summary>Writes generated images into a folder, to show the progress of the training.</summary>
    /// <returns>Paths of the files, <c>STEP-NAME.png</c>.</returns>
    IReadOnlyList<string> WriteSamples(string directory, long step);
}
