namespace AttnGan.Training.Runs;

/// <summary>The names of the two trainings of a run, in folders, checkpoints, logs and messages.</summary>
internal static class TrainingKind
{
    /// <summary>Training of text and image encoder.</summary>
    public const string Damsm = "damsm";

    /// <summary>Training of generator and discriminators.</summary>
    public const string Gan = "gan";
}
