namespace AttnGan.Imaging;

/// <summary>The image formats that are read and written.</summary>
public enum ImageFormat
{
    /// <summary>Lossless.</summary>
    Png,

    /// <summary>Lossy; written at quality 95 without chroma subsampling.</summary>
    Jpeg,

    /// <summary>Lossless when written.</summary>
    WebP,
}
