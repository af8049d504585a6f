using AttnGan.Cli.Hosting;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;
using static TorchSharp.torch;

namespace AttnGan.Cli.Train;

/// <summary>The command line of a training.</summary>
internal sealed record TrainingRequest
{
    public required Parts Parts { get; init; }

    public required string Data { get; init; }

    public required string Run { get; init; }

    public string? Config { get; init; }

    public IReadOnlyList<string> Settings { get; init; } = [];

    public bool Resume { get; init; }

    public string? Checkpoint { get; init; }

    /// <summary>The checkpoint that a new GAN starts from; null for the run's own DAMSM.</summary>
    public GanStart? Start { get; init; }

    /// <summary>Checkpoint of the independent DAMSM; overrides the configuration unless null.</summary>
    public string? IndependentDamsm { get; init; }

    /// <summary>The checkpoint to resume from; null for a new training.</summary>
    public ResumeFrom? From => Resumes ? new ResumeFrom(Checkpoint) : null;

    private bool Resumes => Resume || Checkpoint is not null;

    /// <summary>
    /// Returns the configuration: from a file, of the run, of the checkpoint to start from, or one that is chosen for the data, in this
    /// order. The settings of the command line override it.
    /// </summary>
    /// <param name="device">The device to train on.</param>
    /// <returns>The configuration, and the reasons if it was chosen.</returns>
    public ConfigChoice ReadConfig(Device device)
    {
        ConfigChoice choice = ReadSettings(device);
        AttnGanConfig config = choice.Config;
        return IndependentDamsm is null
            ? choice
            : choice with { Config = config with { Logging = config.Logging with { IndependentDamsm = IndependentDamsm } } };
    }

    private ConfigChoice ReadSettings(Device device)
    {
        if (Config is not null)
        {
            return new ConfigChoice(ConfigReader.Read(Config, Settings, Terminal.Warn), []);
        }

        string own = Path.Combine(Run, "config.yml");
        if (File.Exists(own))
        {
            return new ConfigChoice(ConfigReader.Read(own, Settings), []);
        }

        if (Resumes)
        {
            throw new AttnGanException(
                $"The folder `{Run}` contains no training to resume (there is no `config.yml`). Leave out `--resume` to start one, " +
                "or specify the folder of the run to resume.");
        }

        if (Start is null)
        {
            // Only those of reading: others may be valid with the chosen configuration alone.
            string[] reading = [.. Settings.Where(setting => setting.StartsWith("data.", StringComparison.Ordinal))];
            DataConfig config = ConfigReader.Parse("", "on the command line", reading).Data;
            var data = DataFacts.Of(CaptionedImageDataset.Open(Data, config));
            var choice = ConfigChoice.For(data, MachineFacts.Of(device));
            return choice with
            {
                Config = ConfigReader.Parse(
                    ConfigReader.Write(choice.Config), "in the configuration that was chosen for the data", Settings),
            };
        }

        AttnGanConfig started = Training.Checkpoints.Checkpoint.Open(Start.Checkpoint).Config;
        return new ConfigChoice(ConfigReader.Parse(ConfigReader.Write(started), $"in `{Start.Checkpoint}`", Settings), []);
    }

    /// <summary>Adopts the vocabulary that is trained with, and writes warnings about what is not used of the dataset.</summary>
    /// <exception cref="AttnGanException">The dataset cannot be trained on.</exception>
    public void Check(TrainingSession session)
    {
        bool gan = Parts == Parts.Gan || (Parts == Parts.Both && IsGanNext(session));
        if (gan)
        {
            session.Adopt(Start, session.HasBegunGan ? From : null);
        }

        IReadOnlyList<DatasetProblem> warnings = session.CheckUse(damsm: !gan, gan: Parts != Parts.Damsm);
        DatasetWarnings.Write(session.Dataset.Root, warnings);
    }

    /// <summary>Returns true if a training of both parts continues with the GAN, which it does once the DAMSM is complete.</summary>
    public bool IsGanNext(TrainingSession session)
    {
        if (Checkpoint is null)
        {
            return Resumes && (session.HasBegunGan || session.IsDamsmComplete);
        }

        bool isDamsm = Training.Checkpoints.Checkpoint.Open(Checkpoint).Kind == TrainingKind.Damsm;
        return isDamsm && session.HasBegunGan
            ? throw new UsageException(
                $"`{Checkpoint}` is a DAMSM checkpoint, but the GAN of this run is already training with a DAMSM. Continue with " +
                "`attngan train damsm` and train a GAN with the result in a new run folder, or leave out `--checkpoint`.")
            : !isDamsm;
    }

    /// <summary>Returns the command that resumes this training after an interruption.</summary>
    public string ResumeCommand()
    {
        string part = Parts switch { Parts.Damsm => " damsm", Parts.Gan => " gan", _ => "" };
        return $"attngan train{part} --data {CommandText.Quote(Data)} --run {CommandText.Quote(Run)} --resume";
    }
}
