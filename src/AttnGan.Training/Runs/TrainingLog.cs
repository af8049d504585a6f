using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch.utils.tensorboard;

namespace AttnGan.Training.Runs;

/// <summary>The course of a training: one JSON object a line, and TensorBoard events beside it.</summary>
internal sealed class TrainingLog : IDisposable
{
    /// <summary>Kind of the lines with losses of training steps.</summary>
    public const string Training = "train";

    /// <summary>Kind of the lines with figures on held-out images.</summary>
    public const string Validation = "validation";

    private readonly StreamWriter _lines;
    private readonly SummaryWriter? _events;

    /// <param name="path">The <c>.jsonl</c> file. Lines that a continued run will write again are dropped.</param>
    /// <param name="eventsDirectory">Where TensorBoard's files go; null for none.</param>
    /// <param name="step">Steps already made: later lines belong to a course that was given up.</param>
    /// <param name="evaluated">Whether the evaluation that is due at that step was made; if not, it is yet to be.</param>
    /// <exception cref="AttnGanException">It cannot be written.</exception>
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

    // A line that a killed process left unfinished is dropped as well.
    private static bool IsKept(string line, long step, bool evaluated) => LogEntry.TryParse(line) is { } entry &&
        (entry.Step < step || (entry.Step == step && (evaluated || entry.Kind != Validation)));
}
