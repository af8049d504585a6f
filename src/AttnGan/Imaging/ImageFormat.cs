namespace AttnGan.Imaging;

/// <summary>The image formats that are read and written.</summary>
public enum ImageFormat
{
    /// <summary>Lossless.</summary>
    Png,

    /// <summary>Lossy, written at quality 95 with colors as fine as brightness.</summary>
    Jpeg,

    /// <summary>Written lossless.</summary>
    WebP,
}
