using System.Text.Json;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Checkpoints;

/// <summary>The content of a checkpoint except its tensors.</summary>
internal sealed record CheckpointState
{
    /// <summary>Number of optimizer steps made.</summary>
    public required long Step { get; init; }

    /// <summary>The epoch that the next step belongs to, from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>The next batch in that epoch, from 0.</summary>
    public required int Batch { get; init; }

    /// <summary>The effective configuration of the run.</summary>
    public required AttnGanConfig Config { get; init; }

    /// <summary>Words by index.</summary>
    public required IReadOnlyList<string> Vocabulary { get; init; }

    /// <summary>Further state of the training loop, so that a resumed run equals an uninterrupted one.</summary>
    public JsonElement RunState { get; init; } = JsonElement.Parse("{}");
}
