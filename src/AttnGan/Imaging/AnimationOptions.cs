namespace AttnGan.Imaging;

/// <summary>Options of <see cref="Animation"/>.</summary>
public sealed record AnimationOptions
{
    /// <summary>The duration of a frame in milliseconds, from 1 to 16777215. Browsers show frames of up to 10 ms for 100 ms.</summary>
    public int FrameDuration { get; init; } = 100;

    /// <summary>The number of times the animation plays, from 1 to 65535; 0 to repeat it forever.</summary>
    public int LoopCount { get; init; }

    /// <summary>The metadata of the file; null for none.</summary>
    public ImageMetadata? Metadata { get; init; }
}
