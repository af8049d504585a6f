using AttnGan.Training.Configuration;

namespace AttnGan.Training.Trainers;

/// <summary>
/// A configuration that is chosen for a dataset and a machine, where none is given. It is meant as a good start; every value can be set.
/// </summary>
/// <param name="Config">The configuration.</param>
/// <param name="Reasons">What was chosen and why, a line each.</param>
internal sealed record ConfigChoice(AttnGanConfig Config, IReadOnlyList<string> Reasons)
{
    /// <summary>Share of captions with left or right from which images are not flipped.</summary>
    private const double ManySides = 0.01;

    /// <summary>Images that a training on a CPU sees; a GPU shows twenty times as many in the same time.</summary>
    private const int CpuImages = 200_000;

    public static ConfigChoice For(DataFacts data, MachineFacts machine)
    {
        var reasons = new List<string>();
        var config = new AttnGanConfig
        {
            Name = string.IsNullOrWhiteSpace(data.Name) ? "attngan" : data.Name,
            Data = ChooseData(data, reasons),
            ImageEncoder = ChooseTrunk(data, reasons),
            TextEncoder = ChooseText(data),
            Generator = ChooseGenerator(data, machine, reasons),
        };
        config = config with
        {
            Damsm = ChooseDamsm(config, data, machine, reasons),
            Discriminator = new() { Width = config.Generator.Width, SpectralNorm = true },
            Gan = ChooseGan(config, data, machine, reasons),
        };
        return new ConfigChoice(config, reasons);
    }

    private static DataConfig ChooseData(DataFacts data, List<string> reasons)
    {
        bool flip = data.Sides < ManySides * data.Captions;
        reasons.Add(
            $"data: {data.Images} images of about {data.Side} pixels, {data.Captions} captions of up to {data.Words} words " +
            $"({data.Vocabulary} different ones), {(data.Classes > 0 ? $"{data.Classes} classes" : "no classes")}");
        reasons.Add(
            $"flips {(flip ? "on" : "off")}: {data.Sides} of {data.Captions} captions name left or right; random crops " +
            $"{(data.HasPlainBackground ? "off: objects on a plain background would be cut" : "on")}");
        return new DataConfig
        {
            MaxWords = Math.Clamp(data.Words, 4, 40),
            Flip = flip,
            CropScale = data.HasPlainBackground ? 1 : 76.0 / 64.0,
        };
    }

    private static ImageEncoderConfig ChooseTrunk(DataFacts data, List<string> reasons)
    {
        if (data.Side < 48)
        {
            reasons.Add($"image encoder: compact, trained from scratch: a pre-trained one sees little in {data.Side} pixels");
            return new ImageEncoderConfig { Trunk = TrunkKind.Compact, ImageSize = data.Side < 40 ? 32 : 48 };
        }

        // Small images are enlarged, and their regions come from the finer map.
        bool large = data.Side >= 200;
        reasons.Add(
            $"image encoder: resnet18 at {(large ? 224 : 128)} pixels, pre-trained and frozen; its features are cached in a file");
        return new ImageEncoderConfig
        {
            Trunk = TrunkKind.Resnet18,
            ImageSize = large ? 224 : 128,
            RegionChannels = large ? 512 : 256,
        };
    }

    private static TextEncoderConfig ChooseText(DataFacts data)
    {
        int width = data.Vocabulary > 2000 ? 256 : 128;
        return new TextEncoderConfig { WordEmbedding = width == 256 ? 300 : 128, Embedding = width, Dropout = 0.4 };
    }

    private static GeneratorConfig ChooseGenerator(DataFacts data, MachineFacts machine, List<string> reasons)
    {
        int limit = machine.HasGpu ? 256 : 128;
        int size = new[] { 256, 128, 64, 32 }.First(side => side <= limit && (side <= data.Side * 1.25 || side == 32));
        (int start, int stages) = size switch { 256 => (64, 3), 128 => (32, 3), 64 => (32, 2), _ => (16, 2) };
        int width = machine.HasGpu ? 64 : 32;
        reasons.Add(
            $"generator: {stages} stages to {size} pixels, width {width}: " +
            (data.Side <= limit * 1.25
                ? "as large as the images"
                : $"as much as a {(machine.HasGpu ? "GPU" : "CPU")} trains in reasonable time"));
        return new GeneratorConfig { BaseSize = start, Stages = stages, Width = width, Noise = 16 };
    }

    private static DamsmConfig ChooseDamsm(AttnGanConfig config, DataFacts data, MachineFacts machine, List<string> reasons)
    {
        bool frozen = config.ImageEncoder.Trunk == TrunkKind.Resnet18;
        int batch = Batch(frozen ? 128 : 48, data.Images);
        int epochs = Math.Clamp(150_000 / data.Images, 20, 100);
        reasons.Add($"DAMSM: {epochs} epochs, batch size {batch}");
        return new DamsmConfig
        {
            BatchSize = batch,
            Epochs = epochs,
            LearningRateDecay = Decay(epochs),
            LearningRateFloor = 0.05,
            CacheFeatures = frozen ? FeatureCacheKind.File : FeatureCacheKind.None,
            CacheViews = config.Data.Flip || config.Data.CropScale > 1 ? 4 : 1,
            Precision = Bits(machine),
        };
    }

    private static GanConfig ChooseGan(AttnGanConfig config, DataFacts data, MachineFacts machine, List<string> reasons)
    {
        // Feature maps of all networks: about 80 numbers for each pixel and channel of the generator's width.
        long bytesPerImage = 80L * sizeof(float) * config.Generator.ImageSize * config.Generator.ImageSize * config.Generator.Width;
        int fitting = (int)Math.Clamp(machine.MemoryBytes / 3 / bytesPerImage, 2, machine.HasGpu ? 64 : 16);
        int batch = Batch(fitting, data.Images);
        int epochs = Math.Clamp(CpuImages * (machine.HasGpu ? 20 : 1) / data.Images, 20, 600);
        Precision precision = Bits(machine);
        reasons.Add(
            $"GAN: {epochs} epochs, batch size {batch}{(batch < fitting ? " for so few images" : "")}, " +
            $"{(precision == Precision.Bfloat16 ? "16-bit feature maps, which this machine computes faster" : "32 bits")}");
        return new GanConfig
        {
            Loss = AdversarialLossKind.Hinge,
            BatchSize = batch,
            Epochs = epochs,
            Precision = precision,
            GeneratorLearningRate = 5e-4,
            DiscriminatorLearningRate = 4e-4,
            LearningRateDecay = Decay(epochs),
            FeatureMatchingWeight = 30,
            DamsmWeight = 8,
            DamsmViews = true,
            WhitenCondition = true,
            KlWeight = 0.005,
            MovingAverage = 0.995,
            Augment = data.Images < 1000 && !data.HasPlainBackground
                ? [Augmentation.Color, Augmentation.Translation, Augmentation.Cutout]
                : [Augmentation.Translation],
        };
    }

    /// <summary>Returns the largest power of two up to a limit that leaves at least four batches of images.</summary>
    private static int Batch(int limit, int images) => Math.Clamp(1 << int.Log2(Math.Max(2, images / 4)), 2, limit);

    /// <summary>Returns the factor that lowers the learning rate to a twentieth in all epochs.</summary>
    private static double Decay(int epochs) => Math.Round(Math.Pow(0.05, 1.0 / epochs), 4);

    private static Precision Bits(MachineFacts machine) => machine.HasGpu || machine.HasBfloat16 ? Precision.Bfloat16 : Precision.Full;
}
