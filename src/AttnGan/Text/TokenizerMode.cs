namespace AttnGan.Text;

/// <summary>The rules of splitting captions into words.</summary>
public enum TokenizerMode
{
    /// <summary>Lower-case Unicode words; scripts that are written without spaces (Chinese, Japanese, Thai …) by character.</summary>
    Unicode,

    /// <summary>The rules of the official code: lower-case runs of <c>\w</c>, without their non-ASCII characters.</summary>
    Official,
}
