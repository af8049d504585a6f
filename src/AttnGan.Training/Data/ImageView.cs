namespace AttnGan.Training.Data;

/// <summary>An image in one of the fixed preparations of <see cref="BatchLoaderOptions.Views"/>.</summary>
/// <param name="Key">Identifies the file and its preparation: crop, flip, size and background.</param>
/// <param name="Pixels">(3, S, S) in [-1, 1]; null if the reader of the batch has said that it does not need them.</param>
public sealed record ImageView(UInt128 Key, float[]? Pixels);
