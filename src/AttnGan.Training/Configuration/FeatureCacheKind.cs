namespace AttnGan.Training.Configuration;

/// <summary>Where the features of a frozen trunk are kept.</summary>
public enum FeatureCacheKind
{
    /// <summary>Nowhere: they are computed for each batch.</summary>
    None,

    /// <summary>In memory, for the duration of a training.</summary>
    Memory,

    /// <summary>In a file of the run folder, which a resumed training continues to use.</summary>
    File,
}
