using System.Text.Json;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Checkpoints;

/// <summary>What a checkpoint holds besides its tensors.</summary>
internal sealed record CheckpointState
{
    /// <summary>Optimizer steps made.</summary>
    public required long Step { get; init; }

    /// <summary>The epoch that the next step belongs to, from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>The next batch in that epoch, from 0.</summary>
    public required int Batch { get; init; }

    /// <summary>The effective configuration of the run.</summary>
    public required AttnGanConfig Config { get; init; }

    /// <summary>Words by index.</summary>
    public required IReadOnlyList<string> Vocabulary { get; init; }

    /// <summary>Whatever else the trainer needs to go on as if it had not stopped.</summary>
    public JsonElement RunState { get; init; } = JsonElement.Parse("{}");
}
