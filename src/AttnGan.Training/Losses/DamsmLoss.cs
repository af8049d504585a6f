using AttnGan.Training.Configuration;
using AttnGan.Training.Distributed;
using AttnGan.Training.Encoders;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Losses;

/// <summary>
/// The loss of the deep attentional multimodal similarity model: images and captions of a batch are matched by words and by whole
/// sentences (paper, section 3.2, equations 7 to 13). Vectorized over all B x B pairs.
/// </summary>
/// <param name="config">Gamma 1 to 3.</param>
public sealed class DamsmLoss(DamsmConfig config)
{
    private const double CosineEpsilon = 1e-8;

    private readonly World _world = World.Alone;

    /// <param name="config">Gamma 1 to 3.</param>
    /// <param name="world">
    /// The ranks that share the global batch. Each scores its own images with the captions of all ranks; the scores are then gathered,
    /// which is less to send than the regions, and gives every rank the loss of the global batch.
    /// </param>
    internal DamsmLoss(DamsmConfig config, World world)
        : this(config) => _world = world;

    /// <summary>Computes the four losses of a batch.</summary>
    /// <param name="image">Features of the B images.</param>
    /// <param name="text">Features of their captions.</param>
    /// <param name="classes">
    /// (B) the class of each pair (<see cref="BatchTensors.Classes"/>), or null; pairs of the same class are not treated as negatives.
    /// </param>
    public DamsmTerms Compute(ImageFeatures image, TextFeatures text, Tensor? classes = null) => Compute(image, text, classes, foils: null);

    /// <summary>Computes the four losses of a batch.</summary>
    /// <param name="image">Features of the B images.</param>
    /// <param name="text">Features of their captions.</param>
    /// <param name="classes">Class of each pair of the global batch, or null; pairs of the same class are not treated as negatives.</param>
    /// <param name="foils">Captions that are wrong by one word, each a further negative of its own image; null for none.</param>
    internal DamsmTerms Compute(ImageFeatures image, TextFeatures text, Tensor? classes, FoilFeatures? foils)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor? sameClass = classes is null ? null : SameClass(classes);
        Tensor regions = image.Regions.flatten(2);
        (Tensor words0, Tensor words1) = Match(
            _world.Gather(WordScores(regions, _world.Gather(text.Words), _world.Gather(text.Padding))),
            sameClass,
            foils is null ? null : OwnScores(WordScores(regions, foils.Text.Words, foils.Text.Padding), foils));
        (Tensor sentence0, Tensor sentence1) = Match(
            _world.Gather(SentenceScores(image.Code, _world.Gather(text.Sentence))),
            sameClass,
            foils is null ? null : OwnScores(SentenceScores(image.Code, foils.Text.Sentence), foils));
        return new DamsmTerms(
            words0.MoveToOuterDisposeScope(), words1.MoveToOuterDisposeScope(),
            sentence0.MoveToOuterDisposeScope(), sentence1.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Returns gamma3 times the log-sum-exp of gamma2 * cosine over the words, for every image and caption: equations 7 to 10 without the
    /// power 1 / gamma2, as in the published code.
    /// </summary>
    /// <param name="regions">v: (I, D, N).</param>
    /// <param name="words">e: (J, D, T).</param>
    /// <param name="padding">(J, T), true where there is no word.</param>
    /// <returns>(I, J).</returns>
    public Tensor WordScores(Tensor regions, Tensor words, Tensor padding)
    {
        using DisposeScope scope = NewDisposeScope();
        (long images, long embedding, long count) = (regions.shape[0], regions.shape[1], regions.shape[2]);
        (long captions, long length) = (words.shape[0], words.shape[2]);

        Tensor flatWords = words.transpose(1, 2).reshape(captions * length, embedding);                   // (J*T, D)
        Tensor similarity = matmul(flatWords, regions).view(images, captions, length, count);             // (I, J, T, N), eq. 7
        Tensor attention = AttendRegions(similarity, padding);                                            // (I, J, T, N)
        Tensor context = bmm(attention.view(images, captions * length, count), regions.transpose(1, 2));  // (I, J*T, D)

        Tensor dot = (context * flatWords).sum(dim: 2);
        Tensor norms = (context.norm(2) * flatWords.norm(1)).clamp_min(CosineEpsilon);
        Tensor relevance = (dot / norms * config.Gamma2).view(images, captions, length)
            .masked_fill(padding, float.NegativeInfinity);
        return (relevance.logsumexp(2) * config.Gamma3).MoveToOuterDisposeScope();                        // eq. 10
    }

    /// <summary>Returns gamma3 times the cosine of global image feature and sentence feature, for every image and caption.</summary>
    /// <param name="code">(I, D).</param>
    /// <param name="sentence">(J, D).</param>
    /// <returns>(I, J).</returns>
    public Tensor SentenceScores(Tensor code, Tensor sentence)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor norms = matmul(code.norm(1).unsqueeze(1), sentence.norm(1).unsqueeze(0)).clamp_min(CosineEpsilon);
        return (matmul(code, sentence.t()) / norms * config.Gamma3).MoveToOuterDisposeScope();
    }

    /// <summary>Attention of words over regions: a softmax over words, then one over regions (equations 8 and 9).</summary>
    private Tensor AttendRegions(Tensor similarity, Tensor padding)
    {
        Tensor mask = padding.unsqueeze(0).unsqueeze(3); // (1, J, T, 1)
        Tensor overWords = functional.softmax(similarity.masked_fill(mask, float.NegativeInfinity), dim: 2);
        return functional.softmax(overWords * config.Gamma1, dim: 3);
    }

    /// <summary>
    /// Cross entropy of the matching caption of each image, and of the matching image of each caption (equations 11 to 13).
    /// </summary>
    /// <param name="scores">(B, B): images by captions.</param>
    /// <param name="sameClass">(B, B): true for pairs that are no negatives; null for none.</param>
    /// <param name="foils">(B, 1): scores of each image and its foil; null for none.</param>
    private static (Tensor ImageToText, Tensor TextToImage) Match(Tensor scores, Tensor? sameClass, Tensor? foils)
    {
        Tensor targets = arange(scores.shape[0], dtype: ScalarType.Int64, device: scores.device);
        Tensor masked = sameClass is null ? scores : scores.masked_fill(sameClass, float.NegativeInfinity);
        Tensor captions = foils is null ? masked : cat([masked, foils], dim: 1);
        return (functional.cross_entropy(captions, targets), functional.cross_entropy(masked.t(), targets));
    }

    /// <summary>Returns the scores (B, 1) of each image and its own foil; minus infinity where there is none.</summary>
    private Tensor OwnScores(Tensor scores, FoilFeatures foils) => _world.Gather(
        scores.diagonal().masked_fill(foils.IsFoil.logical_not(), float.NegativeInfinity).unsqueeze(1));

    /// <summary>(B, B): true for different pairs of the same class.</summary>
    private static Tensor SameClass(Tensor classes)
    {
        Tensor same = classes.unsqueeze(0).eq(classes.unsqueeze(1));
        return same.logical_and(eye(classes.shape[0], dtype: ScalarType.Bool, device: classes.device).logical_not());
    }
}

/// <summary>
/// The DAMSM losses as scalars, by words and by sentence: 0 for finding the caption of an image, 1 for finding the image of a caption
/// (paper, L_1^w, L_2^w, L_1^s and L_2^s of equation 13).
/// </summary>
/// <param name="Words0">The caption of an image, by words.</param>
/// <param name="Words1">The image of a caption, by words.</param>
/// <param name="Sentence0">The caption of an image, by sentence.</param>
/// <param name="Sentence1">The image of a caption, by sentence.</param>
public sealed record DamsmTerms(Tensor Words0, Tensor Words1, Tensor Sentence0, Tensor Sentence1)
{
    /// <summary>The words loss in both directions.</summary>
    public Tensor Words => Words0 + Words1;

    /// <summary>The sentence loss in both directions.</summary>
    public Tensor Sentence => Sentence0 + Sentence1;
}
