namespace AttnGan.Text;

/// <summary>How a caption is cut into words.</summary>
public enum TokenizerMode
{
    /// <summary>Lower-cased Unicode words; scripts that are written without spaces (Chinese, Japanese, Thai …) by character.</summary>
    Unicode,

    /// <summary>The official code's way: runs of <c>\w</c>, lower-cased, non-ASCII characters dropped.</summary>
    Official,
}
