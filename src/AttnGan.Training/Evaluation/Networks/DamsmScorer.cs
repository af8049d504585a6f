using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Losses;
using AttnGan.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>A trained DAMSM that scores images by their captions: the cosine of global features. It has its own vocabulary.</summary>
internal sealed class DamsmScorer : IDisposable
{
    /// <summary>The role of the DAMSM that the model was trained with.</summary>
    public const string Role = "damsm";

    /// <summary>The role of the independent DAMSM.</summary>
    public const string IndependentRole = "independent_damsm";

    private readonly DamsmEncoders _encoders;

    private DamsmScorer(Checkpoint checkpoint, string role, Device device)
    {
        Config = checkpoint.Config;
        _encoders = DamsmEncoders.Load(checkpoint, device);
        ImageEncoderConfig image = Config.ImageEncoder;
        Network = new EvaluationNetwork(
            role,
            $"DAMSM of {Config.Name}",
            _encoders.Checksum(),
            $"{Config.TextEncoder.Embedding} global features, {image.Trunk.ToString().ToLowerInvariant()} trunk, images in [-1, 1] " +
            $"scaled to {image.ImageSize} x {image.ImageSize} bilinearly, {checkpoint.Vocabulary.Count - 1} words");
    }

    /// <summary>Its identity in reports. The checksum is that of the weights, whichever file they come from.</summary>
    public EvaluationNetwork Network { get; }

    /// <summary>The configuration that it was trained with.</summary>
    public AttnGanConfig Config { get; }

    /// <summary>D: width of the global features.</summary>
    public int Dimensions => Config.TextEncoder.Embedding;

    /// <summary>
    /// Opens the DAMSM of a checkpoint, or of a run folder: the one that its GAN is trained with, otherwise the best, otherwise the newest.
    /// Must not be called within a dispose scope.
    /// </summary>
    /// <exception cref="AttnGanException">Thrown when there is none, or it is damaged.</exception>
    public static DamsmScorer Open(string path, string role, Device device) => new(Checkpoint.Open(CheckpointOf(path)), role, device);

    /// <summary>Returns true if the DAMSM knows a word of a caption.</summary>
    public bool Knows(string caption) => _encoders.Knows(caption);

    /// <summary>Computes the global features of images: (B, D), on the CPU.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    public Tensor Codes(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return _encoders.Codes(images).cpu().MoveToOuterDisposeScope();
    }

    /// <summary>Computes the features of images on the CPU: global (B, D) and regions (B, D, N).</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    public (Tensor Codes, Tensor Regions) Features(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor codes, Tensor regions) = _encoders.Features(images);
        return (codes.cpu().MoveToOuterDisposeScope(), regions.cpu().MoveToOuterDisposeScope());
    }

    /// <summary>Scores images against captions by words and by global features (equations 7 to 10).</summary>
    /// <param name="regions">(I, D, N).</param>
    /// <param name="codes">(I, D).</param>
    /// <param name="captions">J captions, each with a known word.</param>
    /// <returns>(I, J), on the CPU.</returns>
    public (Tensor Words, Tensor Sentence) Scores(Tensor regions, Tensor codes, IReadOnlyList<string> captions)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor words, Tensor sentence) = _encoders.Scores(new DamsmLoss(Config.Damsm), regions, codes, captions);
        return (words.MoveToOuterDisposeScope(), sentence.MoveToOuterDisposeScope());
    }

    /// <summary>Computes the sentence features of captions: (N, D), on the CPU. Each caption must have a known word.</summary>
    public Tensor Sentences(IReadOnlyList<string> captions, CancellationToken cancellation = default)
    {
        using DisposeScope scope = NewDisposeScope();
        return _encoders.Sentences(captions, cancellation).cpu().MoveToOuterDisposeScope();
    }

    public void Dispose() => _encoders.Dispose();

    // A GAN checkpoint contains the DAMSM that it was trained with.
    private static string CheckpointOf(string path) =>
        (Directory.Exists(path) ? RunDirectory.NewestCheckpoint(path, TrainingKind.Gan) : path)
        ?? RunDirectory.CheckpointOf(path, TrainingKind.Damsm);
}
