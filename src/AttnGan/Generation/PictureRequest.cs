namespace AttnGan.Generation;

/// <summary>A picture to draw.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Seed">Fixes all chance: the same caption, model, options and seed give the same picture.</param>
public sealed record PictureRequest(string Caption, long Seed);
