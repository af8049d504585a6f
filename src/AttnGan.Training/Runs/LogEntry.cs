using System.Text.Json;

namespace AttnGan.Training.Runs;

/// <summary>One line of a training's log.</summary>
/// <param name="Kind"><see cref="TrainingLog.Training"/> or <see cref="TrainingLog.Validation"/>.</param>
/// <param name="Step">Steps made.</param>
/// <param name="Epoch">The epoch it belongs to, from 0.</param>
/// <param name="Measures">What was measured.</param>
internal sealed record LogEntry(string Kind, long Step, int Epoch, IReadOnlyList<Measure> Measures)
{
    /// <summary>The figure of a name; null where the line has none.</summary>
    public double? this[string name] => Measures.FirstOrDefault(measure => measure.Name == name)?.Value;

    /// <summary>Reads a log that a training may be writing to.</summary>
    /// <returns>Its finished lines; none where there is no log.</returns>
    /// <exception cref="AttnGanException">It cannot be read.</exception>
    public static IReadOnlyList<LogEntry> ReadAll(string path)
    {
        try
        {
            // A training that continues puts another file in its place.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            List<LogEntry> entries = [];
            while (reader.ReadLine() is { } line)
            {
                if (TryParse(line) is { } entry)
                {
                    entries.Add(entry);
                }
            }

            return entries;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The log `{path}` cannot be read: {exception.Message}", exception);
        }
    }

    /// <returns>Null for a line that is not finished.</returns>
    public static LogEntry? TryParse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement entry = document.RootElement;
            return new LogEntry(
                entry.GetProperty("kind").GetString() ?? "",
                entry.GetProperty("step").GetInt64(),
                entry.GetProperty("epoch").GetInt32(),
                [
                    .. entry.EnumerateObject()
                        .Where(property => property.Value.ValueKind == JsonValueKind.Number && property.Name is not ("step" or "epoch"))
                        .Select(property => new Measure(property.Name, property.Value.GetDouble())),
                ]);
        }
        catch (Exception unfinished) when (unfinished is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
