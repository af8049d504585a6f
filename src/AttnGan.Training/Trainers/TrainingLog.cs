using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch.utils.tensorboard;

namespace AttnGan.Training.Trainers;

/// <summary>The course of a training: one JSON object a line, and TensorBoard events beside it.</summary>
internal sealed class TrainingLog : IDisposable
{
    private readonly StreamWriter _lines;
    private readonly SummaryWriter? _events;

    /// <param name="path">The <c>.jsonl</c> file. Lines that a continued run will write again are dropped.</param>
    /// <param name="eventsDirectory">Where TensorBoard's files go; null for none.</param>
    /// <param name="step">Steps already made: later lines belong to a course that was given up.</param>
    public TrainingLog(string path, string? eventsDirectory, long step)
    {
        DropLaterLines(path, step);
        _lines = new StreamWriter(path, append: true) { AutoFlush = true };
        _events = eventsDirectory is null ? null : SummaryWriter(eventsDirectory, createRunName: false);
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

    private static void DropLaterLines(string path, long step)
    {
        if (!File.Exists(path))
        {
            return;
        }

        // A line that a killed process left unfinished is dropped as well.
        string[] kept = [.. File.ReadLines(path).Where(line => StepOf(line) <= step)];
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            foreach (string line in kept)
            {
                writer.WriteLine(line);
            }
        });
    }

    private static long StepOf(string line)
    {
        try
        {
            return JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt64();
        }
        catch (Exception unfinished) when (unfinished is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return long.MaxValue;
        }
    }
}
