using AttnGan.Generation;
using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Encoders;
using AttnGan.Training.Formats;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using AttnGan.Training.Losses;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

/// <summary>A training loop of one's own, as in <c>samples/TrainFromCode</c>, which sees the public API alone.</summary>
[WithoutCollections]
public sealed class OwnTrainerTests
{
    private static readonly AttnGanConfig s_config = TinyRun.Config;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The losses that a generator can minimize.</summary>
    public static TheoryData<string> GeneratorLosses =>
        ["adversarial", "DAMSM", "KL", "feature matching", "reconstruction", "encoder matching"];

    [Fact]
    public void Networks_losses_and_what_a_loop_needs_of_them_are_public()
    {
        string[] folders =
        [
            "Torch", "Distributed", "Onnx", "Layers", "Checkpoints", "Encoders", "Discriminators", "Generator", "Losses", "Optimizers",
            "Export",
        ];

        string[] found =
        [
            .. typeof(ModelTraining).Assembly.GetExportedTypes()
                .Where(type => folders.Contains(type.Namespace!.Split('.')[^1]))
                .Select(type => type.FullName!["AttnGan.Training.".Length..])
                .Order(StringComparer.Ordinal),
        ];

        Assert.Equal(
            [
                "Discriminators.Discriminator",
                "Encoders.BatchTensors",
                "Encoders.ImageEncoder",
                "Encoders.ImageFeatures",
                "Encoders.TextEncoder",
                "Encoders.TextFeatures",
                "Generator.AttentionalGenerator",
                "Generator.GeneratorInput",
                "Generator.GeneratorOutput",
                "Layers.Initialization",
                "Losses.AdversarialLoss",
                "Losses.DamsmLoss",
                "Losses.DamsmTerms",
                "Losses.EncoderMatchingLoss",
                "Losses.FeatureMatchingLoss",
                "Losses.KlLoss",
                "Losses.ReconstructionLoss",
                "Torch.CollectionPause",
                "Torch.ComputeDevice",
                "Torch.DeviceChoice",
            ],
            found);
    }

    [Fact]
    public void An_own_loop_has_the_losses_of_the_trainer()
    {
        const int Steps = 3;
        using var tiny = new TinyRun();
        Checkpoint checkpoint = tiny.DamsmCheckpoint();
        using var trainer = new GanTrainer(s_config, tiny.Dataset, tiny.Vocabulary, checkpoint, CPU);
        IReadOnlyList<Measure>[] expected =
            [.. trainer.Batches.Epoch(0, cancellation: Cancellation).Take(Steps).Select((batch, step) => trainer.Step(batch, step))];

        using var damsm = TrainedDamsm.Load(checkpoint.Path, CPU);
        using var own = new OwnNetworks(s_config);
        var options = BatchLoaderOptions.For(s_config.Data, s_config.Gan.BatchSize, s_config.Generator.ImageSizes, s_config.Seed);
        var batches = new BatchLoader(tiny.Dataset.Train, s_config.Data.CaptionEncoder(damsm.Vocabulary), options);
        Dictionary<string, double>[] losses =
            [.. batches.Epoch(0, cancellation: Cancellation).Take(Steps).Select((batch, step) => own.Step(damsm, batch, step))];

        Assert.Equal(Steps, expected.Length);
        for (int step = 0; step < Steps; step++)
        {
            Assert.Equal(expected[step].Select(loss => loss.Name).Order(), losses[step].Keys.Order());
            Assert.All(expected[step], loss => Assert.Equal(loss.Value, losses[step][loss.Name], 1e-4 * Math.Max(1, loss.Value)));
        }
    }

    [Theory]
    [MemberData(nameof(GeneratorLosses))]
    public void A_step_of_the_generator_reduces_its_loss(string name)
    {
        using var tiny = new TinyRun();
        using var damsm = TrainedDamsm.Load(tiny.DamsmCheckpoint().Path, CPU);
        using var own = new OwnNetworks(s_config);
        using DisposeScope scope = NewDisposeScope();
        var real = new BatchTensors(Batch(tiny), CPU);
        TextFeatures text = damsm.TextEncoder.forward(real.Captions, real.Lengths);
        var input = GeneratorInput.WithNoise(text, s_config.Generator);

        Tensor before = Loss();
        OwnNetworks.Update(own.Generator, before, 1e-3);
        double after = Loss().item<float>();

        Assert.True(double.IsFinite(after) && after < before.item<float>(), $"{before.item<float>()} became {after}");

        Tensor Loss()
        {
            GeneratorOutput fake = own.Generator.forward(input);
            (Discriminator discriminator, Tensor image, Tensor target) = (own.Discriminators[^1], fake.Images[^1], real.Images[^1]);
            return name switch
            {
                "adversarial" => new AdversarialLoss(AdversarialLossKind.Bce).ForGenerator(discriminator, image, text.Sentence),
                "DAMSM" => DamsmOf(new DamsmLoss(s_config.Damsm).Compute(damsm.ImageEncoder.forward(image), text, real.Classes)),
                "KL" => KlLoss.Compute(fake.Mu, fake.LogVariance),
                "feature matching" => new FeatureMatchingLoss(FeatureDistance.Absolute).Compute(discriminator, image, target),
                "reconstruction" => ReconstructionLoss.Compute(image, target),
                _ => EncoderMatchingLoss.Compute(damsm.ImageEncoder, image, target),
            };
        }
    }

    [Theory]
    [InlineData(AdversarialLossKind.Bce, 0)]
    [InlineData(AdversarialLossKind.Hinge, 0)]
    [InlineData(AdversarialLossKind.Bce, 1)]
    public void A_step_of_a_discriminator_reduces_its_loss(AdversarialLossKind kind, double r1)
    {
        using var tiny = new TinyRun();
        using var damsm = TrainedDamsm.Load(tiny.DamsmCheckpoint().Path, CPU);
        using var own = new OwnNetworks(s_config);
        using DisposeScope scope = NewDisposeScope();
        var real = new BatchTensors(Batch(tiny), CPU);
        TextFeatures text = damsm.TextEncoder.forward(real.Captions, real.Lengths);
        Tensor fake = own.Generator.forward(GeneratorInput.WithNoise(text, s_config.Generator)).Images[0].detach();
        Discriminator discriminator = own.Discriminators[0];
        var adversarial = new AdversarialLoss(kind);

        Tensor before = Loss();
        OwnNetworks.Update(discriminator, before, 1e-3);

        Assert.InRange(Loss().item<float>(), 0, before.item<float>() - 1e-3);

        Tensor Loss() => adversarial.ForDiscriminator(discriminator, real.Images[0], fake, text.Sentence) +
            AdversarialLoss.GradientPenalty(discriminator, real.Images[0], text.Sentence) * r1;
    }

    [Fact]
    public void Own_networks_are_exported_as_they_are()
    {
        using var tiny = new TinyRun();
        using var damsm = TrainedDamsm.Load(tiny.DamsmCheckpoint().Path, CPU);
        using var own = new OwnNetworks(s_config);
        string package = tiny.Folder("own.onnx");

        ModelTraining.Export(
            package, s_config, damsm.Vocabulary, damsm.TextEncoder, own.Generator, new ModelCard { License = "MIT", Steps = 3 });

        Assert.True(own.Generator.training);
        using var pipeline = TextToImagePipeline.Load(package);
        Assert.Equal(("tiny", "MIT", 3), (pipeline.Card.Name, pipeline.Card.License, pipeline.Card.Steps));
        Assert.Equal(32, pipeline.Generate("a red disc", cancellation: Cancellation).Image.Width);
    }

    [Fact]
    public void Networks_of_another_configuration_are_not_exported()
    {
        using var tiny = new TinyRun();
        using var damsm = TrainedDamsm.Load(tiny.DamsmCheckpoint().Path, CPU);
        using var own = new OwnNetworks(s_config);
        AttnGanConfig wider = s_config with { Generator = s_config.Generator with { Width = 8 } };
        var words = new Vocabulary([Vocabulary.End, "red"]);
        string package = tiny.Folder("own.onnx");

        Assert.Contains("do not fit AttentionalGenerator", Error(wider, damsm.Vocabulary), StringComparison.Ordinal);
        Assert.Contains("do not fit TextEncoder", Error(s_config, words), StringComparison.Ordinal);
        Assert.False(File.Exists(package));

        string Error(AttnGanConfig config, Vocabulary vocabulary) => Assert.ThrowsAny<AttnGanException>(
            () => ModelTraining.Export(package, config, vocabulary, damsm.TextEncoder, own.Generator)).Message;
    }

    [Fact]
    public void A_trained_DAMSM_is_that_of_the_run_and_frozen()
    {
        using var tiny = new TinyRun();
        Checkpoint checkpoint = tiny.DamsmCheckpoint();

        using var damsm = TrainedDamsm.Load(checkpoint.Path, CPU);

        Assert.Equal(s_config, damsm.Config);
        Assert.Equal(tiny.Vocabulary.Words, damsm.Vocabulary.Words);
        Assert.False(damsm.TextEncoder.training || damsm.ImageEncoder.training);
        Assert.All(
            damsm.TextEncoder.parameters().Concat(damsm.ImageEncoder.parameters()), parameter => Assert.False(parameter.requires_grad));
        using TensorDictionary expected = checkpoint.LoadTensors("text_encoder.");
        SortedDictionary<string, byte[]> loaded = TinyRun.Bytes(ModuleState.Collect(damsm.TextEncoder));
        Assert.Equal(TinyRun.Bytes(expected), loaded);
    }

    [Fact]
    public void A_run_without_a_DAMSM_is_named()
    {
        using var tiny = new TinyRun();
        string run = tiny.Folder("empty");
        Directory.CreateDirectory(run);

        string message = Assert.ThrowsAny<AttnGanException>(() => TrainedDamsm.Load(run, CPU)).Message;

        Assert.Equal($"The folder `{run}` has no trained DAMSM. Give the folder of a run that has one, or a checkpoint.", message);
    }

    [Fact]
    public void Impossible_arguments_are_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (int size in (int[])[8, 48, 1024])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new Discriminator(size, s_config.Discriminator, 16));
        }

        using var discriminator = new Discriminator(16, s_config.Discriminator, 16);
        Tensor image = zeros(1, 3, 16, 16);
        Assert.Throws<ArgumentException>(
            () => new AdversarialLoss(AdversarialLossKind.Bce).ForDiscriminator(discriminator, image, image, zeros(1, 16)));
    }

    private static CaptionedBatch Batch(TinyRun tiny)
    {
        var options = BatchLoaderOptions.For(s_config.Data, s_config.Gan.BatchSize, s_config.Generator.ImageSizes, s_config.Seed);
        return new BatchLoader(tiny.Dataset.Train, s_config.Data.CaptionEncoder(tiny.Vocabulary), options).Epoch(0).First();
    }

    private static Tensor DamsmOf(DamsmTerms terms) => terms.Words + terms.Sentence;

    /// <summary>Networks with the seed of a run, and a step as the paper describes it.</summary>
    private sealed class OwnNetworks : IDisposable
    {
        private readonly AttnGanConfig _config;
        private readonly optim.Optimizer _generatorAdam;
        private readonly optim.Optimizer[] _adams;

        public OwnNetworks(AttnGanConfig config)
        {
            _config = config;
            Seeds.Begin(config.Seed, SeedPurpose.GanWeights);
            Generator = Initialization.Apply(new AttentionalGenerator(config.Generator, config.TextEncoder.Embedding));

            // The trainer has a moving average, which takes random numbers too.
            new AttentionalGenerator(config.Generator, config.TextEncoder.Embedding).Dispose();
            Discriminators =
            [
                .. config.Generator.ImageSizes.Select(
                    size => Initialization.Apply(new Discriminator(size, config.Discriminator, config.TextEncoder.Embedding))),
            ];
            _generatorAdam = Adam(Generator, config.Gan.GeneratorLearningRate);
            _adams = [.. Discriminators.Select(network => Adam(network, config.Gan.DiscriminatorLearningRate))];
        }

        public AttentionalGenerator Generator { get; }

        public IReadOnlyList<Discriminator> Discriminators { get; }

        public Dictionary<string, double> Step(TrainedDamsm damsm, CaptionedBatch batch, int step)
        {
            using DisposeScope scope = NewDisposeScope();
            Seeds.Begin(_config.Seed, SeedPurpose.GanStep, step);
            var adversarial = new AdversarialLoss(_config.Gan.Loss);
            Dictionary<string, double> losses = [];
            var real = new BatchTensors(batch, CPU);
            TextFeatures text = damsm.TextEncoder.forward(real.Captions, real.Lengths);
            GeneratorOutput fake = Generator.forward(GeneratorInput.WithNoise(text, _config.Generator));
            for (int i = 0; i < Discriminators.Count; i++)
            {
                Tensor loss = adversarial.ForDiscriminator(Discriminators[i], real.Images[i], fake.Images[i].detach(), text.Sentence);
                Update(_adams[i], Read($"d{Discriminators[i].ImageSize}", loss));
            }

            Tensor total = Read("kl", KlLoss.Compute(fake.Mu, fake.LogVariance)) * _config.Gan.KlWeight;
            for (int i = 0; i < Discriminators.Count; i++)
            {
                Tensor loss = adversarial.ForGenerator(Discriminators[i], fake.Images[i], text.Sentence);
                total = total + Read($"g{Discriminators[i].ImageSize}", loss);
            }

            DamsmTerms terms = new DamsmLoss(_config.Damsm).Compute(damsm.ImageEncoder.forward(fake.Images[^1]), text, real.Classes);
            total = total + (Read("words", terms.Words) + Read("sentence", terms.Sentence)) * _config.Gan.DamsmWeight;
            Update(_generatorAdam, Read("g_total", total));
            return losses;

            Tensor Read(string name, Tensor loss)
            {
                losses[name] = loss.item<float>();
                return loss;
            }
        }

        /// <summary>Makes one step of plain gradient descent.</summary>
        public static void Update(nn.Module network, Tensor loss, double learningRate)
        {
            using optim.Optimizer optimizer = optim.SGD(network.parameters(), learningRate);
            Update(optimizer, loss);
        }

        public void Dispose()
        {
            _generatorAdam.Dispose();
            Generator.Dispose();
            Array.ForEach(_adams, adam => adam.Dispose());
            foreach (Discriminator network in Discriminators)
            {
                network.Dispose();
            }
        }

        private TorchSharp.Modules.Adam Adam(nn.Module network, double learningRate) =>
            optim.Adam(network.parameters(), learningRate, _config.Gan.Beta1, _config.Gan.Beta2);

        private static void Update(optim.Optimizer optimizer, Tensor loss)
        {
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
