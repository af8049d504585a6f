using AttnGan.Training.Configuration;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Tests.Trainers;
using AttnGan.Training.Trainers;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation;

/// <summary>Two DAMSMs trained for seconds on the sample data, and what the first says of the bundled model and of all references.</summary>
public sealed class ScoredRows : IDisposable
{
    // Small images and few of them, but enough captions for 99 wrong ones.
    private const int Count = 120;

    private static readonly AttnGanConfig s_config = TinyRun.Config with
    {
        Name = "judge",
        TextEncoder = new() { WordEmbedding = 32, Embedding = 32, Dropout = 0.1 },
        ImageEncoder = new() { Trunk = TrunkKind.Compact, ImageSize = 32, Width = 8 },
        Damsm = new() { BatchSize = 32, Epochs = 14, LearningRate = 4e-3, LearningRateDecay = 0.9 },
    };

    private readonly TemporaryDirectory _folder = new();

    public ScoredRows()
    {
        set_num_threads(1);
        Train(s_config, Judge);
        Train(s_config with { Seed = 6 }, Second);

        Real = Evaluate(SubjectKind.Real);
        WrongCaptions = Evaluate(SubjectKind.WrongCaptions);
        Noise = Evaluate(SubjectKind.Noise);
        Untrained = Evaluate(SubjectKind.Untrained);
        Model = Evaluate(SubjectKind.Model);
        Tame = Evaluate(SubjectKind.Model, options => options with
        {
            Truncation = 0.1,
            Count = 40,
            Metrics = [EvaluationMetric.Diversity],
            Output = Folder("out-tame"),
        });
    }

    internal static string Data { get; } = Path.Combine(Repository.Root, "datasets", "sample");

    internal static string BundledModel => Repository.BundledModel;

    /// <summary>The run folder of the DAMSM.</summary>
    internal string Judge => Folder("judge");

    /// <summary>The run folder of another one that differs in its seed.</summary>
    internal string Second => Folder("second");

    internal EvaluationReport Real { get; }

    internal EvaluationReport WrongCaptions { get; }

    internal EvaluationReport Noise { get; }

    internal EvaluationReport Untrained { get; }

    internal EvaluationReport Model { get; }

    /// <summary>The model with next to no noise.</summary>
    internal EvaluationReport Tame { get; }

    internal string Folder(string name) => _folder.File(name);

    internal EvaluationReport Evaluate(SubjectKind subject, Func<EvaluationOptions, EvaluationOptions>? change = null) => Run(subject, change).Report;

    internal EvaluationResult Run(SubjectKind subject, Func<EvaluationOptions, EvaluationOptions>? change = null)
    {
        EvaluationOptions options = Options(subject);
        return Evaluator.Run(change?.Invoke(options) ?? options, CPU, new Progress<(int, int)>(), TestContext.Current.CancellationToken);
    }

    internal EvaluationOptions Options(SubjectKind subject) => new()
    {
        Model = BundledModel,
        Subject = subject,
        Data = Data,
        Split = "train",
        Count = Count,
        Damsm = Judge,
        Cache = Folder("cache"),
        Output = Folder($"out-{subject}"),
        Threads = 1,
    };

    private static void Train(AttnGanConfig config, string run)
    {
        using var session = new TrainingSession(Data, config, run, CPU);
        session.TrainDamsm(null, new Progress<TrainingProgress>(), TestContext.Current.CancellationToken);
    }

    internal static double Value(EvaluationReport report, string metric) => Assert.Single(report.Metrics, value => value.Name == metric).Value;

    public void Dispose() => _folder.Dispose();
}
