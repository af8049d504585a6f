using AttnGan.Cli.Hosting;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;

namespace AttnGan.Cli.Train;

/// <summary>For terminals: a table with a row per epoch, and below it the status of the current step, which is redrawn in place.</summary>
/// <param name="output">The terminal.</param>
/// <param name="width">Returns the terminal's current width.</param>
internal sealed class LiveTrainingDisplay(TextWriter output, Func<int> width) : TrainingDisplay
{
    private const string Bold = "\u001b[1m";
    private const string Reset = "\u001b[0m";
    private const string EraseBelow = "\u001b[J";
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly RunningMeans _losses = new();
    private IReadOnlyList<string> _status = [];
    private TimeSpan _lastRefresh = -s_refreshInterval;
    private StepDone? _lastStep;
    private string? _header;

    // A character in the last column would make some terminals wrap.
    private int Width => Math.Max(1, width() - 1);

    public override T Show<T>(Func<T> training)
    {
        try
        {
            return training();
        }
        finally
        {
            lock (_lock)
            {
                output.Write(Erase());
                output.Flush();
                _status = [];
            }
        }
    }

    public override void WriteLine(string text)
    {
        lock (_lock)
        {
            Redraw([text], _status);
        }
    }

    protected override void OnStep(StepDone step, StepRate rate, TimeSpan now)
    {
        lock (_lock)
        {
            if (_lastStep?.Kind != step.Kind)
            {
                _losses.Take();
                _header = null;
                Redraw([$"{(_lastStep is null ? "" : Environment.NewLine)}{step.Kind}"], _status);
            }

            _lastStep = step;
            _losses.Add(step.Losses);
            if (now - _lastRefresh >= s_refreshInterval || step.Step == step.Steps)
            {
                _lastRefresh = now;
                Redraw([], StatusLines.Format(step, rate, Width));
            }
        }
    }

    protected override void OnEpoch(EpochEnded epoch) => WriteRow(epoch.Epoch + 1, epoch.Measures);

    protected override void OnEvaluation(StepEvaluated evaluation) => WriteRow(null, evaluation.Measures);

    private void WriteRow(int? epoch, IReadOnlyList<Measure> metrics)
    {
        lock (_lock)
        {
            IReadOnlyList<Measure> losses = _losses.Take();
            var row = new EpochRow(
                epoch,
                _lastStep?.Epochs ?? epoch ?? 0,
                _lastStep?.Step ?? 0,
                _lastStep?.Steps ?? 0,
                [.. losses.Count > 0 ? LossSummary.Of(losses) : [], .. metrics]);
            (string header, string text) = EpochTable.Layout(row, Width);
            Redraw(header == _header ? [text] : [$"{Bold}{header}{Reset}", text], _status);
            _header = header;
        }
    }

    /// <summary>Replaces the status by permanent lines and a new status below them, in one write against flicker.</summary>
    private void Redraw(IReadOnlyList<string> lines, IReadOnlyList<string> status)
    {
        string erase = Erase();
        _status = status;
        output.Write(erase + string.Concat(lines.Concat(status).Select(line => line + Environment.NewLine)));
        output.Flush();
    }

    private string Erase() => _status.Count == 0 ? "" : $"\u001b[{_status.Count}A\r{EraseBelow}";
}
