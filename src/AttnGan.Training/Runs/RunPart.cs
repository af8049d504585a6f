namespace AttnGan.Training.Runs;

/// <summary>The folder of one training of a run, DAMSM or GAN.</summary>
internal sealed class RunPart
{
    internal RunPart(string run, string kind)
    {
        Run = run;
        Kind = kind;
        Path = System.IO.Path.Combine(run, kind);
    }

    /// <summary>
    /// <see cref="TrainingKind.Damsm"/> or <see cref="TrainingKind.Gan"/>: the name of the folder and the prefix of its checkpoints.
    /// </summary>
    public string Kind { get; }

    public string Path { get; }

    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>The checkpoint of the best evaluation.</summary>
    public string BestCheckpoint => System.IO.Path.Combine(Checkpoints, "best.safetensors");

    /// <summary>The log, a JSON object per line.</summary>
    public string Log => System.IO.Path.Combine(Path, "log.jsonl");

    /// <summary>A plot of the losses in the log.</summary>
    public string LossCurves => System.IO.Path.Combine(Path, "curves-losses.png");

    /// <summary>A plot of the validation metrics in the log.</summary>
    public string MetricCurves => System.IO.Path.Combine(Path, "curves-metrics.png");

    /// <summary>Features of a frozen trunk (<c>damsm.cache_features: file</c>).</summary>
    public string Features => System.IO.Path.Combine(Path, "features.bin");

    public string Samples => System.IO.Path.Combine(Path, "samples");

    public string TensorBoard => System.IO.Path.Combine(Path, "tensorboard");

    /// <summary>True if a training has begun here.</summary>
    public bool HasBegun => Directory.Exists(Path) && Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Any();

    private string Run { get; }

    /// <summary>Checks that nothing would be overwritten, then creates the folders.</summary>
    /// <param name="resume">True to resume a training, false to start one.</param>
    /// <exception cref="AttnGanException">There is a training to overwrite, or none to resume.</exception>
    public void Begin(bool resume)
    {
        Check(resume);
        try
        {
            Directory.CreateDirectory(Checkpoints);
            Directory.CreateDirectory(Samples);
            Directory.CreateDirectory(TensorBoard);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The run folder `{Run}` cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>Makes the checks of <see cref="Begin"/> without creating anything.</summary>
    /// <param name="resume">True to resume a training, false to start one.</param>
    /// <exception cref="AttnGanException">There is a training to overwrite, or none to resume.</exception>
    internal void Check(bool resume)
    {
        if (HasBegun && !resume)
        {
            throw new AttnGanException(
                $"The run folder `{Run}` already contains a {Kind} training. Add `--resume` to continue it, or give another folder.");
        }

        if (!HasBegun && resume)
        {
            throw new AttnGanException(
                $"The run folder `{Run}` contains no {Kind} training to resume. Leave out `--resume` to start one, or give the folder " +
                "of the run to resume.");
        }
    }
}
