namespace AttnGan.Imaging;

/// <summary>How <see cref="Animation"/> plays.</summary>
public sealed record AnimationOptions
{
    /// <summary>Milliseconds that a frame is shown, from 1 to 16777215. Browsers show one of 10 or less for 100.</summary>
    public int FrameDuration { get; init; } = 100;

    /// <summary>How often all frames are shown, from 1 to 65535; 0 for ever.</summary>
    public int LoopCount { get; init; }

    /// <summary>What the file says of its images; null for nothing.</summary>
    public ImageMetadata? Metadata { get; init; }
}
