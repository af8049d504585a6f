namespace AttnGan.Training.Configuration;

/// <summary>A part of differentiable augmentation (Zhao et al., 2020).</summary>
public enum Augmentation
{
    /// <summary>Random brightness, saturation and contrast.</summary>
    Color,

    /// <summary>Random translation by up to an eighth of the side in each direction.</summary>
    Translation,

    /// <summary>A random square of half the side becomes gray.</summary>
    Cutout,
}
