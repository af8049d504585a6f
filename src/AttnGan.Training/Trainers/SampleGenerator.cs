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

/// <summary>From encoded captions and seeds to images with attention maps; both networks in evaluation mode.</summary>
internal sealed class SampleGenerator(TextEncoder textEncoder, AttentionalGenerator generator, Device device)
{
    public IReadOnlyList<GeneratedImage> Draw(IReadOnlyList<(EncodedCaption Caption, long Seed)> requests)
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
            Stages = [.. images.Select((stage, s) => new RgbImage((int)output.Images[s].shape[3], (int)output.Images[s].shape[2], stage[i]))],
            Attention = [.. attention.Select((stage, s) => Attend(stage[i], s, (int)output.Attention[s].shape[3], request.Caption.Words))],
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

    private static StageAttention Attend(float[] weights, int refinement, int size, IReadOnlyList<string> words) =>
        new(refinement + 2, size, words, weights.AsMemory(0, words.Count * size * size));

    /// <summary>(B, 3, S, S) in [-1, 1] to S x S RGB pixels for each image.</summary>
    private static byte[][] ToBytes(Tensor images)
    {
        Tensor bytes = images.add(1).mul(127.5).round().clamp(0, 255).to_type(ScalarType.Byte).permute(0, 2, 3, 1).contiguous().cpu();
        return Split(bytes.data<byte>().ToArray(), (int)images.shape[0]);
    }

    private static float[][] ToFloats(Tensor maps) => Split(maps.contiguous().cpu().data<float>().ToArray(), (int)maps.shape[0]);

    private static T[][] Split<T>(T[] values, int count) => [.. values.Chunk(values.Length / count)];
}
