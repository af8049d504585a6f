using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Generator;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>Generates images with attention maps from encoded captions and seeds.</summary>
/// <param name="textEncoder">In evaluation mode; stays the caller's.</param>
/// <param name="generator">In evaluation mode; stays the caller's.</param>
/// <param name="device">The device of both networks.</param>
internal sealed class SampleGenerator(TextEncoder textEncoder, AttentionalGenerator generator, Device device)
{
    /// <summary>Generates one image for each caption and seed; equal seeds give equal noise.</summary>
    public IReadOnlyList<GeneratedImage> Generate(IReadOnlyList<(EncodedCaption Caption, long Seed)> requests)
    {
        using var pause = CollectionPause.Begin();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        TextFeatures text = textEncoder.Encode([.. requests.Select(request => request.Caption)], device);
        GeneratorOutput output = generator.forward(new GeneratorInput(
            text,
            Rows(seed => LatentNoise.Of(seed, generator.Config.Noise, generator.Config.Styles.Count)),
            Rows(ConditionNoise)));

        IReadOnlyList<RgbImage>[] images = [.. output.Images.Select(ImageTensor.ToImages)]; // stage, image
        float[][][] attention = [.. output.Attention.Select(ToFloats)];
        return [.. requests.Select((request, i) => new GeneratedImage
        {
            Caption = request.Caption,
            Seed = request.Seed,
            Style = generator.Config.Styles is { Count: > 0 } styles ? styles[LatentNoise.StyleOf(request.Seed, styles.Count)] : null,
            Stages = [.. images.Select(stage => stage[i])],
            Attention =
            [
                .. attention.Select((stage, s) => ToAttention(stage[i], s, (int)output.Attention[s].shape[3], request.Caption.Words)),
            ],
        })];

        Tensor Rows(Func<long, float[]> ofSeed)
        {
            float[] values = [.. requests.SelectMany(request => ofSeed(request.Seed))];
            return tensor(values, [requests.Count, values.Length / requests.Count], device: device);
        }

        float[] ConditionNoise(long seed)
        {
            float[] values = new float[generator.Config.Condition];
            SeededNoise.Fill(seed, SeededNoise.ConditioningStream, values);
            return values;
        }
    }

    private static StageAttention ToAttention(float[] weights, int refinement, int size, IReadOnlyList<string> words) =>
        new(refinement + 2, size, words, weights.AsMemory(0, words.Count * size * size));

    private static float[][] ToFloats(Tensor maps)
    {
        float[] values = maps.contiguous().cpu().data<float>().ToArray();
        return [.. values.Chunk(values.Length / (int)maps.shape[0])];
    }
}
