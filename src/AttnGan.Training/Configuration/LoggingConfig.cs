namespace AttnGan.Training.Configuration;

/// <summary>Intervals, in steps, at which a run logs, samples, saves and evaluates.</summary>
public sealed record LoggingConfig
{
    /// <summary>Steps between lines of the log.</summary>
    public int LogEvery { get; init; } = 20;

    /// <summary>Steps between sample grids, and between attention figures.</summary>
    public int SampleEvery { get; init; } = 1000;

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 500;

    /// <summary>Steps between evaluations on held-out images, in addition to those at the end of each epoch; 0 for only these.</summary>
    public int EvaluateEvery { get; init; }

    /// <summary>Number of held-out images in an evaluation (at least 2), at even intervals of their list; 0 for all.</summary>
    public int EvaluationImages { get; init; } = 1000;

    /// <summary>
    /// A run or checkpoint of an independent DAMSM, which evaluates generated images as well. The GAN does not learn from it. Null for
    /// none.
    /// </summary>
    public string? IndependentDamsm { get; init; }

    /// <summary>What selects the best checkpoint of GAN training: auto, recognition, r_precision or shapes.</summary>
    public QualityKind Quality { get; init; } = QualityKind.Auto;

    /// <summary>Number of checkpoints to keep (at least 1).</summary>
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>Number of images in a sample grid (at least 1).</summary>
    public int Samples { get; init; } = 16;

    /// <summary>Write TensorBoard event files in addition to the JSONL log.</summary>
    public bool TensorBoard { get; init; } = true;

    /// <summary>Plot losses and metrics as curves, updated at every checkpoint and evaluation.</summary>
    public bool Curves { get; init; } = true;
}
