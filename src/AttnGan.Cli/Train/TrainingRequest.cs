using AttnGan.Cli.Hosting;
using AttnGan.Training.Configuration;
using AttnGan.Training.Trainers;

namespace AttnGan.Cli.Train;

/// <summary>Which halves of a training are asked for.</summary>
internal enum Parts
{
    Both,
    Damsm,
    Gan,
}

/// <summary>What the command line of a training says.</summary>
internal sealed record TrainingRequest
{
    public required Parts Parts { get; init; }

    public required string Data { get; init; }

    public required string Run { get; init; }

    public string? Config { get; init; }

    public IReadOnlyList<string> Settings { get; init; } = [];

    public bool Resume { get; init; }

    public string? Checkpoint { get; init; }

    /// <summary>What a new GAN begins with; null for the run's own DAMSM.</summary>
    public GanStart? Start { get; init; }

    /// <summary>Replaces that of the configuration; null leaves it.</summary>
    public string? Judge { get; init; }

    /// <summary>Where to continue; null for a new training.</summary>
    public ResumeFrom? From => Resumes ? new ResumeFrom(Checkpoint) : null;

    private bool Resumes => Resume || Checkpoint is not null;

    /// <summary>
    /// The configuration asked for: a file's, the run's own, that of the checkpoint to begin with, or the defaults; each with the settings.
    /// </summary>
    public AttnGanConfig ReadConfig()
    {
        AttnGanConfig config = ReadSettings();
        return Judge is null ? config : config with { Logging = config.Logging with { IndependentDamsm = Judge } };
    }

    private AttnGanConfig ReadSettings()
    {
        if (Config is not null)
        {
            return ConfigReader.Read(Config, Settings, Terminal.Warn);
        }

        string own = Path.Combine(Run, "config.yml");
        if (File.Exists(own))
        {
            return ConfigReader.Read(own, Settings);
        }

        if (Resumes)
        {
            throw new AttnGanException(
                $"The folder `{Run}` holds no training to resume (there is no `config.yml`). Leave out `--resume` to start one, or " +
                "give the folder of the run to continue.");
        }

        if (Start is null)
        {
            return ConfigReader.Parse("", "on the command line", Settings);
        }

        AttnGanConfig config = Training.Checkpoints.Checkpoint.Open(Start.Checkpoint).Config;
        return ConfigReader.Parse(ConfigReader.Write(config), $"in `{Start.Checkpoint}`", Settings);
    }

    /// <summary>Where a whole training goes on: with the GAN once it has begun, or once the DAMSM is complete.</summary>
    public bool IsGanNext(TrainingSession session)
    {
        if (Checkpoint is null)
        {
            return Resumes && (session.HasBegunGan || session.IsDamsmComplete);
        }

        bool isDamsm = Training.Checkpoints.Checkpoint.Open(Checkpoint).Kind == "damsm";
        return isDamsm && session.HasBegunGan
            ? throw new UsageException(
                $"`{Checkpoint}` is of the DAMSM, but the GAN of this run has begun with the DAMSM as it was. Go on with " +
                "`attngan train damsm` and train a GAN with it in a new run folder, or leave out `--checkpoint`.")
            : !isDamsm;
    }

    /// <summary>The command that continues this training after an interruption.</summary>
    public string ResumeCommand()
    {
        string part = Parts switch { Parts.Damsm => " damsm", Parts.Gan => " gan", _ => "" };
        return $"attngan train{part} --data {CommandText.Quote(Data)} --run {CommandText.Quote(Run)} --resume";
    }
}
