using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Data.Shapes;
using AttnGan.Training.Encoders;
using AttnGan.Training.Formats;
using AttnGan.Training.Generator;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

[WithoutCollections]
public sealed class GanTrainerTests
{
    public static TheoryData<string> Variants => [.. TrainingOptions.Gan.Keys];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_option_trains_with_finite_losses_and_moves_every_network(string variant)
    {
        using var tiny = new TinyRun();
        AttnGanConfig config = TrainingOptions.Gan[variant](TinyRun.Config);
        Assert.Empty(ConfigValidator.Problems(config));
        using GanTrainer trainer = tiny.Gan(config);
        CaptionedBatch batch = TinyRun.FirstBatch(trainer);
        SortedDictionary<string, byte[]> before = StateOf(trainer);

        IReadOnlyList<Measure> first = trainer.Step(batch, 0);
        IReadOnlyList<Measure> second = trainer.Step(batch, 1);

        Assert.All(first.Concat(second), measure => Assert.True(double.IsFinite(measure.Value), measure.Name));
        Assert.Equal(ExpectedLosses(config), first.Select(measure => measure.Name));
        SortedDictionary<string, byte[]> after = StateOf(trainer);
        string[] trained = [.. before.Keys.Where(name => !name.StartsWith("text_encoder.", StringComparison.Ordinal) &&
            !name.StartsWith("image_encoder.", StringComparison.Ordinal))];
        string[] unchanged = [.. before.Keys.Where(name => before[name].SequenceEqual(after[name]))];
        Assert.DoesNotContain(
            trained.Intersect(unchanged),
            name => name.EndsWith(".weight", StringComparison.Ordinal) && name != "noise_encoder.norm.weight"); // which is always 1
        Assert.Empty(before.Keys.Except(trained).Except(unchanged)); // the encoders are frozen
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_option_generates_images_of_the_configured_sizes(string variant)
    {
        using DisposeScope scope = NewDisposeScope();
        AttnGanConfig config = TrainingOptions.Gan[variant](TinyRun.Config);
        using var network = new AttentionalGenerator(config.Generator, 16, config.Compat);
        Tensor padding = zeros(3, 5, dtype: ScalarType.Bool);

        GeneratorOutput output = network.forward(new(new TextFeatures(randn(3, 16, 5), randn(3, 16), padding), randn(3, 6), randn(3, 8)));

        Assert.Equal(config.Generator.ImageSizes.Select(size => $"3,3,{size},{size}"), output.Images.Select(Shape));
        Assert.Equal(config.Generator.StageSizes.SkipLast(1).Select(size => $"3,5,{size},{size}"), output.Attention.Select(Shape));
        Assert.All(output.Images, image => Assert.InRange(image.abs().max().item<float>(), 0, 1));
    }

    [Fact]
    public void The_R1_penalty_applies_at_its_interval_only()
    {
        using var tiny = new TinyRun();
        AttnGanConfig plain = TinyRun.Config;
        AttnGanConfig penalized = plain with { Gan = plain.Gan with { R1Weight = 10, R1Interval = 4 } };

        Assert.True(Losses(tiny, penalized, step: 4)["r1_16"] > 0);
        Assert.Equal(Losses(tiny, plain, step: 4)["d16"], Losses(tiny, penalized, step: 4)["d16"]);
        Assert.Equal(Losses(tiny, plain, step: 5), Losses(tiny, penalized, step: 5));
    }

    [Fact]
    public void Of_several_samples_of_noise_the_nearest_one_is_trained()
    {
        using var tiny = new TinyRun();
        AttnGanConfig one = TinyRun.Config with { Gan = TinyRun.Config.Gan with { ReconstructionWeight = 1 } };
        AttnGanConfig many = one with { Gan = one.Gan with { NoiseCandidates = 20 } };

        double[] distances = [.. new[] { one, many }.Select(config => Losses(tiny, config, step: 0)[$"l1_{config.Generator.BaseSize}"])];

        Assert.True(distances[1] < distances[0], $"{distances[1]} of 20 samples, {distances[0]} of one");
    }

    [Fact]
    public void Foil_captions_change_the_loss_of_the_discriminators_or_of_the_DAMSM_alone()
    {
        using var tiny = new TinyRun();
        AttnGanConfig plain = TinyRun.Config;
        Dictionary<string, double> without = Losses(tiny, plain, step: 4);
        Dictionary<string, double> discriminators = Losses(tiny, plain with { Gan = plain.Gan with { FoilCaptions = true } }, step: 4);
        Dictionary<string, double> damsm = Losses(tiny, plain with { Damsm = plain.Damsm with { FoilCaptions = true } }, step: 4);

        Assert.NotEqual(without["d16"], discriminators["d16"]);
        Assert.Equal(without["d16"], damsm["d16"]);
        Assert.Equal(without["g16"], damsm["g16"]);
        Assert.True(damsm["words"] > without["words"] && damsm["sentence"] > without["sentence"]);
    }

    [Fact]
    public void Nats_of_inferred_noise_cost_their_weight_for_each_stage()
    {
        using var tiny = new TinyRun();
        AttnGanConfig cheap = TinyRun.Config with
        {
            Gan = TinyRun.Config.Gan with { FeatureMatchingWeight = 1, NoiseInferenceWeight = 100 },
        };

        Dictionary<string, double> first = Losses(tiny, cheap, step: 0);
        Dictionary<string, double> dear = Losses(tiny, cheap with { Gan = cheap.Gan with { NoiseInferenceWeight = 300 } }, step: 0);

        Assert.True(first["noise_kl"] > 0);
        Assert.Equal(first["noise_kl"], dear["noise_kl"]);
        Assert.Equal(200 * first["noise_kl"] * cheap.Generator.ImageSizes.Count, dear["g_total"] - first["g_total"], 1e-2);
    }

    /// <summary>Adam's first step changes a weight by the learning rate, whatever the gradient.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 0.125)]
    public void Learning_rates_decay_by_epoch(int epoch, double share)
    {
        using var tiny = new TinyRun();
        AttnGanConfig config = TinyRun.Config with
        {
            Gan = TinyRun.Config.Gan with { GeneratorLearningRate = 1e-3, DiscriminatorLearningRate = 4e-3, LearningRateDecay = 0.5 },
        };
        using GanTrainer trainer = tiny.Gan(config);
        Restart(trainer, epoch);

        IReadOnlyDictionary<string, double> moved = Movement.OfOneStep(trainer);

        Assert.Equal(1e-3 * share, moved["generator.img_net1.img.0.weight"], 1e-3 * share * 0.02);
        Assert.Equal(4e-3 * share, moved["discriminator16.img_code_s4.0.weight"], 4e-3 * share * 0.02);
    }

    [Fact]
    public void Learning_rates_change_at_the_end_of_an_epoch()
    {
        using var tiny = new TinyRun();
        AttnGanConfig config = TinyRun.Config with { Gan = TinyRun.Config.Gan with { LearningRateDecay = 0.1 } };
        using GanTrainer trainer = tiny.Gan(config);
        trainer.EndEpoch(0);

        Assert.Equal(2e-5, Movement.OfOneStep(trainer)["generator.img_net1.img.0.weight"], 1e-6);
    }

    [Fact]
    public void Validation_names_its_metrics_and_is_deterministic()
    {
        using var tiny = new TinyRun();
        using GanTrainer trainer = tiny.Gan();

        ValidationResult first = trainer.Evaluate(CancellationToken.None);
        ValidationResult second = trainer.Evaluate(CancellationToken.None);

        Assert.Equal(
            ["generated_image_to_text_r1", "r_precision", "fd", "quality"],
            first.Measures.Select(measure => measure.Name));
        Assert.All(first.Measures.Take(2), measure => Assert.InRange(measure.Value, 0, 1));
        Assert.InRange(first.Measures[2].Value, 1e-12, double.MaxValue);
        Assert.Equal(first.Measures, second.Measures);
        Assert.Equal(first.Quality, second.Quality);
    }

    [Fact]
    public void A_text_encoder_of_the_generators_own_begins_as_that_of_the_DAMSM_and_has_its_own_learning_rate()
    {
        using var tiny = new TinyRun();
        AttnGanConfig config = TinyRun.Config with { Gan = TinyRun.Config.Gan with { TextEncoderLearningRate = 1e-3 } };
        using GanTrainer trainer = tiny.Gan(config);
        SortedDictionary<string, byte[]> state = StateOf(trainer);
        string[] names = [.. state.Keys.Where(name => name.StartsWith("text_encoder.", StringComparison.Ordinal))];

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Equal(state[name], state[$"generator_{name}"]));
        Assert.All(names, name => Assert.Equal(state[name], state[$"averaged_generator_{name}"]));
        Assert.Equal(1e-3, Movement.OfOneStep(trainer)["generator_text_encoder.rnn.weight_ih_l0"], 2e-5);
    }

    [Fact]
    public void Pretraining_brings_the_generator_close_to_real_images_and_leaves_discriminators_alone()
    {
        using var tiny = new TinyRun();
        using GanTrainer trainer = tiny.Gan(PretrainingConfig);
        CaptionedBatch batch = TinyRun.FirstBatch(trainer);
        SortedDictionary<string, byte[]> before = StateOf(trainer);

        IReadOnlyList<Measure> first = trainer.Step(batch, 0);
        IReadOnlyList<Measure> last = Enumerable.Range(1, 30).Select(step => trainer.Step(batch, step)).ToList()[^1];
        SortedDictionary<string, byte[]> after = StateOf(trainer);
        trainer.EndEpoch(0);

        Assert.Equal(["l1_16", "l1_32", "kl"], first.Select(loss => loss.Name));
        Assert.All(first.Zip(last).Take(2), pair => Assert.InRange(pair.Second.Value, 0, 0.7 * pair.First.Value));
        Assert.All(
            before.Keys.Where(name => name.StartsWith("discriminator", StringComparison.Ordinal)),
            name => Assert.Equal(before[name], after[name]));
        Assert.Contains("d32", trainer.Step(batch, 31).Select(loss => loss.Name));
    }

    /// <summary>All discs have one caption: their color is known from the style alone.</summary>
    [Fact]
    public void The_generator_is_told_the_style_of_each_image()
    {
        string[] colors = [.. TinyRun.Colors.Select(color => color.Name)];
        using var tiny = new TinyRun(words: "a disc", styles: colors);

        double plain = PretrainedDistance(tiny, PretrainingConfig);
        double styled = PretrainedDistance(
            tiny, PretrainingConfig with { Generator = PretrainingConfig.Generator with { Styles = colors } });

        Assert.InRange(styled / plain, 0, 0.75);
    }

    /// <summary>All discs have one caption: their color is known from the real image alone.</summary>
    [Fact]
    public void Inferred_noise_tells_the_generator_what_captions_leave_open()
    {
        using var tiny = new TinyRun(words: "a disc");

        GanConfig gan = PretrainingConfig.Gan with { BatchSize = 12 };

        double random = PretrainedDistance(tiny, PretrainingConfig with { Gan = gan });
        double inferred = PretrainedDistance(tiny, PretrainingConfig with { Gan = gan with { NoiseInferenceWeight = 1e-4 } });

        Assert.InRange(inferred / random, 0, 0.75);
    }

    [Fact]
    public void Images_without_one_of_the_generators_styles_are_refused_before_training()
    {
        using var plain = new TinyRun();
        using var styled = new TinyRun(styles: ["flat", "shaded"]);
        AttnGanConfig config = TinyRun.Config with { Generator = TinyRun.Config.Generator with { Styles = ["flat"] } };

        string none = Assert.Throws<AttnGanException>(() => plain.Gan(config)).Message;
        string other = Assert.Throws<AttnGanException>(() => styled.Gan(config)).Message;

        Assert.Contains("has no style. The dataset has no styles: add `style` to the lines", none, StringComparison.Ordinal);
        Assert.Contains("has the style 'shaded'. The styles of the dataset are [flat, shaded]", other, StringComparison.Ordinal);
    }

    [Fact]
    public void A_growing_GAN_trains_and_shows_its_first_stages_only()
    {
        using var tiny = new TinyRun();
        AttnGanConfig config = TinyRun.Config with { Gan = TinyRun.Config.Gan with { GrowEpochs = [1], Epochs = 2 } };
        using GanTrainer trainer = tiny.Gan(config);
        CaptionedBatch batch = TinyRun.FirstBatch(trainer);
        SortedDictionary<string, byte[]> before = StateOf(trainer);

        Assert.Equal(["d16", "g16", "kl", "g_total"], trainer.Step(batch, 0).Select(loss => loss.Name));
        SortedDictionary<string, byte[]> first = StateOf(trainer);
        ValidationResult growing = trainer.Evaluate(CancellationToken.None);
        trainer.EndEpoch(0);
        Assert.Equal(
            ["d16", "d32", "g16", "g32", "words", "sentence", "kl", "g_total"], trainer.Step(batch, 1).Select(loss => loss.Name));
        SortedDictionary<string, byte[]> second = StateOf(trainer);

        string[] later =
        [
            .. before.Keys.Where(name => name.StartsWith("generator.h_net2.", StringComparison.Ordinal) ||
                name.StartsWith("generator.img_net2.", StringComparison.Ordinal) ||
                name.StartsWith("discriminator32.", StringComparison.Ordinal)),
        ];
        Assert.All(later, name => Assert.Equal(before[name], first[name]));
        Assert.All(
            later.Where(name => name.EndsWith(".weight", StringComparison.Ordinal)), name => Assert.NotEqual(first[name], second[name]));
        Assert.Null(growing.Quality); // small images do not compete for the best checkpoint
        Assert.NotNull(trainer.Evaluate(CancellationToken.None).Quality);
    }

    [Fact]
    public void Recognition_selects_the_best_checkpoint_where_images_name_things()
    {
        using var tiny = new TinyRun(things: true);
        using GanTrainer trainer = tiny.Gan();
        using GanTrainer other = tiny.Gan(With(QualityKind.RPrecision));

        ValidationResult first = trainer.Evaluate(CancellationToken.None);
        ValidationResult second = trainer.Evaluate(CancellationToken.None);

        Assert.Equal(
            [
                "generated_image_to_text_r1", "r_precision", "fd", "recognition", "recognition_r10", "resnet18_fd", "quality",
            ],
            first.Measures.Select(measure => measure.Name));
        Assert.Equal(first.Measures, second.Measures);
        Assert.InRange(first.Quality!.Value, -1, 1);
        Assert.NotEqual(first.Quality, other.Evaluate(CancellationToken.None).Quality);
        Assert.DoesNotContain("recognition", other.Evaluate(CancellationToken.None).Measures.Select(measure => measure.Name));
        Assert.Contains("recognition", trainer.QualityBasis);
        Assert.DoesNotContain("recognition", other.QualityBasis);
    }

    [Fact]
    public void Recognition_without_things_is_refused()
    {
        using var tiny = new TinyRun();

        string message = Assert.Throws<AttnGanException>(() => tiny.Gan(With(QualityKind.Recognition))).Message;

        Assert.Contains("`logging.quality` is recognition, but the validation images name fewer than 2 things", message);
    }

    [Fact]
    public void Shapes_select_the_best_checkpoint_where_captions_describe_them()
    {
        using var tiny = new TinyRun();
        ShapeDataset.Make(tiny.Folder("shapes"), 40, 32, seed: 1, progress: null, CancellationToken.None);
        var dataset = CaptionedImageDataset.Open(tiny.Folder("shapes"), TinyRun.Config.Data);
        Vocabulary vocabulary = dataset.BuildVocabulary(TinyRun.Config.Data);
        AttnGanConfig config = TinyRun.Config with { Data = TinyRun.Config.Data with { MaxWords = 20 } };
        using var damsm = new DamsmTrainer(config, dataset, vocabulary, CPU);
        using (NewDisposeScope())
        {
            var state = new CheckpointState { Step = 0, Epoch = 0, Batch = 0, Config = config, Vocabulary = vocabulary.Words };
            Checkpoint.Write(tiny.Folder("damsm.safetensors"), TrainingKind.Damsm, state, damsm.State());
        }

        using var trainer = new GanTrainer(config, dataset, vocabulary, Checkpoint.Open(tiny.Folder("damsm.safetensors")), CPU);

        ValidationResult first = trainer.Evaluate(CancellationToken.None);
        ValidationResult second = trainer.Evaluate(CancellationToken.None);

        Assert.Equal(first.Measures, second.Measures);
        Assert.Equal(first.Quality, Assert.Single(first.Measures, measure => measure.Name == "shapes_accuracy").Value);
        Assert.Contains("accuracy of shapes", trainer.QualityBasis);
        Assert.Contains(
            "describe no scenes of shapes", Assert.Throws<AttnGanException>(() => tiny.Gan(With(QualityKind.Shapes))).Message);

        // Shapes cannot be told apart at 16 pixels.
        AttnGanConfig small = config with { Generator = config.Generator with { Stages = 1 } };
        using var other = new GanTrainer(small, dataset, vocabulary, Checkpoint.Open(tiny.Folder("damsm.safetensors")), CPU);
        Assert.DoesNotContain("accuracy of shapes", other.QualityBasis);
        Assert.NotNull(other.Evaluate(CancellationToken.None).Quality);
    }

    private static AttnGanConfig With(QualityKind quality) =>
        TinyRun.Config with { Logging = TinyRun.Config.Logging with { Quality = quality } };

    [Fact]
    public void Samples_use_training_captions_if_no_validation_caption_is_known()
    {
        using var tiny = new TinyRun(images: 9, validation: false);
        string metadata = Path.Combine(tiny.Data, "metadata.jsonl");
        string[] lines = File.ReadAllLines(metadata);
        lines[^1] = """{"file_name": "08.png", "captions": ["zorgle"]}""";
        File.WriteAllLines(metadata, lines);
        File.WriteAllText(Path.Combine(tiny.Data, "validation.txt"), "08.png\n");
        var dataset = CaptionedImageDataset.Open(tiny.Data, TinyRun.Config.Data);
        Assert.Single(dataset.Validation);
        using var trainer = new GanTrainer(TinyRun.Config, dataset, tiny.Vocabulary, tiny.DamsmCheckpoint(), CPU);
        Directory.CreateDirectory(tiny.Folder("samples"));

        trainer.WriteSamples(tiny.Folder("samples"), 1);

        Assert.NotEmpty(Directory.GetFiles(tiny.Folder("samples"), "*-grid.png"));
    }

    [Fact]
    public void A_state_of_another_configuration_is_refused_with_the_differing_names()
    {
        using DisposeScope scope = NewDisposeScope();
        using var tiny = new TinyRun();
        using GanTrainer trainer = tiny.Gan();
        AttnGanConfig wider = TinyRun.Config with { Generator = TinyRun.Config.Generator with { Width = 8 } };
        using GanTrainer other = tiny.Gan(wider);

        CheckpointException refusal = Assert.Throws<CheckpointException>(() => trainer.Restore(other.State(), "other.safetensors", 0));

        Assert.Contains("other.safetensors", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("img_net1.img.0.weight", refusal.Message, StringComparison.Ordinal);
    }

    private static void Restart(GanTrainer trainer, int epoch)
    {
        using DisposeScope scope = NewDisposeScope();
        var copy = trainer.State().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        trainer.Restore(copy, "copy", epoch);
    }

    private static Dictionary<string, double> Losses(TinyRun tiny, AttnGanConfig config, long step)
    {
        using GanTrainer trainer = tiny.Gan(config);
        return trainer.Step(TinyRun.FirstBatch(trainer), step).ToDictionary(loss => loss.Name, loss => loss.Value);
    }

    private static AttnGanConfig PretrainingConfig =>
        TinyRun.Config with { Gan = TinyRun.Config.Gan with { PretrainEpochs = 1, GeneratorLearningRate = 5e-3 } };

    /// <summary>Returns the distance to real images of the first stage after 200 steps of pretraining.</summary>
    private static double PretrainedDistance(TinyRun tiny, AttnGanConfig config)
    {
        using GanTrainer trainer = tiny.Gan(config);
        CaptionedBatch[] batches = [.. trainer.Batches.Epoch(0)];
        Measure[] distances = [.. Enumerable.Range(0, 200).Select(step => trainer.Step(batches[step % batches.Length], step)[0])];
        return distances.TakeLast(20).Average(distance => distance.Value);
    }

    private static IEnumerable<string> ExpectedLosses(AttnGanConfig config)
    {
        IReadOnlyList<int> sizes = config.Generator.ImageSizes;
        string[] damsm = config.Gan.DamsmWeight > 0 ? ["words", "sentence"] : [];
        IEnumerable<string> discriminators = sizes.SelectMany(
            size => new[] { $"d{size}", config.Gan.R1Weight > 0 ? $"r1_{size}" : "", config.Gan.R2Weight > 0 ? $"r2_{size}" : "" })
            .Where(name => name.Length > 0);
        IEnumerable<string> distances = sizes.Where(_ => config.Gan.ReconstructionWeight > 0).Select(size => $"l1_{size}");
        string[] encoder = config.Gan.DamsmMatchingWeight > 0 ? ["damsm_match"]
            : config.Gan.ResnetMatchingWeight > 0 ? ["resnet_match"]
            : [];
        IEnumerable<string> matching = sizes.Where(_ => config.Gan.FeatureMatchingWeight > 0).Select(size => $"match{size}");
        string[] noise = config.Gan.NoiseInferenceWeight > 0 ? ["noise_kl"] : [];
        string[] seeking = config.Gan.ModeSeekingWeight > 0 ? ["mode_seeking"] : [];
        IEnumerable<string> generators = sizes.Select(size => $"g{size}");
        return [.. discriminators, .. generators, .. distances, .. encoder, .. matching, .. noise, .. seeking, .. damsm, "kl", "g_total"];
    }

    private static SortedDictionary<string, byte[]> StateOf(GanTrainer trainer)
    {
        using DisposeScope scope = NewDisposeScope();
        return TinyRun.Bytes(trainer.State().Where(entry => !entry.Key.StartsWith("optimizer.", StringComparison.Ordinal)).ToDictionary());
    }

    private static string Shape(Tensor tensor) => string.Join(',', tensor.shape);
}
