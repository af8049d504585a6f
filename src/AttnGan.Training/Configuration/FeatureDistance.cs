namespace AttnGan.Training.Configuration;

/// <summary>The distance of feature maps in feature matching, relative to the size of the real map.</summary>
public enum FeatureDistance
{
    /// <summary>mean|fake - real| / mean|real|: every difference pulls equally, be it large or small.</summary>
    Absolute,

    /// <summary>
    /// mean(fake - real)² / mean(real²): a plain background that is almost right pulls less than an object that is wrong.
    /// </summary>
    Squared,
}
