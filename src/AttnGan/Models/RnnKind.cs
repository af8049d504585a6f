namespace AttnGan.Models;

/// <summary>The recurrent network of the text encoder.</summary>
public enum RnnKind
{
    /// <summary>Long short-term memory, as in the paper.</summary>
    Lstm,

    /// <summary>Gated recurrent units: three quarters of the weights.</summary>
    Gru,
}
