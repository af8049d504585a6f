using System.Text.Json;
using System.Text.Json.Serialization;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary><c>report.json</c>: an evaluation for programs, and for comparisons later.</summary>
internal static class ReportFile
{
    public const string Name = "report.json";

    /// <summary>The format that is written, and the only one that is read.</summary>

    // Keys that a later version adds are passed over: it raises the format where they change what the others mean.
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        // A figure can fail to be one (features that have collapsed); that is a finding, and no reason to lose the others.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    /// <summary>Writes <see cref="Name"/> into a folder that is there.</summary>
    /// <returns>The file's path.</returns>
    /// <exception cref="AttnGanException">The file cannot be written.</exception>
    public static string Write(EvaluationReport report, string folder)
    {
        string path = Path.Combine(folder, Name);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, report, s_json));
        return path;
    }

    /// <summary>The file that a user means by a report's file or folder.</summary>
    public static string PathOf(string fileOrFolder) => Directory.Exists(fileOrFolder) ? Path.Combine(fileOrFolder, Name) : fileOrFolder;

    /// <param name="fileOrFolder">A report's file, or the folder that it is in.</param>
    /// <exception cref="AttnGanException">There is none, it is of another format, or something is missing or contradicts itself.</exception>
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
                $"There is no evaluation report `{path}`. Give a {Name}, or the folder of one, that `attngan evaluate` wrote.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The evaluation report `{path}` cannot be read: {error.Message}", error);
        }
        catch (JsonException error)
        {
            throw Unusable(path, error.Message, error);
        }
    }

    private static void CheckFormat(byte[] bytes, string path)
    {
        using var document = JsonDocument.Parse(bytes);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("format", out JsonElement format))
        {
            throw Unusable(path, "it does not say its `format`.");
        }

        if (format.ValueKind != JsonValueKind.Number || !format.TryGetInt32(out int number) || number != EvaluationReport.CurrentFormat)
        {
            throw new AttnGanException(
                $"The evaluation report `{path}` is of format {format.GetRawText()}; this version reads format {EvaluationReport.CurrentFormat}. " +
                "Evaluate again with this version, or read it with the one that wrote it.");
        }
    }

    /// <summary>The serializer lets nothing be null that must not be, but for the elements of lists.</summary>
    private static void CheckLists(EvaluationReport report, string path)
    {
        IEnumerable<object?>[] lists = [report.Networks, report.Metrics, report.Skipped, report.Categories, report.Samples, report.Best, report.Worst];
        if (lists.Any(list => list.Contains(null)))
        {
            throw Unusable(path, "one of its lists has `null` in it.");
        }
    }

    /// <summary>Metrics and networks go by their names: each is there once, and there where a metric refers to it.</summary>
    private static void CheckNames(EvaluationReport report, string path)
    {
        var roles = new HashSet<string>(StringComparer.Ordinal);
        foreach (EvaluationNetwork network in report.Networks)
        {
            if (!roles.Add(network.Role))
            {
                throw Unusable(path, $"two networks have the role `{network.Role}`.");
            }
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (MetricValue metric in report.Metrics)
        {
            if (!names.Add(metric.Name))
            {
                throw Unusable(path, $"the metric `{metric.Name}` stands there twice.");
            }

            if (metric.Network is { } role && !roles.Contains(role))
            {
                throw Unusable(path, $"the metric `{metric.Name}` refers to a network `{role}`, which is not among its networks.");
            }
        }
    }

    private static AttnGanException Unusable(string path, string problem, Exception? inner = null)
    {
        string message = $"`{path}` is not a whole evaluation report: {problem} Give a {Name} as `attngan evaluate` wrote it, or evaluate again.";
        return inner is null ? new AttnGanException(message) : new AttnGanException(message, inner);
    }
}
