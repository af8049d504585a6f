using AttnGan.Training.Checkpoints;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>The networks that an evaluation needs.</summary>
internal sealed class EvaluationNetworks : IDisposable
{
    private readonly InceptionNetwork? _inception;
    private readonly DamsmScorer? _features;

    private EvaluationNetworks(EvaluationOptions options, string? damsm, Device device)
    {
        try
        {
            Damsm = damsm is null ? null : DamsmScorer.Open(damsm, DamsmScorer.Role, device);
            Independent = options.Independent is null ? null : DamsmScorer.Open(options.Independent, DamsmScorer.IndependentRole, device);
            if (options.Features is { } features && !IsDamsm(features))
            {
                _inception = InceptionNetwork.Load(features, device);
            }
            else if (options.Features is not null)
            {
                _features = DamsmScorer.Open(options.Features, DamsmScorer.Role, device);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The DAMSM that the model was trained with, or the one that was given in its place.</summary>
    public DamsmScorer? Damsm { get; }

    /// <summary>A DAMSM that the model was not trained with.</summary>
    public DamsmScorer? Independent { get; }

    /// <summary>All that read captions.</summary>
    public IEnumerable<DamsmScorer> Readers => new[] { Damsm, Independent, _features }.OfType<DamsmScorer>();

    /// <summary>What must be known of the networks to trust the figures.</summary>
    public IEnumerable<string> Warnings()
    {
        if (Damsm is not null && Independent is not null && Damsm.Network.Checksum == Independent.Network.Checksum)
        {
            yield return "the independent DAMSM is the very one that the model was trained with: it judges nothing of its own. Train another one, " +
                "with another seed, and give it with `--independent`.";
        }
    }

    /// <summary>Loads what the options name. Not within a dispose scope.</summary>
    /// <exception cref="AttnGanException">One cannot be read.</exception>
    public static EvaluationNetworks Open(EvaluationOptions options, EvaluatedModel model, Device device) => new(options, options.Damsm ?? model.Damsm, device);

    /// <summary>What features are read with; null where there is nothing.</summary>
    /// <param name="captionsOfClasses">The captions of each class of the split.</param>
    /// <param name="cancellation">Heeded between batches.</param>
    public IFeatureNetwork? Features(IReadOnlyList<IReadOnlyList<string>> captionsOfClasses, CancellationToken cancellation) =>
        _inception as IFeatureNetwork ??
        ((_features ?? Independent ?? Damsm) is { } judge ? new DamsmFeatures(judge, captionsOfClasses, cancellation) : null);

    public void Dispose()
    {
        _inception?.Dispose();
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
            // A file of PyTorch, or one whose reader will say what is wrong with it.
            return false;
        }
    }
}
