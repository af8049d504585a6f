namespace AttnGan.Generation;

/// <summary>An image to draw.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Seed">Fixes all chance: the same caption, model, options and seed give the same image.</param>
public sealed record GenerationRequest(string Caption, long Seed);
