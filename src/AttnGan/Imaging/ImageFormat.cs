namespace AttnGan.Imaging;

/// <summary>The picture formats that are read and written.</summary>
public enum ImageFormat
{
    /// <summary>Lossless.</summary>
    Png,

    /// <summary>Lossy, written at quality 95 with colours as fine as brightness.</summary>
    Jpeg,

    /// <summary>Written lossless.</summary>
    WebP,
}
