using AttnGan.Generation;
using AttnGan.Models;
using AttnGan.Training.Generator;
using AttnGan.Training.Onnx;
using AttnGan.Training.Torch;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Export;

/// <summary>The differences between the outputs of a package in ONNX Runtime and those of the networks it was exported from.</summary>
/// <param name="Max">The maximum difference over all images and attention maps.</param>
/// <param name="MeanOfImages">The mean difference over the values of all images, which are in [-1, 1].</param>
internal sealed record PackageComparison(double Max, double MeanOfImages)
{
    /// <summary>Maximum difference with equal weights; a different order of summation stays far below it.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>
    /// Maximum mean difference of images with 16-bit weights: one of 255 levels, as much as quantizing the image. The relative error of
    /// such weights is at most 1/2048. For the bundled model this changes images by a hundredth of a level in the mean and half a level
    /// at most; more than a level means overflow or cancellation.
    /// </summary>
    public const double HalfTolerance = 2.0 / 255;

    /// <summary>Checks a package with 32-bit weights.</summary>
    /// <exception cref="AttnGanException">The outputs differ.</exception>
    public static void CheckGraph(ModelPackage package, TrainedNetworks networks)
    {
        double max = Measure(package, networks, package.Captions.MaxWords, 1).Max;
        if (!(max <= Tolerance))
        {
            throw new AttnGanException(
                $"The exported model generates different images than the trained one: values differ by up to {max:G2}, expected at " +
                $"most {Tolerance}. No file was written. This is a bug; please report it with the run's config.yml.");
        }
    }

    /// <summary>Checks a package with 16-bit weights.</summary>
    /// <exception cref="AttnGanException">The images differ too much.</exception>
    public static void CheckHalf(ModelPackage package, TrainedNetworks networks)
    {
        double mean = Measure(package, networks, package.Captions.MaxWords, 1).MeanOfImages;
        if (!(mean <= HalfTolerance))
        {
            throw new AttnGanException(
                $"With 16-bit weights the model generates different images: values differ by {mean:G2} in the mean, expected at most " +
                $"{HalfTolerance:G2}. No file was written. Export with `--no-half`.");
        }
    }

    /// <summary>Compares the outputs for captions of random words: as one batch in ONNX Runtime, one by one with the networks.</summary>
    /// <param name="package">The package.</param>
    /// <param name="networks">The networks, on the CPU.</param>
    /// <param name="lengths">Number of words of each caption.</param>
    /// <exception cref="AttnGanException">The networks' outputs are not finite, or ONNX Runtime cannot run the package.</exception>
    public static PackageComparison Measure(ModelPackage package, TrainedNetworks networks, params IReadOnlyList<int> lengths)
    {
        long[][] captions = [.. lengths.Select((length, i) => Words(i, length, package.Vocabulary.Count))];
        ModelArchitecture a = package.Architecture;
        float[][] noise = [.. captions.Select((_, i) => LatentNoise.Of(i, a.Noise, a.Styles?.Count ?? 0))];
        float[][] conditionNoise = [.. captions.Select((_, i) => ConditionNoise(i, a.Condition))];
        Dictionary<string, float[]> actual = Run(package, captions, noise, conditionNoise);
        double max = 0;
        double sum = 0;
        long count = 0;
        for (int i = 0; i < captions.Length; i++)
        {
            foreach ((string name, float[] expected) in Generate(networks, captions[i], noise[i], conditionNoise[i]))
            {
                // A short caption has a map for each of its words first, and zeros for the padding.
                int length = actual[name].Length / captions.Length;
                ReadOnlySpan<float> values = actual[name].AsSpan(i * length, length);
                bool isImage = !name.StartsWith("attention", StringComparison.Ordinal);
                for (int at = 0; at < length; at++)
                {
                    double difference = Math.Abs(values[at] - (at < expected.Length ? expected[at] : 0.0));
                    max = Math.Max(max, difference);
                    sum += isImage ? difference : 0;
                    count += isImage ? 1 : 0;
                }
            }
        }

        return new PackageComparison(max, sum / count);
    }

    private static Dictionary<string, float[]> Run(ModelPackage package, long[][] captions, float[][] noise, float[][] conditionNoise)
    {
        int batch = captions.Length;
        int words = captions.Max(caption => caption.Length);
        long[] tokens = [.. captions.SelectMany(caption => caption.Concat(Enumerable.Repeat(0L, words - caption.Length)))];
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            using var session = new InferenceSession(package.Model.ToByteArray(), options);
            using var tokenValues = OrtValue.CreateTensorValueFromMemory(tokens, [batch, words]);
            using var lengthValues = OrtValue.CreateTensorValueFromMemory([.. captions.Select(caption => (long)caption.Length)], [batch]);
            using var noiseValues = OrtValue.CreateTensorValueFromMemory([.. noise.SelectMany(row => row)], [batch, noise[0].Length]);
            using var conditionValues =
                OrtValue.CreateTensorValueFromMemory([.. conditionNoise.SelectMany(row => row)], [batch, conditionNoise[0].Length]);
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(
                run,
                new Dictionary<string, OrtValue>
                {
                    [TensorNames.Tokens] = tokenValues,
                    [TensorNames.Lengths] = lengthValues,
                    [TensorNames.Noise] = noiseValues,
                    [TensorNames.ConditionNoise] = conditionValues,
                },
                session.OutputNames);
            return session.OutputNames.Zip(results).ToDictionary(
                pair => pair.First, pair => pair.Second.GetTensorDataAsSpan<float>().ToArray(), StringComparer.Ordinal);
        }
        catch (OnnxRuntimeException error)
        {
            throw new AttnGanException(
                $"ONNX Runtime cannot run the exported model: {error.Message} No file was written. This is a bug; please report it.",
                error);
        }
    }

    private static Dictionary<string, float[]> Generate(TrainedNetworks networks, long[] caption, float[] noise, float[] conditionNoise)
    {
        using var pause = CollectionPause.Begin();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        GeneratorOutput output = networks.Generator.forward(new GeneratorInput(
            networks.TextEncoder.forward(tensor(caption, [1, caption.Length]), tensor(new long[] { caption.Length })),
            tensor(noise, [1, noise.Length]),
            tensor(conditionNoise, [1, conditionNoise.Length])));
        var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (Tensor image in output.Images)
        {
            values[TensorNames.Image((int)image.shape[3])] = Floats(image);
        }

        for (int i = 0; i < output.Attention.Count; i++)
        {
            values[TensorNames.Attention(i + 2)] = Floats(output.Attention[i]);
        }

        return values.Values.All(numbers => Array.TrueForAll(numbers, float.IsFinite))
            ? values
            : throw new AttnGanException(
                "The outputs of the trained model are not finite numbers. Its training has diverged; export an earlier checkpoint.");
    }

    private static float[] Floats(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private static float[] ConditionNoise(long seed, int width)
    {
        float[] values = new float[width];
        SeededNoise.Fill(seed, SeededNoise.ConditioningStream, values);
        return values;
    }

    /// <summary>Returns pseudorandom words of the vocabulary, except the end token.</summary>
    private static long[] Words(int caption, int length, int vocabulary) =>
    [
        .. Enumerable.Range(caption << 16, length)
            .Select(i => 1 + (long)(SplitMix64.Mix((ulong)i + 1) % (ulong)(vocabulary - 1))),
    ];
}
