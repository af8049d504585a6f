using System.Text.Json;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>A run from data set and configuration to trained networks: DAMSM first, then the GAN, or one of them.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly AttnGanConfig _config;
    private readonly CaptionedImageDataset _dataset;
    private readonly RunDirectory _run;
    private readonly Vocabulary _vocabulary;
    private readonly Device _device;

    /// <summary>Opens data set and run folder; a run that has begun keeps its vocabulary.</summary>
    /// <exception cref="AttnGanException">Either cannot be used.</exception>
    public TrainingSession(string dataDirectory, AttnGanConfig config, string runDirectory, Device device)
    {
        _config = config;
        _device = device;
        _dataset = CaptionedImageDataset.Open(dataDirectory, config.Data, config.Seed);
        _run = RunDirectory.Open(runDirectory);
        try
        {
            _vocabulary = LoadOrBuildVocabulary();
            AtomicFile.Write(_run.ConfigPath, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(ConfigReader.Write(config))));
        }
        catch
        {
            _run.Dispose();
            throw;
        }
    }

    /// <summary>Trains text and image encoder.</summary>
    /// <returns>False if it was cancelled.</returns>
    public bool TrainDamsm(ResumeFrom? resume, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        _run.Damsm.Begin(resume is not null);
        using var trainer = new DamsmTrainer(_config, _dataset, _vocabulary, _device);
        return Run(trainer, _run.Damsm, resume, progress, cancellation);
    }

    /// <summary>Trains generator and discriminators.</summary>
    /// <param name="damsm">A DAMSM checkpoint; null for the best one of this run.</param>
    /// <param name="resume">Null starts anew.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <param name="cancellation">Saves and stops.</param>
    /// <returns>False if it was cancelled.</returns>
    public bool TrainGan(string? damsm, ResumeFrom? resume, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        Checkpoint expert = OpenDamsm(damsm);
        _run.Gan.Begin(resume is not null);
        using var trainer = new GanTrainer(_config, _dataset, _vocabulary, expert, _device);
        return Run(trainer, _run.Gan, resume, progress, cancellation);
    }

    public bool HasBegunDamsm => _run.Damsm.HasBegun;

    public bool HasBegunGan => _run.Gan.HasBegun;

    public void Dispose() => _run.Dispose();

    private bool Run(
        ITrainer trainer, RunPart part, ResumeFrom? resume, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var loop = new TrainingLoop(trainer, part, _config, _vocabulary.Words, progress);
        if (resume is not null)
        {
            var store = new CheckpointStore(part.Checkpoints, part.Kind, _config.Logging.KeepCheckpoints);
            string? path = resume.Checkpoint ?? store.Latest();
            if (path is not null)
            {
                loop.Restore(store.Open(path));
            }
        }

        return loop.Run(cancellation);
    }

    private Checkpoint OpenDamsm(string? path)
    {
        path ??= new[] { "best.safetensors" }.Select(name => Path.Combine(_run.Damsm.Checkpoints, name)).FirstOrDefault(File.Exists)
            ?? (_run.Damsm.HasBegun ? new CheckpointStore(_run.Damsm.Checkpoints, "damsm", _config.Logging.KeepCheckpoints).Latest() : null)
            ?? throw new AttnGanException(
                $"The run `{_run.Path}` has no trained DAMSM, which GAN training needs. Run `attngan train damsm` first, or give a " +
                "checkpoint with `--damsm FILE`.");
        Checkpoint damsm = Checkpoint.Open(path, "damsm");
        if (!damsm.Vocabulary.SequenceEqual(_vocabulary.Words))
        {
            throw new AttnGanException(
                $"The DAMSM `{path}` was trained with another vocabulary ({damsm.Vocabulary.Count} words) than this run's " +
                $"({_vocabulary.Count} words). Train it on the same data, or start a new run from it.");
        }

        return damsm;
    }

    private Vocabulary LoadOrBuildVocabulary()
    {
        if (File.Exists(_run.VocabularyPath))
        {
            return new Vocabulary(JsonSerializer.Deserialize<string[]>(File.ReadAllText(_run.VocabularyPath))!);
        }

        Vocabulary vocabulary = _dataset.BuildVocabulary(_config.Data);
        AtomicFile.Write(_run.VocabularyPath, stream => JsonSerializer.Serialize(stream, vocabulary.Words));
        return vocabulary;
    }
}

/// <summary>Continue an interrupted training.</summary>
/// <param name="Checkpoint">From this file; null for the newest.</param>
internal sealed record ResumeFrom(string? Checkpoint);
