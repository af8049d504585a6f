using System.Text.Json;
using System.Text.Json.Serialization;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>Reads and writes <c>report.json</c>.</summary>
internal static class ReportFile
{
    /// <summary>The name of the file.</summary>
    public const string Name = "report.json";

    // Unknown members are ignored: a later version that changes the meaning of the others increments the format.
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        // A metric can be NaN, such as when features have collapsed. That is a result, and the other metrics are kept.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    /// <summary>Writes <see cref="Name"/> into an existing folder.</summary>
    /// <returns>The path of the file.</returns>
    /// <exception cref="AttnGanException">Thrown when the file cannot be written.</exception>
    public static string Write(EvaluationReport report, string folder)
    {
        string path = Path.Combine(folder, Name);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, report, s_json));
        return path;
    }

    /// <summary>Returns the file of a report that is given as a file or a folder.</summary>
    public static string PathOf(string fileOrFolder) => Directory.Exists(fileOrFolder) ? Path.Combine(fileOrFolder, Name) : fileOrFolder;

    /// <summary>Reads a report.</summary>
    /// <param name="fileOrFolder">The file of a report, or its folder.</param>
    /// <exception cref="AttnGanException">Thrown when there is none, its format differs, or it is incomplete or inconsistent.</exception>
    public static EvaluationReport Read(string fileOrFolder)
    {
        string path = PathOf(fileOrFolder);
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            CheckFormat(bytes, path);
            EvaluationReport report = JsonSerializer.Deserialize<EvaluationReport>(bytes, s_json)!;
            CheckLists(report, path);
            CheckNames(report, path);
            return report;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new AttnGanException(
                $"There is no evaluation report `{path}`. Give a {Name} that `attngan evaluate` wrote, or its folder.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The evaluation report `{path}` cannot be read: {error.Message}", error);
        }
        catch (JsonException error)
        {
            throw Invalid(path, error.Message, error);
        }
    }

    private static void CheckFormat(byte[] bytes, string path)
    {
        using var document = JsonDocument.Parse(bytes);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out JsonElement format))
        {
            throw Invalid(path, "it has no `format`.");
        }

        if (format.ValueKind != JsonValueKind.Number || !format.TryGetInt32(out int number) || number != EvaluationReport.CurrentFormat)
        {
            throw new AttnGanException(
                $"The evaluation report `{path}` has format {format.GetRawText()}; this version reads format " +
                $"{EvaluationReport.CurrentFormat}. Evaluate again, or read it with the version that wrote it.");
        }
    }

    /// <summary>Rejects null elements of lists, which the serializer accepts.</summary>
    private static void CheckLists(EvaluationReport report, string path)
    {
        IEnumerable<object?>[] lists =
        [
            report.Networks, report.Metrics, report.Skipped, report.Categories, report.Samples, report.Best, report.Worst,
        ];
        if (lists.Any(list => list.Contains(null)))
        {
            throw Invalid(path, "one of its lists contains `null`.");
        }
    }

    /// <summary>Rejects duplicate names of metrics and networks, and metrics whose network is missing.</summary>
    private static void CheckNames(EvaluationReport report, string path)
    {
        var roles = new HashSet<string>(StringComparer.Ordinal);
        foreach (EvaluationNetwork network in report.Networks)
        {
            if (!roles.Add(network.Role))
            {
                throw Invalid(path, $"two networks have the role `{network.Role}`.");
            }
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (MetricValue metric in report.Metrics)
        {
            if (!names.Add(metric.Name))
            {
                throw Invalid(path, $"it has the metric `{metric.Name}` twice.");
            }

            if (metric.Network is { } role && !roles.Contains(role))
            {
                throw Invalid(path, $"the metric `{metric.Name}` refers to a network `{role}`, which it does not have.");
            }
        }
    }

    private static AttnGanException Invalid(string path, string problem, Exception? inner = null)
    {
        string message =
            $"`{path}` is not a valid evaluation report: {problem} Give an unchanged {Name} of `attngan evaluate`, or evaluate again.";
        return inner is null ? new AttnGanException(message) : new AttnGanException(message, inner);
    }
}
