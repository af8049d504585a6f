using System.Diagnostics;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Distributed;
using AttnGan.Training.Formats;
using AttnGan.Training.Optimizers;
using AttnGan.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// Runs a trainer over its epochs, with logs, evaluations, checkpoints, samples, cancellation and resumption. It knows no network. Of
/// several ranks, all make the steps; the first evaluates and writes, while the others wait for its next step.
/// </summary>
internal sealed class TrainingLoop
{
    private readonly ITrainer _trainer;
    private readonly RunPart _part;
    private readonly AttnGanConfig _config;
    private readonly IReadOnlyList<string> _vocabulary;
    private readonly IProgress<TrainingProgress> _progress;
    private readonly World _world;
    private readonly CheckpointStore _store;
    private readonly RunningMeans _means = new();
    private readonly Stopwatch _sinceLog = new();
    private Position _position = new(0, 0, 0);
    private double? _bestQuality;
    private long _evaluatedStep;
    private long _curvesStep = -1;
    private long _imagesSinceLog;
    private bool _warnedOfNegatives;
    private bool _isStopping;
    private readonly HashSet<string> _reportedDamage = new(StringComparer.Ordinal);

    public TrainingLoop(
        ITrainer trainer,
        RunPart part,
        AttnGanConfig config,
        IReadOnlyList<string> vocabulary,
        IProgress<TrainingProgress> progress,
        World? world = null)
    {
        _trainer = trainer;
        _part = part;
        _config = config;
        _vocabulary = vocabulary;
        _progress = progress;
        _world = world ?? World.Alone;
        _store = _world.IsFirst
            ? new CheckpointStore(part.Checkpoints, part.Kind, config.Logging.KeepCheckpoints)
            : CheckpointStore.ForReading(part.Checkpoints, part.Kind);
    }

    /// <summary>
    /// Resumes from a checkpoint; the result equals an uninterrupted run. If the batches differ (another batch size, other images), the
    /// epoch restarts with the new ones.
    /// </summary>
    public void Restore(Checkpoint checkpoint)
    {
        LoadState(_trainer, checkpoint);
        var state = LoopState.Of(checkpoint);
        bool sameBatches = HasSameBatches(checkpoint, state);
        _position = new Position(checkpoint.Step, checkpoint.Epoch, sameBatches ? checkpoint.Batch : 0);
        _bestQuality = state.QualityBasis == _trainer.QualityBasis ? state.BestQuality : null;

        // Checkpoints without this value come from trainings that were evaluated only at the ends of epochs.
        _evaluatedStep = state.EvaluatedStep ?? (checkpoint.Batch == 0 ? checkpoint.Step : 0);
        _means.Restore(state.Losses);
        if (!sameBatches && checkpoint.Batch > 0)
        {
            _progress.Report(new EpochRestarted(_part.Kind, checkpoint.Epoch, checkpoint.Batch));
        }
    }

    /// <summary>Loads the state of a checkpoint into a trainer.</summary>
    /// <exception cref="CheckpointException">It does not fit the configuration.</exception>
    public static void LoadState(ITrainer trainer, Checkpoint checkpoint)
    {
        using TensorDictionary tensors = checkpoint.LoadTensors();
        trainer.Restore(tensors, checkpoint.Path, checkpoint.Epoch);
    }

    /// <summary>Trains until the last epoch ends or <paramref name="cancellation"/> is requested, and saves a checkpoint then.</summary>
    /// <returns>True if the training is complete.</returns>
    /// <exception cref="DivergedException">A loss, a metric or a weight is not a finite number.</exception>
    public bool Run(CancellationToken cancellation)
    {
        using TrainingLog? log = !_world.IsFirst ? null : new TrainingLog(
            _part.Log, _config.Logging.TensorBoard ? _part.TensorBoard : null, _position.Step, _evaluatedStep == _position.Step);
        StartAlike();
        _sinceLog.Restart();
        try
        {
            while (_position.Epoch < _trainer.Epochs)
            {
                RunEpoch(log, cancellation);
            }
        }
        catch (OperationCanceledException) when (_isStopping || cancellation.IsCancellationRequested)
        {
            Save();
            return false;
        }
        catch (DamagedImageException damaged) when (_world.Size > 1)
        {
            throw new AttnGanException(
                $"{damaged.Message}\nThe training continues at its last checkpoint with `--resume`. Before, repair or remove the image.",
                damaged);
        }
        catch (DamagedImageException damaged)
        {
            Save();
            throw new AttnGanException(
                $"{damaged.Message}\nThe training is saved at step {_position.Step}. Repair or remove the image, or skip damaged " +
                "ones with `--set data.skip_damaged=true`; then continue with `--resume`.",
                damaged);
        }

        Save();
        WriteSamples(log);
        return true;
    }

    /// <summary>
    /// Gives all ranks the state of the first: different processors may have computed different initial values.
    /// </summary>
    private void StartAlike()
    {
        if (_world.Size > 1)
        {
            using DisposeScope scope = NewDisposeScope();
            _world.Broadcast(_trainer.State().Values);
        }
    }

    /// <summary>
    /// True if an evaluation within an epoch is due at this step and was not made yet. At the last step of an epoch, the epoch is
    /// evaluated.
    /// </summary>
    private bool IsEvaluationDue => _config.Logging.EvaluateEvery is > 0 and int every && _position.Step % every == 0 &&
        _position.Step > _evaluatedStep && _position.Batch > 0 && _position.Batch < _trainer.Batches.BatchesPerEpoch;

    private void RunEpoch(TrainingLog? log, CancellationToken cancellation)
    {
        LoggingConfig logging = _config.Logging;
        EvaluateIfDue(log, cancellation); // the training may have been stopped during an evaluation

        // Ranks stop together, after a step: none may stop while it waits for a batch.
        CancellationToken whileWaiting = _world.OnOneRank(cancellation);
        foreach (CaptionedBatch batch in _trainer.Batches.Epoch(_position.Epoch, _position.Batch, whileWaiting))
        {
            IReadOnlyList<Measure> losses = _trainer.Step(batch, _position.Step);
            Check(losses);
            _position = _position with { Step = _position.Step + 1, Batch = _position.Batch + 1 };
            _means.Add(losses);
            _imagesSinceLog += batch.GlobalClasses.Length;
            Report(losses);
            WarnWithoutNegatives(batch);
            ReportDamaged();

            if (_position.Step % logging.LogEvery == 0)
            {
                WriteLog(log);
            }

            if (_position.Step % logging.SampleEvery == 0)
            {
                WriteSamples(log);
            }

            EvaluateIfDue(log, cancellation);
            if (_position.Step % logging.CheckpointEvery == 0)
            {
                Save();
            }

            StopIfRequested(cancellation.IsCancellationRequested, cancellation);
        }

        ValidationResult result = Evaluate(cancellation);
        int ended = _position.Epoch;
        _trainer.EndEpoch(ended);
        _position = new Position(_position.Step, ended + 1, 0);
        Record(result, ended, log, measures => new EpochEnded(_part.Kind, ended, measures));
    }

    private void EvaluateIfDue(TrainingLog? log, CancellationToken cancellation)
    {
        if (IsEvaluationDue)
        {
            ValidationResult result = Evaluate(cancellation);
            Record(result, _position.Epoch, log, measures => new StepEvaluated(_part.Kind, _position.Step, measures));
        }
    }

    /// <summary>Evaluates; other ranks than the first get no result, which they need not know.</summary>
    private ValidationResult Evaluate(CancellationToken cancellation)
    {
        ValidationResult result = ValidationResult.None;
        bool stopped = false;
        try
        {
            result = _trainer.Evaluate(cancellation);
        }
        catch (OperationCanceledException)
        {
            stopped = true; // on all ranks
        }

        StopIfRequested(stopped, cancellation);
        return result;
    }

    /// <summary>Ends the training on all ranks if a rank is to stop.</summary>
    private void StopIfRequested(bool isRequested, CancellationToken cancellation)
    {
        if (_world.Any(isRequested))
        {
            _isStopping = true;
            throw new OperationCanceledException(cancellation);
        }
    }

    private void Record(
        ValidationResult result, int epoch, TrainingLog? log, Func<IReadOnlyList<Measure>, TrainingProgress> describe)
    {
        _evaluatedStep = _position.Step;
        Check(result.Measures);
        if (result.Measures.Count > 0)
        {
            log?.Write(TrainingLog.Validation, _position.Step, epoch, result.Measures);
            log?.WriteWeights(() => NamedAdam.Trained(_trainer.State()), _position.Step);
            _progress.Report(describe(result.Measures));
        }

        if (result.Quality is { } quality && !(quality <= _bestQuality))
        {
            _bestQuality = quality;
            WithState(state => _store.SaveAs("best", Describe(), state));
        }

        DrawCurves();
    }

    private void DrawCurves()
    {
        if (_config.Logging.Curves && _world.IsFirst)
        {
            _curvesStep = _position.Step;
            try
            {
                TrainingCurves.Draw(_part, _config.Name);
            }
            catch (AttnGanException unwritable)
            {
                // A missing plot must not end a training.
                _progress.Report(new CurvesNotWritten(_part.Kind, unwritable.Message));
            }
        }
    }

    private void Check(IReadOnlyList<Measure> measures)
    {
        foreach (Measure measure in measures)
        {
            if (!double.IsFinite(measure.Value))
            {
                throw new DivergedException(_part.Kind, _position.Step, measure.Name, measure.Value, _store.Latest());
            }
        }
    }

    private void ReportDamaged()
    {
        foreach ((string name, string message) in _trainer.Batches.Damaged)
        {
            if (_reportedDamage.Add(name))
            {
                _progress.Report(new DamagedImageSkipped(_part.Kind, message));
            }
        }
    }

    private void WarnWithoutNegatives(CaptionedBatch batch)
    {
        if (!_warnedOfNegatives && batch.GlobalClasses.Length > 1 && batch.GlobalClasses.Distinct().Take(2).Count() == 1)
        {
            _warnedOfNegatives = true;
            _progress.Report(new BatchWithoutNegatives(_part.Kind, _position.Step));
        }
    }

    private void WriteLog(TrainingLog? log)
    {
        double seconds = _sinceLog.Elapsed.TotalSeconds;
        log?.Write(
            TrainingLog.Training,
            _position.Step,
            _position.Epoch,
            [.. _means.Take(), new Measure("images_per_second", _imagesSinceLog / seconds)]);
        _sinceLog.Restart();
        _imagesSinceLog = 0;
    }

    private void Report(IReadOnlyList<Measure> losses)
    {
        // Not epochs times batches: earlier epochs may have had another batch size.
        long left = ((long)(_trainer.Epochs - _position.Epoch) * _trainer.Batches.BatchesPerEpoch) - _position.Batch;
        _progress.Report(new StepDone(
            _part.Kind, _position.Step, _position.Step + left, _position.Epoch, _trainer.Epochs, losses, _trainer.Batches.BatchSize));
    }

    private void WriteSamples(TrainingLog? log)
    {
        if (_world.IsFirst)
        {
            log?.WriteImages(_trainer.WriteSamples(_part.Samples, _position.Step), _position.Step);
        }
    }

    private void Save()
    {
        if (!_world.IsFirst)
        {
            return;
        }

        // If the last batch of an epoch is done but the epoch is not evaluated yet, the position is after that batch.
        WithState(state => _store.Save(Describe(), state));
        _progress.Report(new CheckpointSaved(_part.Kind, _position.Step));
        if (_curvesStep != _position.Step)
        {
            DrawCurves();
        }
    }

    private void WithState(Action<IReadOnlyDictionary<string, Tensor>> save)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor> state = _trainer.State();

        // Losses are computed before the update that they lead to: weights can diverge although the last losses were finite.
        foreach ((string name, Tensor tensor) in state)
        {
            if (tensor.is_floating_point() && !tensor.isfinite().all().item<bool>())
            {
                throw new DivergedException(_part.Kind, _position.Step, name, double.NaN, _store.Latest());
            }
        }

        save(state);
    }

    private CheckpointState Describe() => new()
    {
        Step = _position.Step,
        Epoch = _position.Epoch,
        Batch = _position.Batch,
        Config = _config,
        Vocabulary = _vocabulary,
        RunState = new LoopState
        {
            BestQuality = _bestQuality,
            QualityBasis = _trainer.QualityBasis,
            EvaluatedStep = _evaluatedStep,
            BatchSize = _trainer.Batches.BatchSize,
            BatchesPerEpoch = _trainer.Batches.BatchesPerEpoch,
            Images = _trainer.Batches.ImageCount,
            Losses = _means.Sums,
        }.ToJson(),
    };

    /// <summary>
    /// True if the batches of an epoch are those of the checkpoint. Values that a checkpoint does not contain count as equal.
    /// </summary>
    private bool HasSameBatches(Checkpoint checkpoint, LoopState state)
    {
        BatchLoader batches = _trainer.Batches;
        return checkpoint.Batch <= batches.BatchesPerEpoch &&
            (state.BatchSize ?? batches.BatchSize) == batches.BatchSize &&
            (state.BatchesPerEpoch ?? batches.BatchesPerEpoch) == batches.BatchesPerEpoch &&
            (state.Images ?? batches.ImageCount) == batches.ImageCount;
    }

    /// <param name="Step">Number of steps made.</param>
    /// <param name="Epoch">The epoch of the next step, from 0.</param>
    /// <param name="Batch">The next batch in that epoch, from 0.</param>
    private sealed record Position(long Step, int Epoch, int Batch);
}
