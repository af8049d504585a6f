using AttnGan.Training.Configuration;
using AttnGan.Training.Distributed;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;
using AttnGan.Training.Tests.Trainers;
using AttnGan.Training.Trainers;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation;

/// <summary>Two DAMSMs, trained for seconds on the sample dataset; the first evaluates the bundled model and all baselines.</summary>
public sealed class EvaluationFixture : IDisposable
{
    // Few images, but enough captions for 99 negatives each.
    private const int Count = 120;

    private static readonly AttnGanConfig s_config = TinyRun.Config with
    {
        Name = "damsm",
        TextEncoder = new() { WordEmbedding = 32, Embedding = 32, Dropout = 0.1 },
        ImageEncoder = new() { Trunk = TrunkKind.Compact, ImageSize = 32, Width = 8 },
        Damsm = new() { BatchSize = 32, Epochs = 14, LearningRate = 4e-3, LearningRateDecay = 0.9 },
    };

    private readonly TemporaryDirectory _folder = new();

    public EvaluationFixture()
    {
        set_num_threads(1);
        Train(s_config, DamsmRun);
        Train(s_config with { Seed = 6 }, IndependentRun);

        Real = Evaluate(SubjectKind.Real);
        WrongCaptions = Evaluate(SubjectKind.WrongCaptions);
        Noise = Evaluate(SubjectKind.Noise);
        Untrained = Evaluate(SubjectKind.Untrained);
        Model = Evaluate(SubjectKind.Model);
        Truncated = Evaluate(SubjectKind.Model, options => options with
        {
            Truncation = 0.1,
            Count = 40,
            Metrics = [Diversity.Definition],
            Output = Folder("out-truncated"),
        });
    }

    internal static string Data { get; } = Path.Combine(Repository.Root, "datasets", "sample");

    internal static string BundledModel => Repository.BundledModel;

    /// <summary>The run folder of the DAMSM.</summary>
    internal string DamsmRun => Folder("damsm");

    /// <summary>The run folder of a DAMSM that was trained with another seed.</summary>
    internal string IndependentRun => Folder("independent");

    internal EvaluationReport Real { get; }

    internal EvaluationReport WrongCaptions { get; }

    internal EvaluationReport Noise { get; }

    internal EvaluationReport Untrained { get; }

    internal EvaluationReport Model { get; }

    /// <summary>The model with strongly truncated noise.</summary>
    internal EvaluationReport Truncated { get; }

    internal string Folder(string name) => _folder.File(name);

    internal EvaluationReport Evaluate(SubjectKind subject, Func<EvaluationOptions, EvaluationOptions>? change = null) =>
        Run(subject, change).Report;

    internal EvaluationResult Run(SubjectKind subject, Func<EvaluationOptions, EvaluationOptions>? change = null)
    {
        EvaluationOptions options = Options(subject);
        return Evaluator.Run(
            change?.Invoke(options) ?? options,
            CPU,
            World.Alone,
            new Progress<(int, int)>(),
            TestContext.Current.CancellationToken)!;
    }

    internal EvaluationOptions Options(SubjectKind subject) => new()
    {
        Model = BundledModel,
        Subject = subject,
        Data = Data,
        Split = "train",
        Count = Count,
        Damsm = DamsmRun,
        Features = DamsmRun,
        Cache = Folder("cache"),
        Output = Folder($"out-{subject}"),
        Threads = 1,
    };

    private static void Train(AttnGanConfig config, string run)
    {
        using var session = new TrainingSession(Data, config, run, CPU);
        session.TrainDamsm(null, new Progress<TrainingProgress>(), TestContext.Current.CancellationToken);
    }

    internal static double Value(EvaluationReport report, string metric) =>
        Assert.Single(report.Metrics, value => value.Name == metric).Value;

    public void Dispose() => _folder.Dispose();
}
