namespace AttnGan.Training.Configuration;

/// <summary>The game between generator and discriminators.</summary>
public enum AdversarialLossKind
{
    /// <summary>Binary cross entropy on logits, as in the paper (equations 4 and 5).</summary>
    Bce,

    /// <summary>Hinge loss (Lim and Ye, 2017).</summary>
    Hinge,
}

/// <summary>Parts of differentiable augmentation (Zhao et al., 2020).</summary>
public enum Augmentation
{
    /// <summary>Brightness, saturation and contrast change.</summary>
    Color,

    /// <summary>Images move by up to an eighth of their side in each direction.</summary>
    Translation,

    /// <summary>A square of half the side becomes gray.</summary>
    Cutout,
}

/// <summary>Training of generator and discriminators (paper, sections 3.1 and 3.3).</summary>
public sealed record GanConfig
{
    /// <summary>What discriminators and generator play for. The paper: binary cross entropy.</summary>
    public AdversarialLossKind Loss { get; init; } = AdversarialLossKind.Bce;

    /// <summary>Images a step (at least 2: wrong pairs are captions shifted by one).</summary>
    public int BatchSize { get; init; } = 20;

    /// <summary>How often every training image is seen (at least 1). Bird 600, COCO 120.</summary>
    public int Epochs { get; init; } = 600;

    /// <summary>In what generator, discriminators and the compact trunk compute their feature maps. Published: 32 bits.</summary>
    public Precision Precision { get; init; } = Precision.Full;

    /// <summary>Adam's step size of the generator in the first epoch (above 0). Published: 0.0002.</summary>
    public double GeneratorLearningRate { get; init; } = 2e-4;

    /// <summary>Adam's step size of each discriminator in the first epoch (above 0). Published: 0.0002.</summary>
    public double DiscriminatorLearningRate { get; init; } = 2e-4;

    /// <summary>Factor on both learning rates after each epoch, in (0, 1]; 1 keeps them, as published.</summary>
    public double LearningRateDecay { get; init; } = 1;

    /// <summary>Adam's decay of the mean gradient, in [0, 1). Published: 0.5.</summary>
    public double Beta1 { get; init; } = 0.5;

    /// <summary>Adam's decay of the mean squared gradient, in [0, 1). Published: 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Largest gradient norm of the generator and of each discriminator (0 turns clipping off, as published).</summary>
    public double GradientClip { get; init; }

    /// <summary>lambda: weight of the DAMSM loss (equation 3). Bird 5, COCO 50.</summary>
    public double DamsmWeight { get; init; } = 5;

    /// <summary>
    /// Show the DAMSM random parts of drawn images, mirrored half of the time (not in the paper): fewer patterns that please it alone. For
    /// one that was trained with <see cref="DataConfig.Flip"/> and <see cref="DataConfig.CropScale"/>.
    /// </summary>
    public bool DamsmViews { get; init; }

    /// <summary>Weight of the Kullback-Leibler term of conditioning augmentation.</summary>
    public double KlWeight { get; init; } = 1;

    /// <summary>
    /// Begin with a conditioning vector that says all that the sentence does, in place of one that begins as noise. Not in the paper; for
    /// trainings of thousands of steps, with a small <see cref="KlWeight"/>.
    /// </summary>
    public bool WhitenCondition { get; init; }

    /// <summary>
    /// Weight of the distance between a drawn image and that of its caption, in the discriminators' features (at least 0). Not in the
    /// paper: 0. For few images, and where a caption leaves little open: images of one caption become more alike.
    /// </summary>
    public double FeatureMatchingWeight { get; init; }

    /// <summary>Decay of the moving average of the generator that draws the images, in [0, 1).</summary>
    public double MovingAverage { get; init; } = 0.999;

    /// <summary>Weight of the R1 gradient penalty on real images (Mescheder et al., 2018); 0 turns it off.</summary>
    public double R1Weight { get; init; }

    /// <summary>The R1 penalty is computed every this many steps (at least 1), scaled up accordingly.</summary>
    public int R1Interval { get; init; } = 16;

    /// <summary>Differentiable augmentation of everything the discriminators see; for small datasets.</summary>
    public IReadOnlyList<Augmentation> Augment { get; init; } = [];
}

/// <summary>How often a run logs, draws samples, saves and is measured, in steps.</summary>
public sealed record LoggingConfig
{
    /// <summary>Steps between two lines of the log.</summary>
    public int LogEvery { get; init; } = 20;

    /// <summary>Steps between two sample grids and attention figures.</summary>
    public int SampleEvery { get; init; } = 1000;

    /// <summary>Steps between two checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 500;

    /// <summary>Steps between two evaluations on held-out images, besides those at the ends of epochs; 0 for these alone.</summary>
    public int EvaluateEvery { get; init; }

    /// <summary>Held-out images that an evaluation takes (at least 2), spread over their list; 0 for all of them.</summary>
    public int EvaluationImages { get; init; } = 1000;

    /// <summary>
    /// A checkpoint of an independent DAMSM, which evaluates generated images as well. The GAN does not learn from it. Null for none.
    /// </summary>
    public string? IndependentDamsm { get; init; }

    /// <summary>How many checkpoints are kept (at least 1).</summary>
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>Images in a sample grid (at least 1).</summary>
    public int Samples { get; init; } = 16;

    /// <summary>Write TensorBoard event files beside the JSONL log.</summary>
    public bool TensorBoard { get; init; } = true;

    /// <summary>Draw losses and figures as curves beside the log, anew at every checkpoint and evaluation.</summary>
    public bool Curves { get; init; } = true;
}

/// <summary>
/// Behaviors of the official code that are defects; off by default. <c>compat: official</c> in YAML turns all of them on.
/// </summary>
public sealed record CompatibilityConfig
{
    /// <summary>Word attention of row r of the flattened scores is masked with caption <c>r mod B</c>.</summary>
    public bool MisalignedAttentionMask { get; init; }

    /// <summary>The moving average covers parameters only; BatchNorm buffers are those of the live generator.</summary>
    public bool MovingAverageWithoutBuffers { get; init; }

    /// <summary>DAMSM training makes a new Adam every epoch and lets the frozen trunk's BatchNorm statistics drift.</summary>
    public bool DamsmOptimizerPerEpoch { get; init; }

    /// <summary>DAMSM validation leaves out the last, smaller batch.</summary>
    public bool DropLastValidationBatch { get; init; }

    /// <summary>All switches on.</summary>
    public static CompatibilityConfig Official { get; } = new()
    {
        MisalignedAttentionMask = true,
        MovingAverageWithoutBuffers = true,
        DamsmOptimizerPerEpoch = true,
        DropLastValidationBatch = true,
    };
}
