namespace AttnGan.Text;

/// <summary>The rules of splitting captions into words.</summary>
public enum TokenizerMode
{
    /// <summary>Lower-case Unicode words; scripts that are written without spaces (Chinese, Japanese, Thai …) by character.</summary>
    Unicode,

    /// <summary>The rules of the official code: lower-case runs of <c>\w</c>, without their non-ASCII characters.</summary>
    Official,

    /// <summary>
    /// Lower-case runs of anything but white space, as derived projects split captions whose words are already separated (Chinese,
    /// Arabic, Hindi …). Punctuation stays part of a word.
    /// </summary>
    Spaces,
}
