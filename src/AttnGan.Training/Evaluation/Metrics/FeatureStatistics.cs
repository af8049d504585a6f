using System.Globalization;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// Mean and covariance of features, accumulated batch by batch in double precision. Memory does not grow with the number of features.
/// Batches are merged with the algorithm of Chan, Golub and LeVeque (1983), which stays accurate when the mean is far from zero.
/// </summary>
internal sealed class FeatureStatistics : IDisposable
{
    private const string Format = "attngan-statistics/1";
    private const string MeanName = "mean";
    private const string ScatterName = "scatter";

    /// <param name="dimensions">D: width of the features.</param>
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

    /// <summary>Computes the statistics of all features at once.</summary>
    /// <param name="features">(N, D).</param>
    public static FeatureStatistics Of(Tensor features)
    {
        var statistics = new FeatureStatistics((int)features.shape[1]);
        statistics.Add(features);
        return statistics;
    }

    /// <summary>Creates statistics of an unknown number of features, to which none can be added.</summary>
    /// <param name="mean">(D).</param>
    /// <param name="covariance">(D, D).</param>
    public static FeatureStatistics FromMoments(Tensor mean, Tensor covariance)
    {
        using DisposeScope scope = NewDisposeScope();
        const int Least = 2; // the covariance of 2 features is their scatter
        return new FeatureStatistics(
            Least, mean.to(float64, copy: true).DetachFromDisposeScope(), covariance.to(float64, copy: true).DetachFromDisposeScope());
    }

    /// <summary>The number of features.</summary>
    public long Count { get; private set; }

    /// <summary>D: width of the features.</summary>
    public int Dimensions => (int)Mean.shape[0];

    /// <summary>The mean: (D).</summary>
    public Tensor Mean { get; }

    /// <summary>The sum of outer products of deviations from the mean: (D, D).</summary>
    private Tensor Scatter { get; }

    /// <summary>Returns the unbiased covariance: (D, D). It is singular for at most D features.</summary>
    /// <exception cref="InvalidOperationException">Thrown when there are fewer than 2 features.</exception>
    public Tensor Covariance() => Count < 2
        ? throw new InvalidOperationException($"The covariance needs at least 2 features, and there are {Count}.")
        : Scatter / (Count - 1);

    /// <summary>Adds a batch.</summary>
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

    /// <summary>Writes the statistics to a file.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="source">Everything that the statistics depend on, such as network and data.</param>
    /// <exception cref="AttnGanException">Thrown when the file cannot be written.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string> source) => SafetensorsWriter.Write(
        path,
        new Dictionary<string, Tensor> { [MeanName] = Mean, [ScatterName] = Scatter },
        new Dictionary<string, string>(source) { ["format"] = Format, ["count"] = Count.ToString(CultureInfo.InvariantCulture) },
        Checkpoint.ChecksumKey);

    /// <summary>Reads a file that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">The expected source.</param>
    /// <exception cref="CheckpointException">Thrown when the file is damaged or has another source.</exception>
    public static FeatureStatistics Load(string path, IReadOnlyDictionary<string, string> source)
    {
        using var file = SafetensorsFile.Open(path);
        file.VerifyChecksum(Checkpoint.ChecksumKey);
        foreach ((string key, string expected) in source.Append(new("format", Format)))
        {
            if (file.Metadata.GetValueOrDefault(key) is var found && found != expected)
            {
                throw new CheckpointException(
                    $"The statistics `{path}` have another source: {key} is `{found}`, expected `{expected}`. Delete the file to compute " +
                    "them again.");
            }
        }

        string? countText = file.Metadata.GetValueOrDefault("count");
        bool isValid = long.TryParse(countText, NumberStyles.None, CultureInfo.InvariantCulture, out long count) &&
            file.Names.SequenceEqual([MeanName, ScatterName]) &&
            file.Names.All(name => file.DType(name) == float64) &&
            file.Shape(MeanName) is [var d] && file.Shape(ScatterName).SequenceEqual([d, d]);
        return isValid
            ? new FeatureStatistics(count, file.Load(MeanName), file.Load(ScatterName))
            : throw new CheckpointException($"The statistics `{path}` are incomplete. Delete the file to compute them again.");
    }

    public void Dispose()
    {
        Mean.Dispose();
        Scatter.Dispose();
    }
}
