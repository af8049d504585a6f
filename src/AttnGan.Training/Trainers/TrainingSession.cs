using System.Text.Json;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Formats;
using AttnGan.Training.Runs;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>A run from dataset and configuration to trained networks: DAMSM first, then the GAN, or one of them.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly AttnGanConfig _config;
    private readonly CaptionedImageDataset _dataset;
    private readonly RunDirectory _run;
    private Vocabulary _vocabulary;
    private readonly Device _device;

    /// <summary>Opens dataset and run folder; a run that has begun keeps its vocabulary.</summary>
    /// <exception cref="AttnGanException">Either cannot be used.</exception>
    public TrainingSession(string dataDirectory, AttnGanConfig config, string runDirectory, Device device)
        : this(dataDirectory, config, runDirectory, device, RunDirectory.Open)
    {
    }

    private TrainingSession(string dataDirectory, AttnGanConfig config, string runDirectory, Device device, Func<string, RunDirectory> open)
    {
        _config = config;
        _device = device;
        _dataset = CaptionedImageDataset.Open(dataDirectory, config.Data);
        _run = open(runDirectory);
        try
        {
            _vocabulary = LoadOrBuildVocabulary();
        }
        catch
        {
            _run.Dispose();
            throw;
        }
    }

    /// <summary>A session that only outlines: nothing is created or locked.</summary>
    /// <exception cref="AttnGanException">What the constructor would refuse; that another training has the run open is not seen.</exception>
    public static TrainingSession Look(string dataDirectory, AttnGanConfig config, string runDirectory, Device device) =>
        new(dataDirectory, config, runDirectory, device, RunDirectory.Look);

    /// <summary>Trains text and image encoder.</summary>
    /// <returns>False if it was canceled.</returns>
    public bool TrainDamsm(ResumeFrom? resume, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        _run.Damsm.Begin(resume is not null);
        using var trainer = new DamsmTrainer(_config, _dataset, _vocabulary, _device);
        return Run(trainer, _run.Damsm, resume, progress, cancellation);
    }

    /// <summary>Trains generator and discriminators.</summary>
    /// <param name="start">What a new training begins with; null for the best DAMSM of this run.</param>
    /// <param name="resume">Null starts anew.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <param name="cancellation">Saves and stops.</param>
    /// <returns>False if it was canceled.</returns>
    public bool TrainGan(GanStart? start, ResumeFrom? resume, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        Checkpoint expert = OpenDamsm(start, resume);
        Checkpoint? judge = OpenIndependentDamsm();
        _run.Gan.Begin(resume is not null);
        using var trainer = new GanTrainer(_config, _dataset, _vocabulary, expert, _device, judge);
        Grow(trainer, start, expert);
        return Run(trainer, _run.Gan, resume, progress, cancellation);
    }

    /// <summary>Comes as far as the first step of <see cref="TrainDamsm"/>.</summary>
    /// <exception cref="AttnGanException">Whatever would keep the training from it.</exception>
    public TrainingPlan OutlineDamsm(ResumeFrom? resume)
    {
        _run.Damsm.Check(resume is not null);
        using var trainer = new DamsmTrainer(_config, _dataset, _vocabulary, _device);
        Restore(trainer, _run.Damsm, resume);
        return TrainingPlan.Of(trainer);
    }

    /// <summary>Comes as far as the first step of <see cref="TrainGan"/>.</summary>
    /// <exception cref="AttnGanException">Whatever would keep the training from it.</exception>
    public TrainingPlan OutlineGan(GanStart? start, ResumeFrom? resume)
    {
        Checkpoint expert = OpenDamsm(start, resume);
        _run.Gan.Check(resume is not null);
        using var trainer = new GanTrainer(_config, _dataset, _vocabulary, expert, _device, OpenIndependentDamsm());
        Grow(trainer, start, expert);
        Restore(trainer, _run.Gan, resume);
        return TrainingPlan.Of(trainer);
    }

    /// <summary>Outlines GAN training with a DAMSM that is yet to be trained.</summary>
    /// <exception cref="AttnGanException">Whatever would keep the training from its first step.</exception>
    public TrainingPlan OutlineGanAfterDamsm()
    {
        CheckGanCanBegin();
        return TrainingPlan.OfGan(_config, _dataset, _vocabulary);
    }

    /// <summary>To be asked before a DAMSM is trained for a new GAN, not after.</summary>
    /// <exception cref="AttnGanException">The run holds a GAN training, or the judge cannot be used.</exception>
    public void CheckGanCanBegin()
    {
        _run.Gan.Check(resume: false);
        if (OpenIndependentDamsm() is { } judge)
        {
            IReadOnlyList<CaptionedImage> measured = Subset.Choose(_dataset.Validation, _config.Logging.EvaluationImages);
            IndependentDamsm.Open(judge, measured, _config.Data.CaptionEncoder(_vocabulary), _device).Dispose();
        }
    }

    public CaptionedImageDataset Dataset => _dataset;

    public Vocabulary Vocabulary => _vocabulary;

    public bool HasBegunDamsm => _run.Damsm.HasBegun;

    public bool HasBegunGan => _run.Gan.HasBegun;

    /// <summary>Whether the DAMSM has had all epochs of the configuration.</summary>
    /// <exception cref="CheckpointException">Its newest checkpoint is damaged.</exception>
    public bool IsDamsmComplete => HasBegunDamsm && Store(_run.Damsm) is var store && store.Latest() is { } latest &&
        store.Open(latest).Epoch >= _config.Damsm.Epochs;

    public void Dispose() => _run.Dispose();

    private bool Run(
        ITrainer trainer, RunPart part, ResumeFrom? resume, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var loop = new TrainingLoop(trainer, part, _config, _vocabulary.Words, progress);
        if (OpenCheckpoint(part, resume) is { } checkpoint)
        {
            loop.Restore(checkpoint);
        }

        // Only now it is clear that this configuration trains.
        _run.Describe(_config, _vocabulary.Words);
        return loop.Run(cancellation);
    }

    private void Restore(ITrainer trainer, RunPart part, ResumeFrom? resume)
    {
        if (OpenCheckpoint(part, resume) is { } checkpoint)
        {
            TrainingLoop.LoadState(trainer, checkpoint);
        }
    }

    /// <summary>Where to continue; null for the beginning.</summary>
    private Checkpoint? OpenCheckpoint(RunPart part, ResumeFrom? resume)
    {
        CheckpointStore store = Store(part);
        if (resume is null || (resume.Checkpoint ?? store.Latest()) is not { } path)
        {
            return null;
        }

        Checkpoint checkpoint = store.Open(path);
        CheckVocabulary(checkpoint, "Continue the run that it belongs to.");
        return checkpoint;
    }

    private static CheckpointStore Store(RunPart part) => CheckpointStore.ForReading(part.Checkpoints, part.Kind);

    /// <summary>Also where a run that was killed before its first checkpoint is to continue: one that has a checkpoint refuses a start.</summary>
    private static void Grow(GanTrainer trainer, GanStart? start, Checkpoint smaller)
    {
        if (start is { Grow: true })
        {
            trainer.Grow(smaller);
        }
    }

    private Checkpoint OpenDamsm(GanStart? start, ResumeFrom? resume)
    {
        // A GAN checkpoint holds the expert that it was trained with, which may have come from elsewhere.
        if (HasBegunGan && OpenCheckpoint(_run.Gan, resume) is { } begun)
        {
            return start is null ? begun : throw new AttnGanException(
                $"The GAN training of `{_run.Path}` keeps the DAMSM that it began with. Leave out `--damsm` or `--grow`, or start a new " +
                "run with it.");
        }

        Checkpoint damsm = start is null ? OpenOwnDamsm() : Checkpoint.Open(start.Checkpoint, start.Grow ? "gan" : "damsm");
        if (start is not null && !HasBegunDamsm && !HasBegunGan)
        {
            // The words belong to the text encoder: a new run takes them over with it.
            _vocabulary = new Vocabulary(damsm.Vocabulary);
        }

        CheckVocabulary(damsm, "Train it on the same data, or start a new run with it.");
        return damsm;
    }

    private Checkpoint? OpenIndependentDamsm() => _config.Logging.IndependentDamsm is { } path ? Checkpoint.Open(path, "damsm") : null;

    private Checkpoint OpenOwnDamsm()
    {
        IReadOnlyList<string> trained = HasBegunDamsm ? Store(_run.Damsm).All() : [];
        string best = _run.Damsm.BestCheckpoint;
        string? path = File.Exists(best) ? best : trained is [.., var latest] ? latest : null;
        if (path is null)
        {
            throw new AttnGanException(
                $"The run `{_run.Path}` has no trained DAMSM, which GAN training needs. Run `attngan train damsm` first, or give a " +
                "checkpoint with `--damsm FILE`.");
        }

        try
        {
            return Checkpoint.Open(path, "damsm");
        }
        catch (CheckpointException damage) when (trained.Any(other => other != path))
        {
            throw new CheckpointException(
                $"{damage.Message}\nThe run has another one: remove the damaged file, and `{trained.Last(other => other != path)}` is taken.",
                damage);
        }
    }

    private void CheckVocabulary(Checkpoint checkpoint, string remedy)
    {
        if (!checkpoint.Vocabulary.SequenceEqual(_vocabulary.Words))
        {
            throw new AttnGanException(
                $"`{checkpoint.Path}` was trained with another vocabulary ({checkpoint.Vocabulary.Count} words) than this run's " +
                $"({_vocabulary.Count} words). {remedy}");
        }
    }

    private Vocabulary LoadOrBuildVocabulary()
    {
        if (!(HasBegunDamsm || HasBegunGan) || !File.Exists(_run.VocabularyPath))
        {
            return _dataset.BuildVocabulary(_config.Data);
        }

        try
        {
            return new Vocabulary(JsonSerializer.Deserialize<string[]>(File.ReadAllText(_run.VocabularyPath)) ?? []);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The vocabulary of the run, `{_run.VocabularyPath}`, cannot be read: {exception.Message}", exception);
        }
    }
}

/// <summary>What a new GAN training begins with.</summary>
/// <param name="Checkpoint">Where its encoders come from.</param>
/// <param name="Grow">Whether it is a GAN of fewer stages, whose networks go on learning, or a DAMSM.</param>
internal sealed record GanStart(string Checkpoint, bool Grow = false);

/// <summary>Continue an interrupted training.</summary>
/// <param name="Checkpoint">From this file; null for the newest.</param>
internal sealed record ResumeFrom(string? Checkpoint);
