namespace AttnGan.Models;

/// <summary>The description of a model for its users.</summary>
public sealed record ModelCard
{
    /// <summary>A short name; null if there is none.</summary>
    public string? Name { get; init; }

    /// <summary>What the model generates, its training data and its quality.</summary>
    public string? Description { get; init; }

    /// <summary>The license of the weights, and of the images that they were trained on.</summary>
    public string? License { get; init; }

    /// <summary>Number of GAN training steps.</summary>
    public long Steps { get; init; }
}
