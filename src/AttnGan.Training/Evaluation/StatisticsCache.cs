using System.Security.Cryptography;
using System.Text;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Formats;

namespace AttnGan.Training.Evaluation;

/// <summary>Caches the feature statistics of a split's images in a file, so that they are computed only once.</summary>
internal sealed class StatisticsCache
{
    private readonly string? _path;
    private readonly Dictionary<string, string> _source;

    /// <param name="folder">Folder for the files; null for no cache.</param>
    /// <param name="dataChecksum">Checksum of the split.</param>
    /// <param name="network">The network that computes features.</param>
    /// <param name="preprocessing">Everything besides their files that the pixels of the images depend on.</param>
    public StatisticsCache(string? folder, string dataChecksum, EvaluationNetwork network, string preprocessing)
    {
        _source = new Dictionary<string, string>
        {
            ["data"] = dataChecksum,
            ["network"] = network.Checksum,
            ["reading"] = network.Description,
            ["preparation"] = preprocessing,
        };
        byte[] key = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _source.Values)));
        _path = folder is null ? null : Path.Combine(folder, $"{Convert.ToHexStringLower(key)[..32]}.safetensors");
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

    /// <summary>Writes statistics to the cache.</summary>
    /// <returns>A warning if that failed, because an evaluation works without a cache; null otherwise.</returns>
    public string? Store(FeatureStatistics statistics)
    {
        if (_path is null)
        {
            return null;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            statistics.Save(_path, _source);
            return null;
        }
        catch (Exception error) when (error is AttnGanException or IOException or UnauthorizedAccessException)
        {
            return $"the statistics of the real images could not be cached and will be computed again next time: {error.Message}";
        }
    }
}
