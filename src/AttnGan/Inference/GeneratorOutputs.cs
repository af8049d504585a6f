namespace AttnGan.Inference;

/// <summary>The generator's outputs for a batch.</summary>
/// <param name="Images">Images by stage.</param>
/// <param name="Attention">By refinement stage, stage 2 first: (T, S, S) weights for each image; empty unless requested.</param>
internal sealed record GeneratorOutputs(IReadOnlyList<StageImages> Images, IReadOnlyList<float[][]> Attention);

/// <summary>The images of one stage.</summary>
/// <param name="Size">S: side in pixels.</param>
/// <param name="Values">(S, S, 3) values in [-1, 1] for each image.</param>
internal sealed record StageImages(int Size, float[][] Values);

/// <summary>The outputs of one stage for a batch.</summary>
/// <param name="Stage">The stage, counted from 1.</param>
/// <param name="Images">The images of the stage.</param>
/// <param name="Attention">(T, S, S) weights for each image; null for the first stage, or unless requested.</param>
internal sealed record StageOutputs(int Stage, StageImages Images, float[][]? Attention);

/// <summary>The outputs to compute.</summary>
/// <param name="LastStage">The stage to stop after, counted from 1.</param>
/// <param name="AllImages">True to return the images of earlier stages too.</param>
/// <param name="Attention">True to return attention maps.</param>
internal readonly record struct OutputSelection(int LastStage, bool AllImages, bool Attention);
