using System.Security.Cryptography;
using System.Text;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Formats;

namespace AttnGan.Training.Evaluation;

/// <summary>Feature statistics of a split's images, kept in files so that they are taken once.</summary>
internal sealed class RealStatistics
{
    private readonly string? _path;
    private readonly Dictionary<string, string> _source;

    /// <param name="cache">Folder for the files; null to keep none.</param>
    /// <param name="data">The split.</param>
    /// <param name="network">What reads the features.</param>
    /// <param name="preparation">What the images' pixels depend on beside their files.</param>
    public RealStatistics(string? cache, EvaluatedData data, EvaluationNetwork network, string preparation)
    {
        _source = new Dictionary<string, string>
        {
            ["data"] = data.Checksum,
            ["network"] = network.Checksum,
            ["reading"] = network.Description,
            ["preparation"] = preparation,
        };
        byte[] key = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _source.Values)));
        _path = cache is null ? null : Path.Combine(cache, $"{Convert.ToHexStringLower(key)[..32]}.safetensors");
    }

    /// <summary>The statistics from their file; null if there is none that can be used.</summary>
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
            // A file that was damaged costs the time to take them again, no more.
            return null;
        }
    }

    /// <returns>What went wrong; null if nothing. An evaluation does without the file.</returns>
    public string? Keep(FeatureStatistics statistics)
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
            return $"the statistics of the real images could not be kept, and will be taken again next time: {error.Message}";
        }
    }
}
