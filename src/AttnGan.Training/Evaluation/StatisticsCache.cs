using System.Security.Cryptography;
using System.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>Caches the features of a split's images, or their statistics, in a file, so that they are computed only once.</summary>
internal sealed class StatisticsCache
{
    private const string FeaturesName = "features";

    private readonly string? _path;
    private readonly string? _featuresPath;
    private readonly Dictionary<string, string> _source;

    /// <param name="folder">Folder for the files; null for no cache.</param>
    /// <param name="dataChecksum">Checksum of the split.</param>
    /// <param name="network">The network that computes features; null for none, and no cache.</param>
    /// <param name="preprocessing">Everything besides their files that the pixels of the images depend on.</param>
    public StatisticsCache(string? folder, string dataChecksum, EvaluationNetwork? network, string preprocessing)
    {
        _source = new Dictionary<string, string>
        {
            ["data"] = dataChecksum,
            ["network"] = network?.Checksum ?? "",
            ["reading"] = network?.Description ?? "",
            ["preparation"] = preprocessing,
        };
        byte[] key = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _source.Values)));
        string? path = folder is null || network is null ? null : Path.Combine(folder, Convert.ToHexStringLower(key)[..32]);
        _path = path is null ? null : $"{path}.safetensors";
        _featuresPath = path is null ? null : $"{path}-features.safetensors";
    }

    /// <summary>Reads the cached statistics; null if there are none, or the file is damaged.</summary>
    public FeatureStatistics? Find()
    {
        if (_path is null || !File.Exists(_path))
        {
            return null;
        }

        try
        {
            return FeatureStatistics.Load(_path, _source);
        }
        catch (CheckpointException)
        {
            // A damaged file costs only the time to compute the statistics again.
            return null;
        }
    }

    /// <summary>Reads the cached features of each image; null if there are none, or the file is damaged.</summary>
    /// <param name="count">N: number of images.</param>
    /// <param name="dimensions">D: width of the features.</param>
    public Tensor? FindFeatures(int count, int dimensions)
    {
        if (_featuresPath is null || !File.Exists(_featuresPath))
        {
            return null;
        }

        try
        {
            using var file = SafetensorsFile.Open(_featuresPath);
            file.VerifyChecksum(Checkpoint.ChecksumKey);
            bool isExpected = _source.All(entry => file.Metadata.GetValueOrDefault(entry.Key) == entry.Value) &&
                file.Names.SequenceEqual([FeaturesName]) && file.DType(FeaturesName) == float32 &&
                file.Shape(FeaturesName).SequenceEqual([count, dimensions]);
            return isExpected ? file.Load(FeaturesName).DetachFromDisposeScope() : null;
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

    /// <summary>Writes statistics to the cache.</summary>
    /// <returns>A warning if that failed, because an evaluation works without a cache; null otherwise.</returns>
    public string? Store(FeatureStatistics statistics) => Write(_path, path => statistics.Save(path, _source));

    /// <summary>Writes the features of each image to the cache.</summary>
    /// <returns>A warning if that failed; null otherwise.</returns>
    public string? Store(Tensor features) => Write(_featuresPath, path => SafetensorsWriter.Write(
        path,
        new Dictionary<string, Tensor> { [FeaturesName] = features },
        new Dictionary<string, string>(_source),
        Checkpoint.ChecksumKey));

    private static string? Write(string? path, Action<string> write)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            write(path);
            return null;
        }
        catch (Exception error) when (error is AttnGanException or IOException or UnauthorizedAccessException)
        {
            return $"the features of the real images could not be cached and will be computed again next time: {error.Message}";
        }
    }
}
