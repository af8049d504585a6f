using AttnGan.Training.Checkpoints;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>The networks of an evaluation.</summary>
internal sealed class EvaluationNetworks : IDisposable
{
    private readonly IFeatureNetwork? _pretrained;
    private readonly DamsmScorer? _features;

    private EvaluationNetworks(string? damsm, string? independent, string? features, Device device)
    {
        try
        {
            Damsm = damsm is null ? null : DamsmScorer.Open(damsm, DamsmScorer.Role, device);
            Independent = independent is null ? null : DamsmScorer.Open(independent, DamsmScorer.IndependentRole, device);
            if (features == ResNet18Network.Name)
            {
                _pretrained = new ResNet18Network(device);
            }
            else if (features is not null && !IsDamsm(features))
            {
                _pretrained = InceptionNetwork.Load(features, device);
            }
            else if (features is not null)
            {
                _features = DamsmScorer.Open(features, DamsmScorer.Role, device);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The DAMSM that the model was trained with, or the one that was given in its place; null if there is none.</summary>
    public DamsmScorer? Damsm { get; }

    /// <summary>A DAMSM that the model was not trained with; null if there is none.</summary>
    public DamsmScorer? Independent { get; }

    /// <summary>The DAMSMs that score images by their captions.</summary>
    public IEnumerable<DamsmScorer> Scorers => new[] { Damsm, Independent }.OfType<DamsmScorer>();

    /// <summary>All networks that encode captions.</summary>
    public IEnumerable<DamsmScorer> CaptionReaders => Scorers.Concat(new[] { _features }.OfType<DamsmScorer>());

    /// <summary>Loads networks. Must not be called within a dispose scope.</summary>
    /// <param name="damsm">A run folder or checkpoint; null for none.</param>
    /// <param name="independent">A run folder or checkpoint of the independent DAMSM; null for none.</param>
    /// <param name="features"><c>resnet18</c>, weights of Inception-v3, or a DAMSM, for features; null for a DAMSM.</param>
    /// <param name="device">The device to compute on.</param>
    /// <exception cref="AttnGanException">Thrown when one cannot be read.</exception>
    public static EvaluationNetworks Open(string? damsm, string? independent, string? features, Device device) =>
        new(damsm, independent, features, device);

    /// <summary>Returns warnings about the choice of networks.</summary>
    public IEnumerable<string> Warnings()
    {
        if (Damsm is not null && Independent is not null && Damsm.Network.Checksum == Independent.Network.Checksum)
        {
            yield return "the independent DAMSM is the one that the model was trained with, so its scores are inflated as well. Train " +
                "another DAMSM with another seed, and give it with `--independent`.";
        }
    }

    /// <summary>Creates the network that computes features; null if there is none.</summary>
    /// <param name="captionsOfClasses">The captions of each class of the split.</param>
    /// <param name="cancellation">Checked between batches.</param>
    public IFeatureNetwork? CreateFeatureNetwork(IReadOnlyList<IReadOnlyList<string>> captionsOfClasses, CancellationToken cancellation) =>
        _pretrained ??
        ((_features ?? Independent ?? Damsm) is { } scorer ? new DamsmFeatureNetwork(scorer, captionsOfClasses, cancellation) : null);

    public void Dispose()
    {
        _pretrained?.Dispose();
        _features?.Dispose();
        Independent?.Dispose();
        Damsm?.Dispose();
    }

    private static bool IsDamsm(string path)
    {
        if (Directory.Exists(path))
        {
            return true;
        }

        try
        {
            using var file = SafetensorsFile.Open(path);
            return file.Metadata.GetValueOrDefault("format") == Checkpoint.Format;
        }
        catch (CheckpointException)
        {
            // A PyTorch file, or one that InceptionNetwork.Load rejects with a message.
            return false;
        }
    }
}
