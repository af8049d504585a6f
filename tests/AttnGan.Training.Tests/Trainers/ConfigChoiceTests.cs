using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Trainers;

namespace AttnGan.Training.Tests.Trainers;

public sealed class ConfigChoiceTests
{
    private static readonly MachineFacts s_laptop = new(HasGpu: false, HasBfloat16: false, MemoryBytes: 8L << 30);

    private static readonly DataFacts s_photos = new()
    {
        Name = "photos",
        Images = 6000,
        Side = 333,
        Captions = 30_000,
        Words = 19,
        Vocabulary = 7000,
        Classes = 0,
        Sides = 130,
        HasPlainBackground = false,
    };

    private static readonly DataFacts s_icons = s_photos with
    {
        Name = "icons",
        Images = 5000,
        Side = 128,
        Words = 7,
        Vocabulary = 1100,
        Classes = 1500,
        Sides = 400,
        HasPlainBackground = true,
    };

    [Fact]
    public void Photos_get_the_pre_trained_encoder_at_its_own_size()
    {
        (AttnGanConfig config, IReadOnlyList<string> reasons) = ConfigChoice.For(s_photos, s_laptop);

        Assert.Equal(("photos", 19), (config.Name, config.Data.MaxWords));
        Assert.Equal((TrunkKind.Resnet18, 224, 512), Encoder(config));
        Assert.Equal((FeatureCacheKind.File, 128, 25), (config.Damsm.CacheFeatures, config.Damsm.BatchSize, config.Damsm.Epochs));
        Assert.Equal((128, 3, 32), (config.Generator.ImageSize, config.Generator.Stages, config.Generator.Width));
        Assert.Equal((16, 33, Precision.Full), (config.Gan.BatchSize, config.Gan.Epochs, config.Gan.Precision));
        Assert.True(config.Data.Flip);
        Assert.True(config.Data.CropScale > 1);
        Assert.Equal(6, reasons.Count);
        Assert.Equal(
            "data: 6000 images of about 333 pixels, 30000 captions of up to 19 words (7000 different ones), no classes", reasons[0]);
    }

    [Fact]
    public void Objects_on_a_plain_background_are_not_cropped_and_captions_with_sides_not_flipped()
    {
        (AttnGanConfig config, IReadOnlyList<string> reasons) = ConfigChoice.For(s_icons, s_laptop);

        Assert.Equal((1.0, false), (config.Data.CropScale, config.Data.Flip));
        Assert.Equal((TrunkKind.Resnet18, 128, 256), Encoder(config));
        Assert.Equal((1, 128), (config.Damsm.CacheViews, config.TextEncoder.Embedding));
        Assert.Contains(
            reasons, reason => reason.StartsWith("flips off: 400 of 30000 captions name left or right", StringComparison.Ordinal));
    }

    [Fact]
    public void Few_images_get_small_batches_and_many_epochs()
    {
        AttnGanConfig config = ConfigChoice.For(s_photos with { Images = 54, Captions = 54 }, s_laptop).Config;

        Assert.Equal((8, 100), (config.Damsm.BatchSize, config.Damsm.Epochs));
        Assert.Equal((8, 600, 3), (config.Gan.BatchSize, config.Gan.Epochs, config.Gan.Augment.Count));
    }

    [Fact]
    public void The_machine_decides_size_batch_and_precision()
    {
        AttnGanConfig gpu = ConfigChoice.For(s_photos, s_laptop with { HasGpu = true, MemoryBytes = 64L << 30 }).Config;
        AttnGanConfig little = ConfigChoice.For(s_photos, s_laptop with { MemoryBytes = 1L << 30 }).Config;
        AttnGanConfig bfloat = ConfigChoice.For(s_photos, s_laptop with { HasBfloat16 = true }).Config;

        Assert.Equal((256, 64, Precision.Bfloat16), (gpu.Generator.ImageSize, gpu.Generator.Width, gpu.Gan.Precision));
        Assert.Equal(2, little.Gan.BatchSize);
        Assert.Equal(Precision.Bfloat16, bfloat.Gan.Precision);
        Assert.True(MachineFacts.HasInstructions(["model name : x", "flags\t\t: fpu avx512_bf16 sse"]));
        Assert.False(MachineFacts.HasInstructions(["flags\t\t: fpu avx512bw"]));
    }

    [Fact]
    public void Tiny_images_get_the_compact_encoder() =>
        Assert.Equal((TrunkKind.Compact, 32, 512), Encoder(ConfigChoice.For(s_icons with { Side = 32 }, s_laptop).Config));

    [Theory]
    [InlineData(2)]
    [InlineData(60)]
    [InlineData(5000)]
    [InlineData(1_000_000)]
    public void Every_choice_is_valid(int images)
    {
        foreach (int side in (int[])[8, 32, 47, 64, 100, 128, 256, 1000])
        {
            MachineFacts[] machines = [s_laptop, s_laptop with { HasGpu = true }, s_laptop with { MemoryBytes = 1 << 20 }];
            foreach (MachineFacts machine in machines)
            {
                AttnGanConfig config = ConfigChoice.For(s_photos with { Images = images, Side = side, Name = "" }, machine).Config;

                Assert.Empty(ConfigValidator.Problems(config));
                Assert.InRange(config.Damsm.BatchSize, 2, images);
                Assert.InRange(config.Gan.BatchSize, 2, images);
                Assert.InRange(config.Generator.ImageSize, 32, Math.Max(32, side * 5 / 4));
            }
        }
    }

    [Fact]
    public void Facts_are_those_of_the_dataset()
    {
        var facts = DataFacts.Of(CaptionedImageDataset.Open(Path.Combine(Repository.Root, "datasets", "sample"), new DataConfig()));

        Assert.Equal(("sample", 128, 0), (facts.Name, facts.Side, facts.Sides));
        Assert.InRange(facts.Images, 300, 351);
        Assert.InRange(facts.Words, 6, 16);
        Assert.InRange(facts.Captions, facts.Images * 2, facts.Images * 6);
        Assert.True(facts.Classes > 50);
        Assert.True(facts.HasPlainBackground);
    }

    [Fact]
    public void A_border_is_plain_if_nearly_all_of_it_has_a_corners_color()
    {
        var image = new RgbImage(32, 32);
        image.Pixels.AsSpan().Fill(200);
        image.Pixels.AsSpan(0, 5 * 3).Fill(10); // an object that reaches the border
        Assert.True(DataFacts.HasPlainBorder(image));

        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(i % 251); // a photo
        }

        Assert.False(DataFacts.HasPlainBorder(image));
    }

    private static (TrunkKind, int, int) Encoder(AttnGanConfig config) =>
        (config.ImageEncoder.Trunk, config.ImageEncoder.ImageSize, config.ImageEncoder.RegionChannels);
}
