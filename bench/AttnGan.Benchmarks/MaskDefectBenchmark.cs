using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Encoders;
using AttnGan.Training.Export;
using AttnGan.Training.Formats.Safetensors;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Benchmarks;

/// <summary>
/// The effect of the published mask of word attention: within a batch, it masks most rows of the scores with the padding of another
/// caption. Compares it with the correct mask for the same weights, captions and noise.
/// </summary>
internal static class MaskDefectBenchmark
{
    private const int BatchSize = 8;
    private const int Batches = 4;

    /// <param name="reference">
    /// Reference values of the official generator (tests/AttnGan.Training.Tests/Fixtures/generator.safetensors).
    /// </param>
    /// <param name="model">A trained model; null to skip it.</param>
    /// <param name="data">The dataset with captions for the trained model.</param>
    public static void Run(string reference, string? model, string data)
    {
        random.manual_seed(100);
        Console.WriteLine("                                                    attention to    attention lost     change of image (0-255)");
        Console.WriteLine("generator                          stage   words         padding       by own words        mean          max");
        Reference(reference);
        Untrained();
        if (model is not null)
        {
            Trained(model, data);
        }
    }

    private static void Reference(string path)
    {
        using DisposeScope scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(path);
        var config = new GeneratorConfig { Width = 4, Noise = 10, Condition = 8 };
        var input = new GeneratorInput(
            new TextFeatures(file.Load("in.words_emb"), file.Load("in.sent_emb"), file.Load("in.mask")),
            file.Load("in.noise"),
            file.Load("in.ca_eps"));
        Compare("reference values (width 4)", config, 16, file.LoadAll("state."), [input]);
    }

    private static void Untrained()
    {
        using DisposeScope scope = NewDisposeScope();
        var config = new AttnGanConfig();
        using var textEncoder = new TextEncoder(config.TextEncoder, vocabularySize: 5450);
        using AttentionalGenerator generator = Initialization.Apply(
            new AttentionalGenerator(config.Generator, config.TextEncoder.Embedding, config.Compat));
        textEncoder.eval();
        var lengths = new Random(100);
        int[][][] captions =
        [
            .. Enumerable.Range(0, Batches).Select(_ => Enumerable.Range(0, BatchSize)
                .Select(_ => Enumerable.Range(0, lengths.Next(5, config.Data.MaxWords + 1)).Select(_ => lengths.Next(1, 5450)).ToArray())
                .ToArray()),
        ];
        Compare(
            "birds, untrained (width 32)", config.Generator, config.TextEncoder.Embedding, generator.state_dict(),
            [.. captions.Select(batch => Input(batch, textEncoder, config.Generator))]);
    }

    private static void Trained(string path, string data)
    {
        using DisposeScope scope = NewDisposeScope();
        var model = ModelFile.Open(path);
        var vocabulary = new Vocabulary(model.Vocabulary);
        using var textEncoder = new TextEncoder(model.Config.TextEncoder, vocabulary.Count);
        ModuleState.Load(textEncoder, model.LoadTextEncoder(), path);
        textEncoder.eval();
        CaptionEncoder encoder = model.Config.Data.CaptionEncoder(vocabulary);
        var dataset = CaptionedImageDataset.Open(data, model.Config.Data);
        int[][] captions =
            [.. dataset.Validation.Select(image => encoder.Encode(image.Captions[0]).Ids.ToArray()).Where(ids => ids.Length > 0)];
        new Random(100).Shuffle(captions);
        Compare(
            $"{model.Config.Name}, step {model.Card.Steps}",
            model.Config.Generator,
            model.Config.TextEncoder.Embedding,
            model.LoadGenerator(),
            [.. captions.Take(BatchSize * Batches).Chunk(BatchSize).Select(batch => Input(batch, textEncoder, model.Config.Generator))]);
    }

    private static GeneratorInput Input(int[][] captions, TextEncoder encoder, GeneratorConfig config)
    {
        int length = captions.Max(caption => caption.Length);
        long[] ids =
            [.. captions.SelectMany(caption => caption.Select(id => (long)id).Concat(Enumerable.Repeat(0L, length - caption.Length)))];
        TextFeatures text = encoder.forward(
            tensor(ids, [captions.Length, length]), tensor(captions.Select(caption => (long)caption.Length).ToArray()));
        return new GeneratorInput(text, randn(captions.Length, config.Noise), randn(captions.Length, config.Condition));
    }

    private static void Compare(
        string name,
        GeneratorConfig config,
        int embedding,
        IReadOnlyDictionary<string, Tensor> weights,
        IReadOnlyList<GeneratorInput> batches)
    {
        using IDisposable inference = inference_mode();
        using AttentionalGenerator correct = Load(misaligned: false), published = Load(misaligned: true);
        double[] padding = new double[config.Stages - 1];
        double[] lost = new double[config.Stages - 1];
        (double mean, double largest) = (0, 0);
        foreach (GeneratorInput input in batches)
        {
            GeneratorOutput expected = correct.forward(input), actual = published.forward(input);
            for (int stage = 0; stage < padding.Length; stage++)
            {
                Tensor own = input.Text.Padding.unsqueeze(2).unsqueeze(3).to_type(ScalarType.Float32);  // (B, T, 1, 1)
                (long b, long t, long h, long w) = (actual.Attention[stage].shape[0], actual.Attention[stage].shape[1],
                    actual.Attention[stage].shape[2], actual.Attention[stage].shape[3]);
                Tensor wrong = input.Text.Padding.repeat(h * w, 1).view(b, h * w, t).transpose(1, 2).reshape(b, t, h, w);
                padding[stage] += (actual.Attention[stage] * own).sum(1).mean().item<float>() / batches.Count;
                lost[stage] += expected.Attention[stage].masked_fill(wrong.logical_not(), 0).sum(1).mean().item<float>() / batches.Count;
            }

            Tensor change = (expected.Images[^1] - actual.Images[^1]).abs() * 127.5;
            mean += change.mean().item<float>() / batches.Count;
            largest = Math.Max(largest, change.max().item<float>());
        }

        string words = $"{batches.Min(Shortest)}-{batches.Max(input => input.Text.Words.shape[2])}";
        for (int stage = 0; stage < padding.Length; stage++)
        {
            string image = stage == padding.Length - 1 ? $"{mean,12:f1} {largest,12:f0}" : "";
            Console.WriteLine($"{(stage == 0 ? name : ""),-34} {stage + 2,5} {words,7} {padding[stage],15:p1} {lost[stage],18:p1}{image}");
        }

        AttentionalGenerator Load(bool misaligned)
        {
            var network = new AttentionalGenerator(config, embedding, new CompatibilityConfig { MisalignedAttentionMask = misaligned });
            ModuleState.Load(network, weights, name);
            network.eval();
            return network;
        }
    }

    private static long Shortest(GeneratorInput input) => input.Text.Padding.logical_not().sum(1).min().item<long>();
}
