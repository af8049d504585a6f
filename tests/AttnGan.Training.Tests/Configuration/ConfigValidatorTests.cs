using System.Reflection;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Tests.Configuration;

public sealed class ConfigValidatorTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(ConfigValidator.Problems(new AttnGanConfig()));

    [Theory]
    [InlineData("name=' '", "`name`: the name is empty; specify a name for the run")]
    [InlineData("data.background=white", "`data.background`: `white` was given, expected a color as \"#rrggbb\", such as \"#ffffff\"")]
    [InlineData("data.background=#ggffff", "`data.background`: `#ggffff` was given, expected a color as \"#rrggbb\", such as \"#ffffff\"")]
    [InlineData("data.max_words=0", "`data.max_words`: 0 was given, expected at least 1")]
    [InlineData("data.min_word_count=0", "`data.min_word_count`: 0 was given, expected at least 1")]
    [InlineData("data.validation_fraction=1", "`data.validation_fraction`: 1 was given, expected a number in [0, 1)")]
    [InlineData("data.validation_fraction=-0.1", "`data.validation_fraction`: -0.1 was given, expected a number in [0, 1)")]
    [InlineData("data.crop_scale=0.99", "`data.crop_scale`: 0.99 was given, expected 1 to 10")]
    [InlineData("data.crop_scale=10.1", "`data.crop_scale`: 10.1 was given, expected 1 to 10")]
    [InlineData("data.prefetch=0", "`data.prefetch`: 0 was given, expected at least 1")]
    [InlineData("data.workers=0", "`data.workers`: 0 was given, expected at least 1")]
    [InlineData("data.cache_megabytes=-1", "`data.cache_megabytes`: -1 was given, expected at least 0")]
    [InlineData("text_encoder.word_embedding=0", "`text_encoder.word_embedding`: 0 was given, expected at least 1")]
    [InlineData(
        "text_encoder.embedding=0",
        "`text_encoder.embedding`: 0 was given, expected an even number of at least 2: each direction of the recurrent "
        + "network has half of it")]
    [InlineData(
        "text_encoder.embedding=255",
        "`text_encoder.embedding`: 255 was given, expected an even number of at least 2: each direction of the recurrent "
        + "network has half of it")]
    [InlineData("text_encoder.dropout=1", "`text_encoder.dropout`: 1 was given, expected a number in [0, 1)")]
    [InlineData(
        "text_encoder.freeze_words=true",
        "`text_encoder.freeze_words`: true was given, but the word embeddings are random; set text_encoder.pretrained to a file of word "
        + "vectors, or this to false")]
    [InlineData("image_encoder.width=0", "`image_encoder.width`: 0 was given, expected at least 1")]
    [InlineData(
        "image_encoder.image_size=64",
        "`image_encoder.image_size`: 64 was given, expected 299 for the inception trunk; for other sizes set "
        + "image_encoder.trunk to resnet18 or compact")]
    [InlineData(
        "image_encoder.trunk=resnet18",
        "`image_encoder.image_size`: 299 was given, expected a multiple of 32 and at least 64 for the resnet18 trunk")]
    [InlineData(
        "image_encoder={trunk: resnet18, image_size: 32}",
        "`image_encoder.image_size`: 32 was given, expected a multiple of 32 and at least 64 for the resnet18 trunk")]
    [InlineData("image_encoder.region_channels=128", "`image_encoder.region_channels`: 128 was given, expected 256 or 512")]
    [InlineData(
        "image_encoder.trunk=compact",
        "`image_encoder.image_size`: 299 was given, expected a multiple of 16 and at least 32 for the compact trunk")]
    [InlineData(
        "image_encoder={trunk: compact, image_size: 16}",
        "`image_encoder.image_size`: 16 was given, expected a multiple of 16 and at least 32 for the compact trunk")]
    [InlineData(
        "image_encoder={trunk: compact, image_size: 64, align_corners: true}",
        "`image_encoder.align_corners`: true was given, but only the inception trunk supports it; set it to false")]
    [InlineData("damsm.gamma1=0", "`damsm.gamma1`: 0 was given, expected a number greater than 0")]
    [InlineData("damsm.gamma2=0", "`damsm.gamma2`: 0 was given, expected a number greater than 0")]
    [InlineData("damsm.gamma3=-1", "`damsm.gamma3`: -1 was given, expected a number greater than 0")]
    [InlineData("damsm.batch_size=1", "`damsm.batch_size`: 1 was given, expected at least 2")]
    [InlineData("damsm.epochs=0", "`damsm.epochs`: 0 was given, expected at least 1")]
    [InlineData("damsm.learning_rate=0", "`damsm.learning_rate`: 0 was given, expected a number greater than 0")]
    [InlineData("damsm.learning_rate_decay=0", "`damsm.learning_rate_decay`: 0 was given, expected a number in (0, 1]")]
    [InlineData("damsm.learning_rate_floor=1.1", "`damsm.learning_rate_floor`: 1.1 was given, expected a number in (0, 1]")]
    [InlineData("damsm.gradient_clip=-1", "`damsm.gradient_clip`: -1 was given, expected at least 0")]
    [InlineData("damsm.cache_views=0", "`damsm.cache_views`: 0 was given, expected at least 1")]
    [InlineData(
        "damsm.cache_file=a.bin",
        "`damsm.cache_file`: a path was given, but damsm.cache_features is none; set it to file, or leave the path out")]
    [InlineData("damsm.cache_megabytes=0", "`damsm.cache_megabytes`: 0 was given, expected at least 1")]
    [InlineData("generator.stages=0", "`generator.stages`: 0 was given, expected 1 to 4")]
    [InlineData("generator.stages=5", "`generator.stages`: 5 was given, expected 1 to 4")]
    [InlineData(
        "generator.base_size=128",
        "`generator.base_size`: 128 was given, expected 16, 32 or 64; each further stage doubles it, up to 512 pixels")]
    [InlineData("generator.width=0", "`generator.width`: 0 was given, expected at least 1")]
    [InlineData("generator.residual_blocks=-1", "`generator.residual_blocks`: -1 was given, expected at least 0")]
    [InlineData("generator.noise=0", "`generator.noise`: 0 was given, expected at least 1")]
    [InlineData("generator.styles=[flat, flat]", "`generator.styles`: [flat, flat] was given, expected distinct names")]
    [InlineData("generator.styles=['']", "`generator.styles`: [] was given, expected distinct names")]
    [InlineData("gan.damsm_matching_weight=-1", "`gan.damsm_matching_weight`: -1 was given, expected at least 0")]
    [InlineData("gan.foreground_weight=-1", "`gan.foreground_weight`: -1 was given, expected at least 0")]
    [InlineData("gan.reconstruction_weight=-1", "`gan.reconstruction_weight`: -1 was given, expected at least 0")]
    [InlineData("gan.pretrain_epochs=-1", "`gan.pretrain_epochs`: -1 was given, expected 0 to 600 (gan.epochs)")]
    [InlineData("gan.pretrain_epochs=601", "`gan.pretrain_epochs`: 601 was given, expected 0 to 600 (gan.epochs)")]
    [InlineData("generator.condition=0", "`generator.condition`: 0 was given, expected at least 1")]
    [InlineData(
        "generator.architecture=attn_dcgan",
        "`discriminator.unconditional`: true was given, but the discriminator of attn_dcgan is conditional only; set "
        + "discriminator.unconditional to false (or generator.architecture to attn_gan)")]
    [InlineData("discriminator.width=0", "`discriminator.width`: 0 was given, expected at least 1")]
    [InlineData("gan.batch_size=1", "`gan.batch_size`: 1 was given, expected at least 2")]
    [InlineData("gan.epochs=0", "`gan.epochs`: 0 was given, expected at least 1")]
    [InlineData("gan.generator_learning_rate=0", "`gan.generator_learning_rate`: 0 was given, expected a number greater than 0")]
    [InlineData("gan.discriminator_learning_rate=-1", "`gan.discriminator_learning_rate`: -1 was given, expected a number greater than 0")]
    [InlineData("gan.learning_rate_decay=1.01", "`gan.learning_rate_decay`: 1.01 was given, expected a number in (0, 1]")]
    [InlineData("gan.text_encoder_learning_rate=-1", "`gan.text_encoder_learning_rate`: -1 was given, expected at least 0")]
    [InlineData("gan.grow_epochs=[0, 5]", "`gan.grow_epochs`: [0, 5] was given, expected increasing epochs from 1 to 599 (gan.epochs - 1)")]
    [InlineData("gan.grow_epochs=[5, 5]", "`gan.grow_epochs`: [5, 5] was given, expected increasing epochs from 1 to 599 (gan.epochs - 1)")]
    [InlineData(
        "gan.grow_epochs=[5, 600]", "`gan.grow_epochs`: [5, 600] was given, expected increasing epochs from 1 to 599 (gan.epochs - 1)")]
    [InlineData(
        "gan.grow_epochs=[300]",
        "`gan.grow_epochs`: [300] was given, expected 2 epochs, one for each stage after the first (generator.stages is 3), or []")]
    [InlineData("gan.beta1=1", "`gan.beta1`: 1 was given, expected a number in [0, 1)")]
    [InlineData("gan.beta2=1", "`gan.beta2`: 1 was given, expected a number in [0, 1)")]
    [InlineData("gan.gradient_clip=-0.5", "`gan.gradient_clip`: -0.5 was given, expected at least 0")]
    [InlineData("gan.damsm_weight=-1", "`gan.damsm_weight`: -1 was given, expected at least 0")]
    [InlineData("gan.kl_weight=-1", "`gan.kl_weight`: -1 was given, expected at least 0")]
    [InlineData("gan.moving_average=1", "`gan.moving_average`: 1 was given, expected a number in [0, 1)")]
    [InlineData("gan.feature_matching_weight=-1", "`gan.feature_matching_weight`: -1 was given, expected at least 0")]
    [InlineData("gan.r2_weight=-1", "`gan.r2_weight`: -1 was given, expected at least 0")]
    [InlineData("gan.resnet_matching_weight=-1", "`gan.resnet_matching_weight`: -1 was given, expected at least 0")]
    [InlineData("gan.mode_seeking_weight=-1", "`gan.mode_seeking_weight`: -1 was given, expected at least 0")]
    [InlineData("gan.noise_candidates=0", "`gan.noise_candidates`: 0 was given, expected at least 1")]
    [InlineData("gan.noise_inference_weight=-1", "`gan.noise_inference_weight`: -1 was given, expected at least 0")]
    [InlineData(
        "gan.noise_inference_weight=1",
        "`gan.noise_inference_weight`: noise is inferred for comparisons with the real image, which are off; set gan.pretrain_epochs, "
        + "gan.reconstruction_weight, gan.feature_matching_weight or gan.damsm_matching_weight above 0 (or this to 0)")]
    [InlineData("gan.r1_weight=-1", "`gan.r1_weight`: -1 was given, expected at least 0")]
    [InlineData("gan.r1_interval=0", "`gan.r1_interval`: 0 was given, expected at least 1")]
    [InlineData("gan.augment=[color, color]", "`gan.augment`: an augmentation is listed twice; list each once")]
    [InlineData("logging.log_every=0", "`logging.log_every`: 0 was given, expected at least 1")]
    [InlineData("logging.sample_every=0", "`logging.sample_every`: 0 was given, expected at least 1")]
    [InlineData("logging.checkpoint_every=0", "`logging.checkpoint_every`: 0 was given, expected at least 1")]
    [InlineData("logging.evaluate_every=-1", "`logging.evaluate_every`: -1 was given, expected at least 0")]
    [InlineData("logging.evaluation_images=1", "`logging.evaluation_images`: 1 was given, expected at least 2, or 0 for all")]
    [InlineData("logging.evaluation_images=-1", "`logging.evaluation_images`: -1 was given, expected at least 2, or 0 for all")]
    [InlineData("logging.keep_checkpoints=0", "`logging.keep_checkpoints`: 0 was given, expected at least 1")]
    [InlineData("logging.samples=0", "`logging.samples`: 0 was given, expected at least 1")]
    public void A_setting_out_of_range_is_reported_with_the_expected_range(string setting, string expected)
    {
        ConfigException exception = Assert.Throws<ConfigException>(() => ConfigReader.Parse("", "test", [setting]));

        // The reader inserts the place between key and reason; the validator does not know it.
        string error = Assert.Single(exception.Errors);
        Assert.Equal(expected, error.Replace($" (--set {setting})", "", StringComparison.Ordinal));
        Assert.Contains(error.Split('`')[1], ConfigSchema.Keys);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Numbers_that_are_not_finite_are_rejected_for_every_setting(double value)
    {
        var config = new AttnGanConfig();
        int numbers = 0;
        IEnumerable<PropertyInfo> sections =
            typeof(AttnGanConfig).GetProperties().Where(property => ConfigSchema.IsSection(property.PropertyType));
        foreach (PropertyInfo section in sections)
        {
            foreach ((string? key, PropertyInfo? property) in ConfigSchema.PropertiesOf(section.PropertyType))
            {
                if (property.PropertyType != typeof(double))
                {
                    continue;
                }

                object instance = Activator.CreateInstance(section.PropertyType)!;
                property.SetValue(instance, value);
                AttnGanConfig changed = config with { };
                section.SetValue(changed, instance);
                Assert.StartsWith(
                    $"`{ConfigSchema.SnakeCase(section.Name)}.{key}`",
                    Assert.Single(ConfigValidator.Problems(changed)).Describe(),
                    StringComparison.Ordinal);
                numbers++;
            }
        }

        Assert.NotEqual(0, numbers);
    }

    [Theory]
    [InlineData("image_encoder: { trunk: compact, image_size: 64 }", "but the compact trunk is trained, so its features change")]
    [InlineData(
        "compat: { damsm_optimizer_per_epoch: true }", "but compat.damsm_optimizer_per_epoch lets the statistics of the trunk drift")]
    public void Features_that_change_cannot_be_kept(string section, string expected)
    {
        string yaml = $"damsm: {{ cache_features: file }}\n{section}";

        string message = Assert.Throws<ConfigException>(() => ConfigReader.Parse(yaml, "test")).Message;

        Assert.Contains("`damsm.cache_features`", message, StringComparison.Ordinal);
        Assert.Contains($"file was given, {expected}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_generator_with_an_image_at_its_last_stage_only_cannot_grow()
    {
        ConfigException exception = Assert.Throws<ConfigException>(() => ConfigReader.Parse(
            """
            generator: { architecture: attn_dcgan }
            discriminator: { unconditional: false }
            gan: { grow_epochs: [1] }
            """,
            "test"));

        Assert.Contains(
            "attn_dcgan has an image at its last stage only; set it to []", Assert.Single(exception.Errors), StringComparison.Ordinal);
    }

    /// <summary>Epochs count from 0.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    [InlineData(9, 3)]
    public void Stages_join_with_their_epochs(int epoch, int stages)
    {
        var generator = new GeneratorConfig { Stages = 3 };
        Assert.Equal(stages, new GanConfig { GrowEpochs = [2, 5] }.TrainedStages(epoch, generator));
        Assert.Equal(3, new GanConfig().TrainedStages(epoch, generator));
    }

    [Fact]
    public void Boundaries_are_valid()
    {
        AttnGanConfig config = ConfigReader.Parse(
            """
            data: { validation_fraction: 0, crop_scale: 1, cache_megabytes: 0 }
            text_encoder: { embedding: 2, dropout: 0 }
            image_encoder: { trunk: compact, image_size: 32 }
            damsm: { batch_size: 2, learning_rate_decay: 1, learning_rate_floor: 1, gradient_clip: 0 }
            generator: { architecture: attn_dcgan, stages: 4, base_size: 64 }
            discriminator: { unconditional: false }
            gan: { batch_size: 2, beta1: 0, moving_average: 0, damsm_weight: 0, kl_weight: 0 }
            """,
            "test");
        Assert.Equal(512, config.Generator.ImageSize);
    }
}
