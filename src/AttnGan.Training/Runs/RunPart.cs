namespace AttnGan.Training.Runs;

/// <summary>The folder of one training, DAMSM or GAN, within a run.</summary>
internal sealed class RunPart
{
    internal RunPart(string run, string kind)
    {
        Run = run;
        Kind = kind;
        Path = System.IO.Path.Combine(run, kind);
    }

    /// <summary><c>damsm</c> or <c>gan</c>: the name of the folder and of its checkpoints.</summary>
    public string Kind { get; }

    public string Path { get; }

    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>The checkpoint of the best evaluation.</summary>
    public string BestCheckpoint => System.IO.Path.Combine(Checkpoints, "best.safetensors");

    /// <summary>One JSON object a line.</summary>
    public string Log => System.IO.Path.Combine(Path, "log.jsonl");

    /// <summary>The log's losses as an image.</summary>
    public string LossCurves => System.IO.Path.Combine(Path, "curves-losses.png");

    /// <summary>The log's figures on held-out images as an image.</summary>
    public string MetricCurves => System.IO.Path.Combine(Path, "curves-metrics.png");

    public string Samples => System.IO.Path.Combine(Path, "samples");

    public string TensorBoard => System.IO.Path.Combine(Path, "tensorboard");

    /// <summary>Whether a training has ever begun here.</summary>
    public bool HasBegun => Directory.Exists(Path) && Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Any();

    private string Run { get; }

    /// <summary>Creates the folders, once it is clear that nothing is overwritten.</summary>
    /// <param name="resume">Whether to continue what is there.</param>
    /// <exception cref="AttnGanException">A new training where one has begun, or a continuation where none has.</exception>
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

    /// <summary>What <see cref="Begin"/> would refuse.</summary>
    /// <exception cref="AttnGanException">A new training where one has begun, or a continuation where none has.</exception>
    internal void Check(bool resume)
    {
        if (HasBegun && !resume)
        {
            throw new AttnGanException(
                $"The run folder `{Run}` already holds a {Kind} training. Add `--resume` to continue it, or give another folder.");
        }

        if (!HasBegun && resume)
        {
            throw new AttnGanException(
                $"The run folder `{Run}` holds no {Kind} training to resume. Leave out `--resume` to start one, or give the folder " +
                "of the run to continue.");
        }
    }
}
