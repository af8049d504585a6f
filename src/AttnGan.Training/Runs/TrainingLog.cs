using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.utils.tensorboard;

namespace AttnGan.Training.Runs;

/// <summary>Writes the log of a training: a JSON object per line, and TensorBoard events.</summary>
internal sealed class TrainingLog : IDisposable
{
    /// <summary>The kind of lines with losses of training steps.</summary>
    public const string Training = "train";

    /// <summary>The kind of lines with metrics on validation images.</summary>
    public const string Validation = "validation";

    // A histogram then takes about a kilobyte.
    private const int HistogramBins = 64;

    private readonly StreamWriter _lines;
    private readonly SummaryWriter? _events;

    /// <summary>Opens a log for appending and drops the lines that a resumed run will write again.</summary>
    /// <param name="path">The <c>.jsonl</c> file.</param>
    /// <param name="eventsDirectory">The folder of TensorBoard's files; null for none.</param>
    /// <param name="step">Number of steps already made. Later lines are dropped.</param>
    /// <param name="evaluated">True if the evaluation that is due at that step was made; false if it is still to be made.</param>
    /// <exception cref="AttnGanException">The log cannot be written.</exception>
    public TrainingLog(string path, string? eventsDirectory, long step, bool evaluated)
    {
        try
        {
            DropLaterLines(path, step, evaluated);
            _lines = new StreamWriter(path, append: true) { AutoFlush = true };
            _events = eventsDirectory is null ? null : SummaryWriter(eventsDirectory, createRunName: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The log `{path}` cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Writes a line.</summary>
    public void Write(string kind, long step, int epoch, IReadOnlyList<Measure> measures)
    {
        var line = new Dictionary<string, object> { ["kind"] = kind, ["step"] = step, ["epoch"] = epoch };
        foreach (Measure measure in measures)
        {
            line[measure.Name] = Math.Round(measure.Value, 6);
            _events?.add_scalar($"{kind}/{measure.Name}", (float)measure.Value, (int)step);
        }

        _lines.WriteLine(JsonSerializer.Serialize(line));
    }

    /// <summary>Gives images to TensorBoard.</summary>
    /// <param name="files">Paths of PNG files named <c>STEP-NAME.png</c>.</param>
    /// <param name="step">The step of the training.</param>
    public void WriteImages(IReadOnlyList<string> files, long step)
    {
        foreach (string file in files)
        {
            string name = Path.GetFileNameWithoutExtension(file);
            _events?.add_img($"samples/{name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..]}", file, (int)step);
        }
    }

    /// <summary>Gives histograms of weights to TensorBoard.</summary>
    /// <param name="weights">Returns the weights by name; called only if there is TensorBoard. Its new tensors are disposed.</param>
    /// <param name="step">The step of the training.</param>
    public void WriteWeights(Func<IEnumerable<KeyValuePair<string, Tensor>>> weights, long step)
    {
        if (_events is null)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Tensor weight) in weights())
        {
            _events.add_histogram($"weights/{name}", weight.detach().cpu(), (int)step, max_bins: HistogramBins);
        }
    }

    public void Dispose() => _lines.Dispose();

    private static void DropLaterLines(string path, long step, bool evaluated)
    {
        if (!File.Exists(path))
        {
            return;
        }

        string[] kept = [.. File.ReadLines(path).Where(line => IsKept(line, step, evaluated))];
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            foreach (string line in kept)
            {
                writer.WriteLine(line);
            }
        });
    }

    // Drops an incomplete line of a killed process as well.
    private static bool IsKept(string line, long step, bool evaluated) => LogEntry.TryParse(line) is { } entry &&
        (entry.Step < step || (entry.Step == step && (evaluated || entry.Kind != Validation)));
}
