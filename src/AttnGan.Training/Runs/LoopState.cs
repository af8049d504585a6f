using System.Text.Json;
using AttnGan.Training.Checkpoints;

namespace AttnGan.Training.Runs;

/// <summary>
/// The state of the training loop that a checkpoint stores in addition to its position (<see cref="CheckpointState.RunState"/>).
/// </summary>
internal sealed record LoopState
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The quality of the best evaluation; null before the first.</summary>
    public double? BestQuality { get; init; }

    /// <summary>The images and networks that qualities were computed with. Qualities of another basis are not comparable.</summary>
    public string? QualityBasis { get; init; }

    /// <summary>The step of the last evaluation.</summary>
    public long? EvaluatedStep { get; init; }

    public int? BatchSize { get; init; }

    public int? BatchesPerEpoch { get; init; }

    /// <summary>Number of training images.</summary>
    public int? Images { get; init; }

    /// <summary>Sums of the losses since the last line of the log.</summary>
    public IReadOnlyList<RunningSum> Losses { get; init; } = [];

    /// <summary>Reads the state of a checkpoint.</summary>
    public static LoopState Of(Checkpoint checkpoint) => checkpoint.RunState.Deserialize<LoopState>(s_json) ?? new LoopState();

    /// <summary>
    /// Total steps of the training that a checkpoint belongs to; null if the checkpoint does not contain the number of batches.
    /// </summary>
    /// <param name="checkpoint">A checkpoint of the training.</param>
    /// <param name="epochs">Number of epochs of the training.</param>
    public static long? TotalSteps(Checkpoint checkpoint, int epochs) => Of(checkpoint).BatchesPerEpoch is { } batches
        ? checkpoint.Step + Math.Max(0, ((long)(epochs - checkpoint.Epoch) * batches) - checkpoint.Batch)
        : null;

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, s_json);
}
