using System.Text.Json;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Distributed;
using AttnGan.Training.Formats;
using AttnGan.Training.Runs;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>Trains the networks of a run with a dataset and a configuration: the DAMSM first, then the GAN, or one of them.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly AttnGanConfig _config;
    private readonly CaptionedImageDataset _dataset;
    private readonly RunDirectory _run;
    private readonly Device _device;
    private readonly World _world;
    private Vocabulary _vocabulary;
    private string? _vocabularyOrigin;

    /// <summary>Opens dataset and run folder. A run that has begun keeps its vocabulary.</summary>
    /// <param name="dataDirectory">The dataset.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="runDirectory">The run folder. Of several ranks, the first writes it and the others read its checkpoints.</param>
    /// <param name="device">The device to train on.</param>
    /// <param name="world">The ranks that train; null for one process.</param>
    /// <exception cref="AttnGanException">The dataset or the run folder cannot be used.</exception>
    public TrainingSession(string dataDirectory, AttnGanConfig config, string runDirectory, Device device, World? world = null)
        : this(dataDirectory, config, runDirectory, device, world ?? World.Alone, readOnly: world is { IsFirst: false })
    {
    }

    private TrainingSession(
        string dataDirectory, AttnGanConfig config, string runDirectory, Device device, World world, bool readOnly)
    {
        _config = config;
        _device = device;
        _world = world;
        _dataset = CaptionedImageDataset.Open(dataDirectory, config.Data);
        _run = readOnly ? RunDirectory.OpenReadOnly(runDirectory) : RunDirectory.Open(runDirectory);
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

    /// <summary>Opens a session for planning only: it creates nothing and locks nothing.</summary>
    /// <exception cref="AttnGanException">
    /// The dataset or the run folder cannot be used. A run that another training has open is not refused.
    /// </exception>
    public static TrainingSession OpenReadOnly(string dataDirectory, AttnGanConfig config, string runDirectory, Device device) =>
        new(dataDirectory, config, runDirectory, device, World.Alone, readOnly: true);

    /// <summary>Trains text and image encoder.</summary>
    /// <param name="resume">The checkpoint to resume from; null starts a new training.</param>
    /// <param name="progress">Receives the events of the training.</param>
    /// <param name="cancellation">Saves a checkpoint and stops.</param>
    /// <returns>False if the training was canceled.</returns>
    public bool TrainDamsm(ResumeFrom? resume, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        Begin(_run.Damsm, resume);
        string features = _config.Damsm.CacheFile ?? _run.Damsm.Features;
        using var trainer = new DamsmTrainer(
            _config, _dataset, _vocabulary, _device, _world.IsFirst ? features : $"{features}.{_world.Rank}", _world);
        if (OpenCheckpoint(_run.Damsm, resume) is null && trainer.LoadWords() is { } coverage)
        {
            progress.Report(new WordsLoaded(TrainingKind.Damsm, coverage));
        }

        return Run(trainer, _run.Damsm, resume, progress, cancellation);
    }

    /// <summary>Trains generator and discriminators.</summary>
    /// <param name="start">The checkpoint that a new training starts from; null for the best DAMSM of this run.</param>
    /// <param name="resume">The checkpoint to resume from; null starts a new training.</param>
    /// <param name="progress">Receives the events of the training.</param>
    /// <param name="cancellation">Saves a checkpoint and stops.</param>
    /// <returns>False if the training was canceled.</returns>
    public bool TrainGan(GanStart? start, ResumeFrom? resume, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        Checkpoint damsm = OpenDamsm(start, resume);
        Checkpoint? independent = OpenIndependentDamsm();
        Begin(_run.Gan, resume);
        using var trainer = new GanTrainer(_config, _dataset, _vocabulary, damsm, _device, independent, _world);
        Grow(trainer, start, damsm);
        return Run(trainer, _run.Gan, resume, progress, cancellation);
    }

    /// <summary>Prepares <see cref="TrainDamsm"/> up to its first step, without writing anything.</summary>
    /// <exception cref="AttnGanException">The training could not start.</exception>
    public TrainingPlan PlanDamsm(ResumeFrom? resume)
    {
        _run.Damsm.Check(resume is not null);
        using var trainer = new DamsmTrainer(_config, _dataset, _vocabulary, _device);
        WordCoverage? words = OpenCheckpoint(_run.Damsm, resume) is null ? trainer.LoadWords() : null;
        Restore(trainer, _run.Damsm, resume);
        return TrainingPlan.Of(trainer) with { Words = words };
    }

    /// <summary>Prepares <see cref="TrainGan"/> up to its first step, without writing anything.</summary>
    /// <exception cref="AttnGanException">The training could not start.</exception>
    public TrainingPlan PlanGan(GanStart? start, ResumeFrom? resume)
    {
        Checkpoint damsm = OpenDamsm(start, resume);
        _run.Gan.Check(resume is not null);
        using var trainer = new GanTrainer(_config, _dataset, _vocabulary, damsm, _device, OpenIndependentDamsm());
        Grow(trainer, start, damsm);
        Restore(trainer, _run.Gan, resume);
        return TrainingPlan.Of(trainer);
    }

    /// <summary>Plans GAN training with a DAMSM that is not trained yet.</summary>
    /// <exception cref="AttnGanException">The training could not start.</exception>
    public TrainingPlan PlanGanAfterDamsm()
    {
        CheckGanCanBegin();
        return TrainingPlan.OfGan(_config, _dataset, _vocabulary);
    }

    /// <summary>Checks a new GAN training before its DAMSM is trained, which takes long.</summary>
    /// <exception cref="AttnGanException">
    /// The run already contains a GAN training, the quality cannot be measured, or the independent DAMSM cannot be used.
    /// </exception>
    public void CheckGanCanBegin()
    {
        _run.Gan.Check(resume: false);
        GanValidation.Check(_config, _dataset, _config.Data.CaptionEncoder(_vocabulary), OpenIndependentDamsm(), _device);
    }

    /// <summary>Why the configuration was chosen for the data, a line each; written into the run folder.</summary>
    public IReadOnlyList<string> Choice { get; init; } = [];

    /// <summary>
    /// Adopts the vocabulary of the DAMSM that a new GAN training would start from, so that <see cref="Vocabulary"/> is the one that is
    /// used.
    /// </summary>
    /// <exception cref="AttnGanException">The DAMSM cannot be used.</exception>
    public void Adopt(GanStart? start, ResumeFrom? resume) => OpenDamsm(start, resume);

    /// <summary>
    /// Returns what a training cannot use of the dataset, and the warnings of the dataset, before the first step.
    /// </summary>
    /// <param name="damsm">True if a DAMSM is trained.</param>
    /// <param name="gan">True if a GAN is trained.</param>
    /// <exception cref="DatasetException">A training caption has no known word.</exception>
    public IReadOnlyList<DatasetProblem> CheckUse(bool damsm, bool gan)
    {
        IReadOnlyList<DatasetProblem> problems = TrainingUse.Check(
            _dataset.Train, _dataset.Validation, _config.Data.CaptionEncoder(_vocabulary), _config.Data, _vocabularyOrigin);
        DatasetProblem[] errors = [.. problems.Where(problem => problem.Severity == ProblemSeverity.Error)];
        if (errors.Length > 0)
        {
            throw DatasetException.OfCaptions(errors);
        }

        CheckRanks(damsm, gan);
        DatasetProblem?[] batches =
        [
            damsm ? TrainingUse.CheckNegatives(_dataset.Train, "damsm.batch_size", _config.Damsm.BatchSize) : null,
            gan && _config.Gan.DamsmWeight > 0
                ? TrainingUse.CheckNegatives(_dataset.Train, "gan.batch_size", _config.Gan.BatchSize)
                : null,
        ];
        return [.. _dataset.Warnings, .. problems, .. batches.OfType<DatasetProblem>()];
    }

    public CaptionedImageDataset Dataset => _dataset;

    public Vocabulary Vocabulary => _vocabulary;

    public bool HasBegunDamsm => _run.Damsm.HasBegun;

    public bool HasBegunGan => _run.Gan.HasBegun;

    /// <summary>True if the DAMSM was trained for all epochs of the configuration.</summary>
    /// <exception cref="CheckpointException">Its newest checkpoint is damaged.</exception>
    public bool IsDamsmComplete => HasBegunDamsm && Store(_run.Damsm) is var store && store.Latest() is { } latest &&
        store.Open(latest).Epoch >= _config.Damsm.Epochs;

    public void Dispose() => _run.Dispose();

    /// <summary>Begins a part of the run. No rank writes before all have read the run folder as it was.</summary>
    private void Begin(RunPart part, ResumeFrom? resume)
    {
        _world.Barrier();
        if (_world.IsFirst)
        {
            part.Begin(resume is not null);
        }
    }

    /// <summary>Checks that the ranks can share the batches.</summary>
    private void CheckRanks(bool damsm, bool gan)
    {
        if (_world.Size == 1)
        {
            return;
        }

        Check(damsm, "damsm.batch_size", _config.Damsm.BatchSize);
        Check(gan, "gan.batch_size", _config.Gan.BatchSize);
        if (_config.Data.SkipDamaged)
        {
            throw new AttnGanException(
                "`data.skip_damaged` requires one process: a rank would not know which images the others have skipped. Find them with " +
                "`attngan dataset check`, remove them and set it to false.");
        }

        if (gan && _config.Compat.MisalignedAttentionMask)
        {
            throw new AttnGanException(
                "`compat.misaligned_attention_mask` requires one process: it hides the words of other captions of the batch, which ranks " +
                "do not have. Set it to false, or train in one process.");
        }

        void Check(bool trains, string key, int size)
        {
            if (trains && (size % _world.Size > 0 || size < 2 * _world.Size))
            {
                throw new AttnGanException(
                    $"`{key}` is {size}, which {_world.Size} ranks cannot share: each takes as many images, at least 2. Use a multiple " +
                    $"of {_world.Size} of at least {2 * _world.Size}, or another number of ranks.");
            }
        }
    }

    private bool Run(
        ITrainer trainer, RunPart part, ResumeFrom? resume, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var loop = new TrainingLoop(trainer, part, _config, _vocabulary.Words, progress, _world);
        if (OpenCheckpoint(part, resume) is { } checkpoint)
        {
            loop.Restore(checkpoint);
        }

        // Not earlier: a configuration that cannot be trained must not replace that of the run.
        _world.Barrier();
        if (_world.IsFirst)
        {
            _run.Describe(_config, _vocabulary.Words, Choice);
        }

        try
        {
            bool complete = loop.Run(cancellation);
            _world.Barrier(); // the last checkpoint is written
            return complete;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or AttnGanException && _run.IsGone)
        {
            throw new AttnGanException(
                $"The run folder `{_run.Path}` is gone: it was moved or deleted during the training. A moved folder has everything up to " +
                "its last checkpoint; resume there with `--run FOLDER --resume`.",
                error);
        }
    }

    private void Restore(ITrainer trainer, RunPart part, ResumeFrom? resume)
    {
        if (OpenCheckpoint(part, resume) is { } checkpoint)
        {
            TrainingLoop.LoadState(trainer, checkpoint);
        }
    }

    /// <summary>Opens the checkpoint to resume from.</summary>
    /// <returns>Null if the training starts at step 0.</returns>
    private Checkpoint? OpenCheckpoint(RunPart part, ResumeFrom? resume)
    {
        CheckpointStore store = Store(part);
        if (resume is null || (resume.Checkpoint ?? store.Latest()) is not { } path)
        {
            return null;
        }

        Checkpoint checkpoint = store.Open(path);
        CheckVocabulary(checkpoint, "Resume the run that it belongs to.");
        return checkpoint;
    }

    private static CheckpointStore Store(RunPart part) => CheckpointStore.ForReading(part.Checkpoints, part.Kind);

    /// <summary>
    /// Grows the networks, also if a run resumes that was killed before its first checkpoint. A run with a checkpoint takes no
    /// <see cref="GanStart"/>.
    /// </summary>
    private static void Grow(GanTrainer trainer, GanStart? start, Checkpoint smaller)
    {
        if (start is { Grow: true })
        {
            trainer.Grow(smaller);
        }
    }

    private Checkpoint OpenDamsm(GanStart? start, ResumeFrom? resume)
    {
        // A GAN checkpoint contains the encoders that it was trained with, which may come from another run.
        if (HasBegunGan && OpenCheckpoint(_run.Gan, resume) is { } begun)
        {
            return start is null ? begun : throw new AttnGanException(
                $"The GAN training of `{_run.Path}` keeps the DAMSM that it started with. Leave out `--damsm` or `--grow`, or start a " +
                "new run with it.");
        }

        Checkpoint damsm = start is null
            ? OpenOwnDamsm()
            : Checkpoint.Open(start.Checkpoint, start.Grow ? TrainingKind.Gan : TrainingKind.Damsm);
        if (start is not null && !HasBegunDamsm && !HasBegunGan)
        {
            // The text encoder requires its vocabulary: a new run adopts both.
            _vocabulary = new Vocabulary(damsm.Vocabulary);
            _vocabularyOrigin = $"the {(start.Grow ? "checkpoint" : "DAMSM")} `{start.Checkpoint}`";
        }

        CheckVocabulary(damsm, "Train it on the same data, or start a new run with it.");
        return damsm;
    }

    private Checkpoint? OpenIndependentDamsm() =>
        _config.Logging.IndependentDamsm is { } path
            ? Checkpoint.Open(RunDirectory.CheckpointOf(path, TrainingKind.Damsm), TrainingKind.Damsm)
            : null;

    private Checkpoint OpenOwnDamsm()
    {
        IReadOnlyList<string> trained = HasBegunDamsm ? Store(_run.Damsm).All() : [];
        string best = _run.Damsm.BestCheckpoint;
        string? path = File.Exists(best) ? best : trained is [.., var latest] ? latest : null;
        if (path is null)
        {
            throw new AttnGanException(
                $"The run `{_run.Path}` has no trained DAMSM, which GAN training requires. Run `attngan train damsm` first, or give a " +
                "checkpoint with `--damsm FILE`.");
        }

        try
        {
            return Checkpoint.Open(path, TrainingKind.Damsm);
        }
        catch (CheckpointException damage) when (trained.Any(other => other != path))
        {
            throw new CheckpointException(
                $"{damage.Message}\nThe run has another one: remove the damaged file to use `{trained.Last(other => other != path)}`.",
                damage);
        }
    }

    private void CheckVocabulary(Checkpoint checkpoint, string remedy)
    {
        if (!checkpoint.Vocabulary.SequenceEqual(_vocabulary.Words))
        {
            throw new AttnGanException(
                $"`{checkpoint.Path}` was trained with another vocabulary ({checkpoint.Vocabulary.Count} words) than that of this run " +
                $"({_vocabulary.Count} words). {remedy}");
        }
    }

    private Vocabulary LoadOrBuildVocabulary()
    {
        if (!(HasBegunDamsm || HasBegunGan) || !File.Exists(_run.VocabularyPath))
        {
            _vocabularyOrigin = CaptionedImageDataset.VocabularyOrigin(_config.Data);
            return _dataset.BuildVocabulary(_config.Data);
        }

        _vocabularyOrigin = $"the run `{_run.Path}`";

        try
        {
            return new Vocabulary(JsonSerializer.Deserialize<string[]>(File.ReadAllText(_run.VocabularyPath)) ?? []);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException(
                $"The vocabulary of the run, `{_run.VocabularyPath}`, cannot be read: {exception.Message}", exception);
        }
    }
}

/// <summary>The start of a new GAN training.</summary>
/// <param name="Checkpoint">The checkpoint with its encoders.</param>
/// <param name="Grow">
/// True for a checkpoint of a GAN with fewer stages, whose networks are trained further; false for one of a DAMSM.
/// </param>
internal sealed record GanStart(string Checkpoint, bool Grow = false);

/// <summary>Resumes an interrupted training.</summary>
/// <param name="Checkpoint">The checkpoint to resume from; null for the newest one.</param>
internal sealed record ResumeFrom(string? Checkpoint);
