using AttnGan.Inference;

namespace AttnGan.Generation;

/// <summary>Interpolates between the generator's inputs of two images.</summary>
internal static class LatentInterpolation
{
    /// <summary>
    /// Interpolates sentence features and styles linearly and noise along the sphere. The image attends to the words of both captions,
    /// weighted by the share of each.
    /// </summary>
    /// <param name="from">Inputs at share 0.</param>
    /// <param name="to">Inputs at share 1.</param>
    /// <param name="share">Share of <paramref name="to"/>, in (0, 1).</param>
    /// <param name="sameWords">True if both have the same words.</param>
    /// <param name="width">Z: width of the noise vector, which the style follows.</param>
    public static GeneratorInputs Between(GeneratorInputs from, GeneratorInputs to, float share, bool sameWords, int width) => new(
        sameWords ? from.Words : new AttendedWords(
            [.. from.Words.Features, .. to.Words.Features],
            [
                .. from.Words.Bias.Select(bias => bias + (float)SeededNoise.Log(1 - share)),
                .. to.Words.Bias.Select(bias => bias + (float)SeededNoise.Log(share)),
            ]),
        Linear(from.Sentence, to.Sentence, share),
        [.. Spherical(from.Noise[..width], to.Noise[..width], share), .. Linear(from.Noise[width..], to.Noise[width..], share)],
        Spherical(from.ConditionNoise, to.ConditionNoise, share));

    private static float[] Linear(float[] from, float[] to, float share) => [.. from.Zip(to, (a, b) => VectorMath.Lerp(a, b, share))];

    /// <summary>
    /// A linear interpolation, rescaled to the interpolated length of its ends: noise vectors have nearly equal lengths, and shorter
    /// ones give washed-out images. It needs square roots only, where sines would differ between machines.
    /// </summary>
    private static float[] Spherical(float[] from, float[] to, float share)
    {
        float[] mixed = Linear(from, to, share);
        double length = Length(mixed);
        double target = (Length(from) * (1.0 - share)) + (Length(to) * share);
        return length > 0 ? [.. mixed.Select(value => (float)(value * (target / length)))] : mixed;
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
