using System.Diagnostics;
using AttnGan.Cli.Hosting;
using AttnGan.Training.Trainers;

namespace AttnGan.Cli.Train;

/// <summary>Shows the progress of a training: live on a terminal, as lines in a file, or epochs only.</summary>
internal abstract class TrainingDisplay : IProgress<TrainingProgress>
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private StepRate _rate = new();
    private string? _kind;

    /// <summary>The last step that was saved to disk; null if none was.</summary>
    public long? SavedStep { get; private set; }

    /// <param name="quiet">True for the results of epochs only.</param>
    /// <param name="isLive">False for plain lines also on a terminal, which the launcher of several ranks only imitates.</param>
    public static TrainingDisplay Create(bool quiet, bool isLive = true) =>
        quiet ? new QuietTrainingDisplay()
        : isLive && Terminal.IsLive(Terminal.Output) ? new LiveTrainingDisplay(Console.Out, () => Console.WindowWidth)
        : new PlainTrainingDisplay(Console.Out);

    /// <summary>Runs a training that reports to this display.</summary>
    public virtual T Show<T>(Func<T> training) => training();

    /// <summary>Writes a permanent line; thread-safe.</summary>
    public abstract void WriteLine(string text);

    public void Report(TrainingProgress value)
    {
        switch (value)
        {
            case StepDone step:
                if (_kind != step.Kind)
                {
                    _kind = step.Kind;
                    _rate = new StepRate();
                }

                _rate.Add(_clock.Elapsed, step.Step, step.BatchSize);
                OnStep(step, _rate, _clock.Elapsed);
                break;
            case EpochEnded epoch:
                OnEpoch(epoch);
                break;
            case StepEvaluated evaluated:
                OnEvaluation(evaluated);
                break;
            case EpochRestarted restarted:
                WriteLine(TrainingText.Restart(restarted));
                break;
            case CurvesNotWritten curves:
                WriteLine($"{curves.Reason} The curves were not updated; the training continues.");
                break;
            case BatchWithoutNegatives batch:
                WriteLine(
                    $"All images of the batch of step {batch.Step} are of one class: without negatives its DAMSM loss is 0. (Further " +
                    "such batches are not reported.)");
                break;
            case WordsLoaded words:
                WriteLine(TrainingText.Words(words.Coverage));
                break;
            case DamagedImageSkipped damaged:
                WriteLine($"{damaged.Message} It is skipped.");
                break;
            case CheckpointSaved saved:
                SavedStep = saved.Step;
                break;
        }
    }

    protected abstract void OnStep(StepDone step, StepRate rate, TimeSpan now);

    protected virtual void OnEpoch(EpochEnded epoch) => WriteLine(TrainingText.Epoch(epoch));

    protected virtual void OnEvaluation(StepEvaluated evaluation) => WriteLine(TrainingText.Evaluation(evaluation));
}
