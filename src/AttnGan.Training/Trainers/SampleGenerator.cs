using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Encoders;
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
            Noise(SeededNoise.LatentStream, generator.Config.Noise),
            Noise(SeededNoise.ConditioningStream, generator.Config.Condition)));

        byte[][][] images = [.. output.Images.Select(ToBytes)]; // stage, image
        float[][][] attention = [.. output.Attention.Select(ToFloats)];
        return [.. requests.Select((request, i) => new GeneratedImage
        {
            Caption = request.Caption,
            Seed = request.Seed,
            Stages = [.. images.Select((stage, s) => ToImage(stage[i], (int)output.Images[s].shape[3]))],
            Attention =
            [
                .. attention.Select((stage, s) => ToAttention(stage[i], s, (int)output.Attention[s].shape[3], request.Caption.Words)),
            ],
        })];

        Tensor Noise(int stream, int width)
        {
            float[] values = new float[requests.Count * width];
            for (int i = 0; i < requests.Count; i++)
            {
                SeededNoise.Fill(requests[i].Seed, stream, values.AsSpan(i * width, width));
            }

            return tensor(values, [requests.Count, width], device: device);
        }
    }

    private static RgbImage ToImage(byte[] pixels, int size) => new(size, size, pixels);

    private static StageAttention ToAttention(float[] weights, int refinement, int size, IReadOnlyList<string> words) =>
        new(refinement + 2, size, words, weights.AsMemory(0, words.Count * size * size));

    /// <summary>Converts (B, 3, S, S) in [-1, 1] to S x S RGB pixels for each image.</summary>
    private static byte[][] ToBytes(Tensor images)
    {
        Tensor bytes = images.add(1).mul(127.5).round().clamp(0, 255).to_type(ScalarType.Byte).permute(0, 2, 3, 1).contiguous().cpu();
        return Split(bytes.data<byte>().ToArray(), (int)images.shape[0]);
    }

    private static float[][] ToFloats(Tensor maps) => Split(maps.contiguous().cpu().data<float>().ToArray(), (int)maps.shape[0]);

    private static T[][] Split<T>(T[] values, int count) => [.. values.Chunk(values.Length / count)];
}
