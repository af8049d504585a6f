using AttnGan.Generation;

namespace AttnGan.Inference;

/// <summary>What the text encoder says of a caption.</summary>
/// <param name="Words">e: (T, D), a word after the other.</param>
/// <param name="Sentence">E: (D).</param>
internal sealed record TextFeatures(float[] Words, float[] Sentence);

/// <summary>What one image is drawn from.</summary>
/// <param name="Words">The words to attend to.</param>
/// <param name="Sentence">E: (D).</param>
/// <param name="Noise">z: (Z).</param>
/// <param name="ConditionNoise">epsilon of conditioning augmentation: (C).</param>
internal sealed record GeneratorInputs(AttendedWords Words, float[] Sentence, float[] Noise, float[] ConditionNoise)
{
    /// <summary>What is between this and another one.</summary>
    /// <param name="other">Where <paramref name="part"/> is 1.</param>
    /// <param name="part">How much of the other there is, in (0, 1).</param>
    /// <param name="sameWords">Whether both have the same caption.</param>
    public GeneratorInputs Mix(GeneratorInputs other, float part, bool sameWords) => new(
        sameWords ? Words : new AttendedWords(
            [.. Words.Features, .. other.Words.Features],
            [
                .. Words.Bias.Select(bias => bias + (float)SeededNoise.Log(1 - part)),
                .. other.Words.Bias.Select(bias => bias + (float)SeededNoise.Log(part)),
            ]),
        [.. Sentence.Zip(other.Sentence, (from, to) => VectorMath.Lerp(from, to, part))],
        AlongSphere(Noise, other.Noise, part),
        AlongSphere(ConditionNoise, other.ConditionNoise, part));

    /// <summary>
    /// A straight line, pushed out to the length between those of its ends: noise is always about as long, and what is shorter draws
    /// washed-out images. Square roots are the same on every machine, sines are not.
    /// </summary>
    private static float[] AlongSphere(float[] from, float[] to, float part)
    {
        float[] mixed = [.. from.Zip(to, (a, b) => VectorMath.Lerp(a, b, part))];
        double length = Length(mixed);
        double wanted = (Length(from) * (1.0 - part)) + (Length(to) * part);
        return length > 0 ? [.. mixed.Select(value => (float)(value * (wanted / length)))] : mixed;
    }

    private static double Length(float[] values)
    {
        double squares = 0;
        foreach (float value in values)
        {
            squares += (double)value * value;
        }

        return Math.Sqrt(squares);
    }
}

/// <summary>What is wanted of a drawing.</summary>
/// <param name="LastStage">The stage to stop after, counted from 1.</param>
/// <param name="AllImages">Whether the images of earlier stages are wanted too.</param>
/// <param name="Attention">Whether the attention is wanted.</param>
internal readonly record struct OutputSelection(int LastStage, bool AllImages, bool Attention);

/// <summary>A batch that was drawn.</summary>
/// <param name="Images">By stage: for each image (S, S, 3) numbers in [-1, 1].</param>
/// <param name="Attention">By refinement stage, 2 first: for each image (T, S, S) weights; empty where nobody asked.</param>
internal sealed record GeneratorOutputs(IReadOnlyList<StageImages> Images, IReadOnlyList<float[][]> Attention);

/// <summary>What one stage drew.</summary>
/// <param name="Size">S: side in pixels.</param>
/// <param name="Values">For each image (S, S, 3) numbers in [-1, 1].</param>
internal sealed record StageImages(int Size, float[][] Values);
