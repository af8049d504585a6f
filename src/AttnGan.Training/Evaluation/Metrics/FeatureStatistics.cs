using System.Globalization;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// Mean and covariance of features that come in batches, in double precision. Memory does not grow with their number: batches are merged
/// as by Chan, Golub and LeVeque (1983), which loses no digits however far the mean is from zero.
/// </summary>
internal sealed class FeatureStatistics : IDisposable
{
    private const string Format = "attngan-statistics/1";
    private const string MeanName = "mean";
    private const string ScatterName = "scatter";

    /// <param name="dimensions">D: width of a feature.</param>
    public FeatureStatistics(int dimensions)
        : this(0, zeros(dimensions, float64).DetachFromDisposeScope(), zeros(dimensions, dimensions, float64).DetachFromDisposeScope())
    {
    }

    private FeatureStatistics(long count, Tensor mean, Tensor scatter)
    {
        Count = count;
        Mean = mean;
        Scatter = scatter;
    }

    /// <summary>Features that were added.</summary>
    public long Count { get; private set; }

    /// <summary>D: width of a feature.</summary>
    public int Dimensions => (int)Mean.shape[0];

    /// <summary>(D).</summary>
    public Tensor Mean { get; }

    /// <summary>(D, D): sum of the squared deviations from the mean.</summary>
    private Tensor Scatter { get; }

    /// <summary>(D, D): the unbiased covariance. Of at most D features it has a determinant of zero.</summary>
    /// <exception cref="InvalidOperationException">Fewer than two features have none.</exception>
    public Tensor Covariance() => Count < 2
        ? throw new InvalidOperationException($"{Count} features have no covariance; at least 2 do.")
        : Scatter / (Count - 1);

    /// <param name="features">(B, D).</param>
    public void Add(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradientsOff = no_grad();
        Tensor x = features.to(float64).cpu();
        long added = x.shape[0];
        if (added == 0)
        {
            return;
        }

        Tensor mean = x.mean([0]);
        Tensor centered = x - mean;
        Tensor distance = mean - Mean;
        long total = Count + added;
        Scatter.add_(matmul(centered.t(), centered)).add_(outer(distance, distance) * ((double)Count * added / total));
        Mean.add_(distance * ((double)added / total));
        Count = total;
    }

    /// <summary>Keeps them in a file.</summary>
    /// <param name="path">Replaced if it exists.</param>
    /// <param name="source">What they were taken of: network, data and all else that they depend on.</param>
    /// <exception cref="AttnGanException">The file cannot be written.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string> source) => SafetensorsWriter.Write(
        path,
        new Dictionary<string, Tensor> { [MeanName] = Mean, [ScatterName] = Scatter },
        new Dictionary<string, string>(source) { ["format"] = Format, ["count"] = Count.ToString(CultureInfo.InvariantCulture) },
        Checkpoint.ChecksumKey);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">What they must have been taken of.</param>
    /// <exception cref="CheckpointException">The file is damaged, or its statistics are of something else.</exception>
    public static FeatureStatistics Load(string path, IReadOnlyDictionary<string, string> source)
    {
        using var file = SafetensorsFile.Open(path);
        file.VerifyChecksum(Checkpoint.ChecksumKey);
        foreach ((string key, string expected) in source.Append(new("format", Format)))
        {
            if (file.Metadata.GetValueOrDefault(key) is var found && found != expected)
            {
                throw new CheckpointException(
                    $"The statistics `{path}` are of another source: {key} is `{found}`, expected `{expected}`. Remove the file to take them again.");
            }
        }

        bool isProper = long.TryParse(file.Metadata.GetValueOrDefault("count"), NumberStyles.None, CultureInfo.InvariantCulture, out long count) &&
            file.Names.SequenceEqual([MeanName, ScatterName]) &&
            file.Names.All(name => file.DType(name) == float64) &&
            file.Shape(MeanName) is [var d] && file.Shape(ScatterName).SequenceEqual([d, d]);
        return isProper
            ? new FeatureStatistics(count, file.Load(MeanName), file.Load(ScatterName))
            : throw new CheckpointException($"The statistics `{path}` are incomplete. Remove the file to take them again.");
    }

    public void Dispose()
    {
        Mean.Dispose();
        Scatter.Dispose();
    }
}
