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

/// <summary>How far ONNX Runtime's numbers, drawing with a package, are from those of the networks that the package was made of.</summary>
/// <param name="Largest">Of all images' and attention maps' values.</param>
/// <param name="MeanOfImages">Mean over the values of all images, which are in [-1, 1].</param>
internal sealed record PackageComparison(double Largest, double MeanOfImages)
{
    /// <summary>Largest difference with the same weights: rounding in another order of sums stays far below it.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>
    /// Mean difference of images that weights of 16 bits may make: one level of 255, as much as storing an image may. Such weights
    /// are off by up to 1/2048 of themselves. Of the bundled model's images that changes a hundredth of a level in the mean and half
    /// a level where it is most; beyond a level weights have overflowed or cancel each other.
    /// </summary>
    public const double HalfTolerance = 2.0 / 255;

    /// <exception cref="AttnGanException">The package, which has the networks' weights as they are, draws something else.</exception>
    public static void CheckGraph(ModelPackage package, TrainedNetworks networks)
    {
        double largest = Measure(package, networks, package.Captions.MaxWords, 1).Largest;
        if (!(largest <= Tolerance))
        {
            throw new AttnGanException(
                $"The exported model does not draw what the trained one draws: values differ by up to {largest:G2}, expected at most " +
                $"{Tolerance}. No file was written. This is a bug; please report it with the run's config.yml.");
        }
    }

    /// <exception cref="AttnGanException">The package's images suffer from weights of 16 bits.</exception>
    public static void CheckHalf(ModelPackage package, TrainedNetworks networks)
    {
        double mean = Measure(package, networks, package.Captions.MaxWords, 1).MeanOfImages;
        if (!(mean <= HalfTolerance))
        {
            throw new AttnGanException(
                $"With weights stored as 16-bit floats the model draws other images: values differ by {mean:G2} in the mean, expected at " +
                $"most {HalfTolerance:G2}. No file was written. Export with `--no-half`.");
        }
    }

    /// <summary>Draws captions of random words: together in ONNX Runtime, one at a time with the networks.</summary>
    /// <param name="package">The package.</param>
    /// <param name="networks">On the CPU.</param>
    /// <param name="lengths">Words of each caption.</param>
    /// <exception cref="AttnGanException">The networks draw no numbers, or ONNX Runtime does not take the package.</exception>
    public static PackageComparison Measure(ModelPackage package, TrainedNetworks networks, params IReadOnlyList<int> lengths)
    {
        long[][] captions = [.. lengths.Select((length, i) => Words(i, length, package.Vocabulary.Count))];
        float[][] noise = [.. captions.Select((_, i) => Noise(i, SeededNoise.LatentStream, package.Architecture.Noise))];
        float[][] conditionNoise = [.. captions.Select((_, i) => Noise(i, SeededNoise.ConditioningStream, package.Architecture.Condition))];
        Dictionary<string, float[]> actual = Run(package, captions, noise, conditionNoise);
        double largest = 0;
        double sum = 0;
        long count = 0;
        for (int i = 0; i < captions.Length; i++)
        {
            foreach ((string name, float[] expected) in Draw(networks, captions[i], noise[i], conditionNoise[i]))
            {
                // A short caption's maps of the words that it has come first; those of padding are zero.
                int length = actual[name].Length / captions.Length;
                ReadOnlySpan<float> values = actual[name].AsSpan(i * length, length);
                bool isImage = !name.StartsWith("attention", StringComparison.Ordinal);
                for (int at = 0; at < length; at++)
                {
                    double difference = Math.Abs(values[at] - (at < expected.Length ? expected[at] : 0.0));
                    largest = Math.Max(largest, difference);
                    sum += isImage ? difference : 0;
                    count += isImage ? 1 : 0;
                }
            }
        }

        return new PackageComparison(largest, sum / count);
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
                $"ONNX Runtime does not run the exported model: {error.Message} No file was written. This is a bug; please report it.", error);
        }
    }

    private static Dictionary<string, float[]> Draw(TrainedNetworks networks, long[] caption, float[] noise, float[] conditionNoise)
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
                "The trained model draws no images: what comes out is not a number. Its training has diverged; export an earlier " +
                "checkpoint.");
    }

    private static float[] Floats(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private static float[] Noise(long seed, int stream, int width)
    {
        float[] values = new float[width];
        SeededNoise.Fill(seed, stream, values);
        return values;
    }

    /// <summary>Words from all over the vocabulary, without the end.</summary>
    private static long[] Words(int caption, int length, int vocabulary) =>
        [.. Enumerable.Range(caption << 16, length).Select(place => 1 + (long)(SplitMix64.Mix((ulong)place + 1) % (ulong)(vocabulary - 1)))];
}
