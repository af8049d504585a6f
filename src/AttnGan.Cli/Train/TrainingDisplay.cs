using System.Diagnostics;
using AttnGan.Cli.Hosting;
using AttnGan.Training.Trainers;
using Spectre.Console;

namespace AttnGan.Cli.Train;

/// <summary>Shows a training: a live display for a person at a terminal, a line now and then in a file, or epochs alone.</summary>
internal abstract class TrainingDisplay : IProgress<TrainingProgress>
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private StepRate _rate = new();
    private string? _kind;

    /// <summary>Steps that are safe on disk; null if none were saved.</summary>
    public long? SavedStep { get; private set; }

    public static TrainingDisplay Create(bool quiet) =>
        quiet ? new QuietTrainingDisplay()
        : Terminal.IsLive(Terminal.Output) ? new LiveTrainingDisplay(Terminal.Output)
        : new PlainTrainingDisplay(Console.Out);

    /// <summary>Runs a training that reports to this display.</summary>
    public virtual T Show<T>(Func<T> training) => training();

    /// <summary>A line that stays; may be called from any thread.</summary>
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
                WriteLine(TrainingText.Epoch(epoch));
                break;
            case StepEvaluated evaluated:
                WriteLine(TrainingText.Evaluation(evaluated));
                break;
            case EpochRestarted restarted:
                WriteLine(TrainingText.Restart(restarted));
                break;
            case CurvesNotWritten left:
                WriteLine($"{left.Reason} The curves stay as they were; the training goes on.");
                break;
            case CheckpointSaved saved:
                SavedStep = saved.Step;
                break;
        }
    }

    protected abstract void OnStep(StepDone step, StepRate rate, TimeSpan now);
}

/// <summary>Results of epochs only.</summary>
internal sealed class QuietTrainingDisplay : TrainingDisplay
{
    public override void WriteLine(string text) => Console.Out.WriteLine(text);

    protected override void OnStep(StepDone step, StepRate rate, TimeSpan now)
    {
    }
}

/// <summary>For files and pipes: a line every twenty steps, or after ten seconds where steps are slow; never two in a second.</summary>
internal sealed class PlainTrainingDisplay(TextWriter output) : TrainingDisplay
{
    private const int StepsBetween = 20;

    private TimeSpan? _lastTime;
    private long _lastStep;
    private string? _lastKind;

    public override void WriteLine(string text) => output.WriteLine(text);

    protected override void OnStep(StepDone step, StepRate rate, TimeSpan now)
    {
        TimeSpan? since = now - _lastTime;
        bool isDue = _lastKind != step.Kind || since >= TimeSpan.FromSeconds(10) ||
            (Math.Abs(step.Step - _lastStep) >= StepsBetween && since >= TimeSpan.FromSeconds(1));
        if (isDue)
        {
            _lastTime = now;
            _lastKind = step.Kind;
            _lastStep = step.Step;
            output.WriteLine($"{TrainingText.Step(step, rate)}: {TrainingText.Measures(step.Losses)}");
        }
    }
}

/// <summary>Two lines at the bottom of a terminal: a bar with pace and time left, and the losses.</summary>
internal sealed class LiveTrainingDisplay(IAnsiConsole console) : TrainingDisplay
{
    private const int BarWidth = 28;
    private static readonly TimeSpan s_refresh = TimeSpan.FromMilliseconds(100);

    private LiveDisplayContext? _context;
    private TimeSpan _lastTime = -s_refresh;

    public override T Show<T>(Func<T> training) => console
        .Live(new Spectre.Console.Text("Preparing …"))
        .Start(context =>
        {
            _context = context;
            context.Refresh();
            return training();
        });

    public override void WriteLine(string text) => console.WriteLine(text);

    protected override void OnStep(StepDone step, StepRate rate, TimeSpan now)
    {
        if (_context is null || (now - _lastTime < s_refresh && step.Step < step.Steps))
        {
            return;
        }

        _lastTime = now;
        _context.UpdateTarget(new Rows(Bar(step, rate), new Spectre.Console.Text(TrainingText.Measures(step.Losses), new Style(Color.Gray))));
    }

    private static Markup Bar(StepDone step, StepRate rate)
    {
        double share = step.Steps == 0 ? 1 : Math.Clamp((double)step.Step / step.Steps, 0, 1);
        int filled = (int)Math.Round(share * BarWidth);
        return new Markup(
            $"[green]{new string('━', filled)}[/][gray]{new string('━', BarWidth - filled)}[/] {share:P0}  " +
            Markup.Escape(TrainingText.Step(step, rate)));
    }
}
