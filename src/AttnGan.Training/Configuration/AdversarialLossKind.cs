namespace AttnGan.Training.Configuration;

/// <summary>The adversarial loss of generator and discriminators.</summary>
public enum AdversarialLossKind
{
    /// <summary>Binary cross entropy on logits, as in the paper (equations 4 and 5).</summary>
    Bce,

    /// <summary>Hinge loss (Lim and Ye, 2017).</summary>
    Hinge,
}
