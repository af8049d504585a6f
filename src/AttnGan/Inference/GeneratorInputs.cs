namespace AttnGan.Inference;

/// <summary>The generator's inputs for one image.</summary>
/// <param name="Words">Word features to attend to.</param>
/// <param name="Sentence">E: sentence feature, (D).</param>
/// <param name="Noise">z: (Z).</param>
/// <param name="ConditionNoise">Epsilon of conditioning augmentation: (C).</param>
internal sealed record GeneratorInputs(AttendedWords Words, float[] Sentence, float[] Noise, float[] ConditionNoise);
