namespace AttnGan.Training.Configuration;

/// <summary>
/// Defects of the official code that can be reproduced; off by default. <c>compat: official</c> in YAML turns all of them on.
/// </summary>
public sealed record CompatibilityConfig
{
    /// <summary>Word attention of row r of the flattened scores is masked with caption <c>r mod B</c>.</summary>
    public bool MisalignedAttentionMask { get; init; }

    /// <summary>The moving average covers parameters only; BatchNorm buffers are those of the live generator.</summary>
    public bool MovingAverageWithoutBuffers { get; init; }

    /// <summary>DAMSM training creates a new Adam in every epoch and lets the frozen trunk's BatchNorm statistics drift.</summary>
    public bool DamsmOptimizerPerEpoch { get; init; }

    /// <summary>DAMSM validation drops the last, smaller batch.</summary>
    public bool DropLastValidationBatch { get; init; }

    /// <summary>All switches on.</summary>
    public static CompatibilityConfig Official { get; } = new()
    {
        MisalignedAttentionMask = true,
        MovingAverageWithoutBuffers = true,
        DamsmOptimizerPerEpoch = true,
        DropLastValidationBatch = true,
    };
}
