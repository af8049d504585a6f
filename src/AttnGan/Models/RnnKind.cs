namespace AttnGan.Models;

/// <summary>The kinds of recurrent networks of the text encoder.</summary>
public enum RnnKind
{
    /// <summary>Long short-term memory, as in the paper.</summary>
    Lstm,

    /// <summary>Gated recurrent unit, with three quarters of the weights.</summary>
    Gru,
}
