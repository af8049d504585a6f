namespace AttnGan.Training.Configuration;

/// <summary>Deep attentional multimodal similarity model: its loss (paper, equations 7 to 13) and its training.</summary>
public sealed record DamsmConfig
{
    /// <summary>How sharply a word attends to its regions (equation 9).</summary>
    public double Gamma1 { get; init; } = 4;

    /// <summary>How much the best matching words outweigh the others (equation 10).</summary>
    public double Gamma2 { get; init; } = 5;

    /// <summary>Smoothing factor of the match probabilities (equation 11).</summary>
    public double Gamma3 { get; init; } = 10;

    /// <summary>Images a step (at least 2: the others of the batch are the wrong answers).</summary>
    public int BatchSize { get; init; } = 48;

    /// <summary>How often every training image is seen (at least 1). Bird and COCO 600.</summary>
    public int Epochs { get; init; } = 600;

    /// <summary>In what the compact trunk computes its feature maps. The Inception trunk always computes in 32 bits.</summary>
    public Precision Precision { get; init; } = Precision.Full;

    /// <summary>Adam's step size in the first epoch (above 0). Bird and COCO 0.002.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Factor on the learning rate after each epoch, in (0, 1].</summary>
    public double LearningRateDecay { get; init; } = 0.98;

    /// <summary>The learning rate does not fall below this share of its first value, in (0, 1].</summary>
    public double LearningRateFloor { get; init; } = 0.1;

    /// <summary>Largest gradient norm of the text encoder's recurrent network (0 turns clipping off).</summary>
    public double GradientClip { get; init; } = 0.25;
}
