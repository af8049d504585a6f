using AttnGan.Training.Distributed;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>
/// Computes batches on the ranks of a world: of every N batches, rank r computes number r. Batches are those of one process, so that their
/// results are too.
/// </summary>
/// <param name="world">The ranks.</param>
/// <param name="cancellation">Checked before each batch, on all ranks together.</param>
internal sealed class RankBatches(World world, CancellationToken cancellation)
{
    /// <summary>Computes batches, and processes their results on the first rank.</summary>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    /// <param name="batches">The batches, equal on all ranks.</param>
    /// <param name="compute">Returns the result of a batch; its number is counted from 0.</param>
    /// <param name="process">Called on the first rank for every batch, in order. Tensors are disposed afterwards.</param>
    /// <exception cref="OperationCanceledException">A rank was canceled; all are.</exception>
    public void Run<TBatch>(
        IEnumerable<TBatch> batches, Func<TBatch, int, EvaluatedBatch> compute, Action<TBatch, EvaluatedBatch> process) =>
        Run(batches, compute, process, batch => batch.ToBytes(), EvaluatedBatch.FromBytes);

    /// <inheritdoc cref="Run{TBatch}(IEnumerable{TBatch}, Func{TBatch, int, EvaluatedBatch}, Action{TBatch, EvaluatedBatch})"/>
    public void Run<TBatch>(IEnumerable<TBatch> batches, Func<TBatch, int, Tensor[]> compute, Action<TBatch, Tensor[]> process) =>
        Run(batches, compute, process, TensorBytes.Write, TensorBytes.Read);

    private void Run<TBatch, TResult>(
        IEnumerable<TBatch> batches,
        Func<TBatch, int, TResult> compute,
        Action<TBatch, TResult> process,
        Func<TResult, byte[]> write,
        Func<byte[], TResult> read)
        where TResult : class
    {
        int first = 0;
        foreach (TBatch[] round in batches.Chunk(world.Size))
        {
            if (world.Any(cancellation.IsCancellationRequested))
            {
                throw new OperationCanceledException(cancellation);
            }

            using DisposeScope scope = NewDisposeScope();
            TResult? own = world.Rank < round.Length ? compute(round[world.Rank], first + world.Rank) : null;
            first += round.Length;
            using var pause = CollectionPause.Begin();
            IReadOnlyList<byte[]> others = world.Size == 1 ? [] : world.Exchange(world.IsFirst || own is null ? [] : write(own));
            if (world.IsFirst)
            {
                process(round[0], own!);
                for (int rank = 1; rank < round.Length; rank++)
                {
                    process(round[rank], read(others[rank]));
                }
            }
        }
    }
}
