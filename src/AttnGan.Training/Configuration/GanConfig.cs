namespace AttnGan.Training.Configuration;

/// <summary>Training of generator and discriminators (paper, sections 3.1 and 3.3).</summary>
public sealed record GanConfig
{
    /// <summary>The adversarial loss. Paper: binary cross entropy.</summary>
    public AdversarialLossKind Loss { get; init; } = AdversarialLossKind.Bce;

    /// <summary>Batch size (at least 2: mismatched pairs are captions shifted by one).</summary>
    public int BatchSize { get; init; } = 20;

    /// <summary>Number of epochs (at least 1). Bird 600, COCO 120.</summary>
    public int Epochs { get; init; } = 600;

    /// <summary>
    /// The epochs, counted from 0, with which the second stage joins the training, the third, and so on (greater than 0, increasing).
    /// Published: empty, all stages are trained from the start. A stage costs four times as much as the one before, so layout and colors
    /// are learned fastest at the first sizes (progressive growing: Karras et al., 2018).
    /// </summary>
    public IReadOnlyList<int> GrowEpochs
    {
        get;
        init => field = new ValueList<int>(value);
    } = new ValueList<int>([]);

    /// <summary>
    /// Epochs, the first ones, in which the generator learns alone: to come close to the real image of its caption, without discriminators
    /// and DAMSM (at least 0). Published: 0. It learns shapes several times as fast, though not details, and the discriminators then begin
    /// with images worth judging (as in SRGAN: Ledig et al., 2017). For datasets whose captions describe their images closely.
    /// </summary>
    public int PretrainEpochs { get; init; }

    /// <summary>Precision of feature maps in generator, discriminators and the compact trunk. Published: 32 bits.</summary>
    public Precision Precision { get; init; } = Precision.Full;

    /// <summary>
    /// Precision of the gradients that ranks exchange. With <see cref="Precision.Bfloat16"/> messages are half as large; each gradient is
    /// rounded to 8 significant bits before and after the mean over ranks. Without effect in one process.
    /// </summary>
    public Precision GradientPrecision { get; init; } = Precision.Full;

    /// <summary>Adam's learning rate for the generator in the first epoch (greater than 0). Published: 0.0002.</summary>
    public double GeneratorLearningRate { get; init; } = 2e-4;

    /// <summary>Adam's learning rate for each discriminator in the first epoch (greater than 0). Published: 0.0002.</summary>
    public double DiscriminatorLearningRate { get; init; } = 2e-4;

    /// <summary>
    /// Adam's learning rate for the text encoder in the first epoch (at least 0). Published: 0, the generator reads captions with the
    /// DAMSM's text encoder as it is. Above 0 it trains a copy, which begins with the DAMSM's weights: the DAMSM's features only need to
    /// tell the captions of a batch apart, which leaves out what the generator needs, such as which color belongs to which object.
    /// </summary>
    public double TextEncoderLearningRate { get; init; }

    /// <summary>Factor on all learning rates after each epoch, in (0, 1]. Published: 1, constant rates.</summary>
    public double LearningRateDecay { get; init; } = 1;

    /// <summary>Adam's β1, in [0, 1). Published: 0.5.</summary>
    public double Beta1 { get; init; } = 0.5;

    /// <summary>Adam's β2, in [0, 1). Published: 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Maximum gradient norm of the generator and of each discriminator. Published: 0, no clipping.</summary>
    public double GradientClip { get; init; }

    /// <summary>λ: weight of the DAMSM loss (equation 3). Bird 5, COCO 50.</summary>
    public double DamsmWeight { get; init; } = 5;

    /// <summary>
    /// Apply random crops and flips to generated images before the DAMSM sees them, so that the generator overfits it less. Not in the
    /// paper. For a DAMSM that was trained with <see cref="DataConfig.Flip"/> and <see cref="DataConfig.CropScale"/>.
    /// </summary>
    public bool DamsmViews { get; init; }

    /// <summary>Weight of the Kullback-Leibler divergence of conditioning augmentation.</summary>
    public double KlWeight { get; init; } = 1;

    /// <summary>
    /// Initialize conditioning augmentation to whiten the sentence feature, instead of at random, so that the conditioning vector
    /// carries its information from the first step on. Not in the paper; for trainings of only thousands of steps, with a small
    /// <see cref="KlWeight"/>.
    /// </summary>
    public bool WhitenCondition { get; init; }

    /// <summary>
    /// Weight of feature matching: the distance between a generated image and the real image of its caption, in the discriminators'
    /// features (at least 0). Not in the paper: 0. For small datasets with specific captions: it reduces the diversity of the images
    /// of a caption.
    /// </summary>
    public double FeatureMatchingWeight { get; init; }

    /// <summary>
    /// Weight of the mean absolute difference between a generated image and the real image of its caption (at least 0). Not in the paper:
    /// 0. It keeps what <see cref="PretrainEpochs"/> has learned while discriminators sharpen the images (as in pix2pix: Isola et al.,
    /// 2017). In pretraining, 0 is as 1.
    /// </summary>
    public double ReconstructionWeight { get; init; }

    /// <summary>
    /// Additional weight of the foreground in the difference to real images (at least 0): of pixels that are far from the median color of
    /// their image. Not in the paper: 0, all pixels weigh the same, and small objects on a plain background hardly matter.
    /// </summary>
    public double ForegroundWeight { get; init; }

    /// <summary>
    /// Weight of the distance between a generated image and the real image of its caption in the features of the DAMSM's image encoder,
    /// 1 - cosine of regions and of whole images (at least 0). Not in the paper: 0. It also applies in pretraining, once images are as
    /// large as those of the DAMSM.
    /// </summary>
    public double DamsmMatchingWeight { get; init; }

    /// <summary>
    /// Weight of the distance between a generated image and the real image of its caption in the features of the bundled ResNet-18, which
    /// knows the things of ImageNet (at least 0). Not in the paper: 0. It also applies in pretraining. The network must then not be the one
    /// that measures the model.
    /// </summary>
    public double ResnetMatchingWeight { get; init; }

    /// <summary>The distance of feature matching.</summary>
    public FeatureDistance FeatureMatchingDistance { get; init; } = FeatureDistance.Absolute;

    /// <summary>
    /// Weight, per nat and trained stage, of the KL divergence of noise that is inferred from real images (at least 0). Not in the paper:
    /// 0, all noise is random. Above 0, half of each batch (in pretraining, all of it) takes its noise from the real images, and only that
    /// half is compared with them: what a caption leaves open is then told by the noise instead of being averaged over, so that images of
    /// a caption differ.
    /// </summary>
    public double NoiseInferenceWeight { get; init; }

    /// <summary>
    /// For each image, sample the noise as often, and take the one whose first image is nearest to the real image (implicit maximum
    /// likelihood estimation: Li and Malik, 2018; at least 1). Not in the paper: 1. It is for distances to the real image, as
    /// <see cref="NoiseInferenceWeight"/> is, and needs no further network. Requires an image at every stage.
    /// </summary>
    public int NoiseCandidates { get; init; } = 1;

    /// <summary>
    /// Weight of a reward for two images of a caption that differ as much as their noise does (mode seeking: Mao et al., 2019; at least 0).
    /// Not in the paper: 0. Each step then generates its captions twice. It does not apply in pretraining.
    /// </summary>
    public double ModeSeekingWeight { get; init; }

    /// <summary>
    /// Pair real images also with captions that are wrong by one word, which the discriminators must reject. Not in the paper, whose wrong
    /// captions are those of other images and mostly differ in the most obvious word already. The wrong words are found in the training
    /// captions: words that stand between the same neighbors.
    /// </summary>
    public bool FoilCaptions { get; init; }

    /// <summary>Decay of the moving average of the generator's weights, in [0, 1).</summary>
    public double MovingAverage { get; init; } = 0.999;

    /// <summary>Weight of the R1 gradient penalty on real images (Mescheder et al., 2018); 0 disables it.</summary>
    public double R1Weight { get; init; }

    /// <summary>Weight of the same penalty on generated images, R2 (at least 0); 0 disables it.</summary>
    public double R2Weight { get; init; }

    /// <summary>Steps between these penalties (at least 1); they are scaled up accordingly.</summary>
    public int R1Interval { get; init; } = 16;

    /// <summary>Differentiable augmentation of all inputs of the discriminators; for small datasets.</summary>
    public IReadOnlyList<Augmentation> Augment
    {
        get;
        init => field = new ValueList<Augmentation>(value);
    } = new ValueList<Augmentation>([]);

    /// <summary>Returns how many of a generator's stages are trained in an epoch, counted from 0 (<see cref="GrowEpochs"/>).</summary>
    public int TrainedStages(int epoch, GeneratorConfig generator) =>
        GrowEpochs.Count == 0 ? generator.Stages : 1 + GrowEpochs.Count(begin => epoch >= begin);
}
