namespace AttnGan.Models;

/// <summary>How hidden contexts attend to words.</summary>
public enum AttentionKind
{
    /// <summary>Softmax of dot products; words are keys and values at once (paper, equation 2).</summary>
    DotProduct,

    /// <summary>
    /// Softmax of cosines times a learned temperature; words have keys and values of their own, and a learned null key, whose value is 0,
    /// takes the attention of positions that no word describes. Not in the paper.
    /// </summary>
    Cosine,
}
