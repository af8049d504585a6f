namespace AttnGan.Models;

/// <summary>What readers should know of a model.</summary>
public sealed record ModelCard
{
    /// <summary>A short name.</summary>
    public string? Name { get; init; }

    /// <summary>What the model draws, what it was trained on, how good it is.</summary>
    public string? Description { get; init; }

    /// <summary>License of the weights, and of the images they were trained on.</summary>
    public string? License { get; init; }

    /// <summary>GAN training steps made.</summary>
    public long Steps { get; init; }
}
