namespace AttnGan.Training.Configuration;

/// <summary>The adversarial loss of generator and discriminators.</summary>
public enum AdversarialLossKind
{
    /// <summary>Binary cross entropy on logits, as in the paper (equations 4 and 5).</summary>
    Bce,

    /// <summary>Hinge loss (Lim and Ye, 2017).</summary>
    Hinge,

    /// <summary>
    /// Binary cross entropy on the difference of the logits of a real and a generated image of the same caption (relativistic pairing:
    /// Jolicoeur-Martineau, 2018). With <see cref="GanConfig.R1Weight"/> and <see cref="GanConfig.R2Weight"/>, the loss of Huang et al.,
    /// "The GAN is dead; long live the GAN! A Modern Baseline GAN", 2024.
    /// </summary>
    Relativistic,
}
