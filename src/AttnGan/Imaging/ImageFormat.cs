namespace AttnGan.Imaging;

/// <summary>The image formats that are read; the first three are also written.</summary>
public enum ImageFormat
{
    /// <summary>Lossless.</summary>
    Png,

    /// <summary>Lossy; written at quality 95 without chroma subsampling.</summary>
    Jpeg,

    /// <summary>Lossless when written.</summary>
    WebP,

    /// <summary>Only read.</summary>
    Bmp,

    /// <summary>Only read: the first frame.</summary>
    Gif,
}
