namespace AttnGan.Generation;

/// <summary>A request for one image.</summary>
/// <param name="Caption">Describes the image; the model must know at least one of its words.</param>
/// <param name="Seed">Determines the noise: the same caption, model, options and seed give the same image.</param>
public sealed record GenerationRequest(string Caption, long Seed);
