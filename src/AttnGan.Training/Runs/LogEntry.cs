using System.Text.Json;

namespace AttnGan.Training.Runs;

/// <summary>A line of a training log.</summary>
/// <param name="Kind"><see cref="TrainingLog.Training"/> or <see cref="TrainingLog.Validation"/>.</param>
/// <param name="Step">Number of steps made.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Measures">Losses or metrics by name.</param>
internal sealed record LogEntry(string Kind, long Step, int Epoch, IReadOnlyList<Measure> Measures)
{
    /// <summary>The value of a measure; null if the line does not contain it.</summary>
    public double? this[string name] => Measures.FirstOrDefault(measure => measure.Name == name)?.Value;

    /// <summary>Reads a log, to which a training may be writing.</summary>
    /// <returns>The complete lines; none if there is no log.</returns>
    /// <exception cref="AttnGanException">The log cannot be read.</exception>
    public static IReadOnlyList<LogEntry> ReadAll(string path)
    {
        try
        {
            // A training that resumes replaces the file.
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

    /// <summary>Parses a line.</summary>
    /// <returns>Null for an incomplete line.</returns>
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
        catch (Exception incomplete)
            when (incomplete is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
