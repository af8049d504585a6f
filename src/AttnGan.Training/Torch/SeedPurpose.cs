namespace AttnGan.Training.Torch;

/// <summary>The use of random numbers. Equal seeds give different numbers for different purposes.</summary>
internal enum SeedPurpose
{
    /// <summary>Initial weights of the encoders.</summary>
    DamsmWeights = 1,

    /// <summary>A step of DAMSM training.</summary>
    DamsmStep = 2,

    /// <summary>Initial weights of generator and discriminators.</summary>
    GanWeights = 3,

    /// <summary>A step of GAN training.</summary>
    GanStep = 4,

    /// <summary>Images for validation.</summary>
    Samples = 5,
}
