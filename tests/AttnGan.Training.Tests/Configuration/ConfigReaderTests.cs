using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Configuration;
using CsCheck;

namespace AttnGan.Training.Tests.Configuration;

public sealed class ConfigReaderTests
{
    [Fact]
    public void Values_of_every_type_are_read()
    {
        AttnGanConfig config = ConfigReader.Parse(
            """
            name: "Sparrows: small"
            seed: 9007199254740993
            data:
              tokenizer: official
              crop_scale: 1.5
              flip: false
            text_encoder: { rnn: gru, word_embedding: 64 }
            image_encoder:
              weights: inception.safetensors
            generator:
            gan:
              loss: hinge
              batch_size: 16
              r1_weight: 1e-3
              augment: [color, cutout]
            """,
            "test");

        Assert.Equal("Sparrows: small", config.Name);
        Assert.Equal(9007199254740993, config.Seed);
        Assert.Equal(TokenizerMode.Official, config.Data.Tokenizer);
        Assert.Equal(1.5, config.Data.CropScale);
        Assert.False(config.Data.Flip);
        Assert.Equal(RnnKind.Gru, config.TextEncoder.Rnn);
        Assert.Equal(64, config.TextEncoder.WordEmbedding);
        Assert.Equal("inception.safetensors", config.ImageEncoder.Weights);
        Assert.Equal(new GeneratorConfig(), config.Generator);
        Assert.Equal(AdversarialLossKind.Hinge, config.Gan.Loss);
        Assert.Equal(16, config.Gan.BatchSize);
        Assert.Equal(1e-3, config.Gan.R1Weight);
        Assert.Equal([Augmentation.Color, Augmentation.Cutout], config.Gan.Augment);
        Assert.Equal(new DamsmConfig(), config.Damsm);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("---\n")]
    public void Empty_text_is_the_default_configuration(string yaml) =>
        Assert.Equal(ConfigReader.Write(new AttnGanConfig()), ConfigReader.Write(ConfigReader.Parse(yaml, "test")));

    [Fact]
    public void All_errors_are_reported_together_with_source_key_and_line()
    {
        ConfigException exception = Assert.Throws<ConfigException>(() => ConfigReader.Parse(
            """
            gan:
              batchsize: 20
              epochs: many
              epochs: 3
              loss: bce_
              augment: color
              beta1: .nan
            damsm:
              batch_size: 1
              gamma1: [4]
            data:
              flip: yes
              background: #ffffff
            logging: 5
            """,
            "`birds.yml`"));

        Assert.Equal(
            [
                "unknown key `gan.batchsize` (line 2); did you mean `gan.batch_size`?",
                "`gan.epochs` (line 3): `many` was given, expected an integer",
                "`gan.epochs` (line 4) is already set (line 3); keep one",
                "`gan.loss` (line 5): `bce_` was given, expected bce, hinge or relativistic",
                "`gan.augment` (line 6): expected a list such as [color]; [] for none",
                "`gan.beta1` (line 7): `.nan` was given, expected a finite number",
                "`damsm.gamma1` (line 10): a list or section was given, expected a number",
                "`data.flip` (line 12): `yes` was given, expected true or false",
                "`data.background` (line 13): no value was given, expected text (text that begins with # needs quotes)",
                "`logging` (line 14): expected a section with some of the keys log_every, sample_every, checkpoint_every, " +
                "evaluate_every, evaluation_images, independent_damsm, quality, " +
                    "keep_checkpoints, samples, tensor_board, curves",
                "`damsm.batch_size` (line 9): 1 was given, expected at least 2",
            ],
            exception.Errors);
        Assert.StartsWith("Configuration `birds.yml` has 11 errors:", exception.Message, StringComparison.Ordinal);
        Assert.All(exception.Errors, error => Assert.Contains(error, exception.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("batch_size: 3", "`batch_size` (line 1); did you mean `damsm.batch_size` or `gan.batch_size`?")]
    [InlineData("genrator: {}", "`genrator` (line 1); did you mean `generator`?")]
    [InlineData("gan:\n  damsm_wieght: 5", "`gan.damsm_wieght` (line 2); did you mean `gan.damsm_weight`?")]
    [InlineData("gan:\n  batchSize: 5", "`gan.batchSize` (line 2); did you mean `gan.batch_size`?")]
    [InlineData("gan:\n  residual_blocks: 2", "`gan.residual_blocks` (line 2); did you mean `generator.residual_blocks`?")]
    [InlineData("generator:\n  image_size: 2", "`generator.image_size` (line 2); did you mean `image_encoder.image_size`?")]
    [InlineData("gan:\n  quaternions: 2", "`gan.quaternions` (line 2)")]
    public void An_unknown_key_is_reported_with_the_most_similar_valid_one(string yaml, string expected)
    {
        ConfigException exception = Assert.Throws<ConfigException>(() => ConfigReader.Parse(yaml, "test"));
        Assert.Equal($"unknown key {expected}", Assert.Single(exception.Errors));
    }

    [Theory]
    [InlineData("gan: [1", 2)]
    [InlineData("\ngan: [1\nname: x", 2)]
    [InlineData("gan:\n  batch_size: 3\n bad", 3)]
    [InlineData("name: a\n---\nname: b", 2)]
    [InlineData("name: &anchor a\nseed: *anchor", 2)]
    [InlineData("? [a, b]\n: 1", 1)]
    public void Invalid_YAML_is_rejected_with_its_line(string yaml, int line)
    {
        ConfigException exception = Assert.Throws<ConfigException>(() => ConfigReader.Parse(yaml, "test"));
        Assert.Contains($"not valid YAML (line {line})", Assert.Single(exception.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_rejected_without_a_stack_overflow() =>
        Assert.Throws<ConfigException>(() => ConfigReader.Parse("gan: " + new string('[', 100_000), "test"));

    [Fact]
    public void Damaged_text_is_read_or_rejected_but_never_crashes()
    {
        string original = ConfigReader.Write(new AttnGanConfig { Name = "a \" b", Gan = new GanConfig { Augment = [Augmentation.Color] } });
        var mutation = Gen.Select(Gen.Int[0, original.Length - 1], Gen.OneOf(Gen.Char["[]{}:,-?!&*#|>'\"% \n\t\0"], Gen.Char));
        Gen.Select(mutation.Array[1, 5], Gen.Int[0, original.Length]).Sample(
            (mutations, length) =>
            {
                char[] text = original.ToCharArray();
                foreach ((int index, char value) in mutations)
                {
                    text[index] = value;
                }

                try
                {
                    return ConfigReader.Parse(new string(text, 0, length), "test") is not null;
                }
                catch (ConfigException exception)
                {
                    return exception.Errors.Count > 0;
                }
            },
            iter: 3000,
            threads: 1);
    }

    [Theory]
    [InlineData("- gan")]
    [InlineData("gan")]
    public void Text_that_is_not_a_mapping_is_rejected(string yaml) =>
        Assert.Contains(
            "expected sections with keys",
            Assert.Throws<ConfigException>(() => ConfigReader.Parse(yaml, "test")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Overrides_replace_the_values_of_the_file_and_the_last_one_wins()
    {
        AttnGanConfig config = ConfigReader.Parse(
            "gan:\n  batch_size: many\n  epochs: 3\nlogging:\n",
            "test",
            [
                "gan.batch_size=16",
                "gan.batch_size=12",
                "gan.augment=[color, translation]",
                "data.background=#102030",
                "name=with = and: inside",
                "logging.samples=4",
                "damsm.gamma1=2.5",
                "image_encoder.weights=",
            ]);

        Assert.Equal(12, config.Gan.BatchSize);
        Assert.Equal(3, config.Gan.Epochs);
        Assert.Equal([Augmentation.Color, Augmentation.Translation], config.Gan.Augment);
        Assert.Equal("#102030", config.Data.Background);
        Assert.Equal("with = and: inside", config.Name);
        Assert.Equal(4, config.Logging.Samples);
        Assert.Equal(2.5, config.Damsm.Gamma1);
        Assert.Null(config.ImageEncoder.Weights);
    }

    [Theory]
    [InlineData("gan.batchsize=3", "unknown key `gan.batchsize` (--set gan.batchsize=3); did you mean `gan.batch_size`?")]
    [InlineData("gan.batch_size=x", "`gan.batch_size` (--set gan.batch_size=x): `x` was given, expected an integer")]
    [InlineData("gan.batch_size=1", "`gan.batch_size` (--set gan.batch_size=1): 1 was given, expected at least 2")]
    [InlineData("gan.batch_size", "`--set gan.batch_size` is not of the form key=value, such as gan.batch_size=16")]
    [InlineData("=3", "`--set =3` is not of the form key=value, such as gan.batch_size=16")]
    public void An_invalid_override_is_reported_verbatim(string given, string expected)
    {
        ConfigException exception = Assert.Throws<ConfigException>(() => ConfigReader.Parse("", "test", [given]));
        Assert.Equal(expected, Assert.Single(exception.Errors));
    }

    [Theory]
    [InlineData("name.x=1", "name")]
    [InlineData("gan.loss.kind=hinge", "gan.loss")]
    [InlineData("gan.augment.color=true", "gan.augment")]
    [InlineData("image_encoder.weights.file.name=a", "image_encoder.weights")]
    public void An_override_of_a_key_within_a_value_is_rejected_with_and_without_the_value_in_the_file(string given, string value)
    {
        string expected = $"unknown key `{given.Split('=')[0]}` (--set {given}): `{value}` is a single value and has no keys";
        foreach (string yaml in new[] { "", ConfigReader.Write(new AttnGanConfig()) })
        {
            ConfigException exception = Assert.Throws<ConfigException>(() => ConfigReader.Parse(yaml, "test", [given]));
            Assert.Equal(expected, Assert.Single(exception.Errors));
        }
    }

    [Fact]
    public void Compat_official_enables_all_switches_and_none_disables_them()
    {
        Assert.Equal(CompatibilityConfig.Official, ConfigReader.Parse("compat: official", "test").Compat);
        Assert.Equal(CompatibilityConfig.Official, ConfigReader.Parse("", "test", ["compat=official"]).Compat);
        Assert.Equal(new CompatibilityConfig(), ConfigReader.Parse("compat: none", "test").Compat);
        Assert.Equal(
            new CompatibilityConfig { MisalignedAttentionMask = true },
            ConfigReader.Parse("compat:\n  misaligned_attention_mask: true", "test").Compat);
        Assert.Equal(
            CompatibilityConfig.Official with { DamsmOptimizerPerEpoch = false },
            ConfigReader.Parse("compat: official", "test", ["compat.damsm_optimizer_per_epoch=false"]).Compat);
        Assert.All(
            typeof(CompatibilityConfig).GetProperties().Where(property => property.PropertyType == typeof(bool)),
            property => Assert.Equal(true, property.GetValue(CompatibilityConfig.Official)));

        ConfigException exception = Assert.Throws<ConfigException>(() => ConfigReader.Parse("compat: pytorch", "test"));
        Assert.Equal(
            "`compat` (line 1): `pytorch` was given, expected official, none or a section of switches",
            Assert.Single(exception.Errors));
    }

    [Fact]
    public void The_written_configuration_is_complete_and_in_declaration_order()
    {
        string[] lines = ConfigReader.Write(new AttnGanConfig()).Split('\n');
        Assert.Equal("name: \"attngan\"", lines[0]);
        Assert.Equal("seed: 100", lines[1]);
        Assert.Equal("data:", lines[2]);
        Assert.Equal("  background: \"#ffffff\"", lines[3]);
        Assert.Contains("  weights: null", lines);
        Assert.Contains("  augment: []", lines);
        Assert.Contains("  architecture: attn_gan", lines);
        Assert.Equal(ConfigSchema.Keys.Count, lines.Count(line => line.Length > 0));
        Assert.DoesNotContain(lines, line => line.Contains("image_size: 256", StringComparison.Ordinal));
    }

    [Fact]
    public void Written_configurations_round_trip()
    {
        Gen<double> share = Gen.Double[0, 0.999999];
        Gen<double> positive = Gen.Double[1e-300, 1e300];
        Gen<string> text = Gen.String[Gen.Char['\0', '\uD7FF'], 0, 20].Select(value => $"x🐦{value}");
        Gen.Select(
            Gen.Select(text, text, Gen.Long, Gen.Int[1, int.MaxValue]),
            Gen.Select(share, positive, positive, share),
            Gen.Select(Gen.Bool, Gen.Enum<AdversarialLossKind>(), Gen.Shuffle(Enum.GetValues<Augmentation>(), 0, 3)))
            .Sample(
                (words, numbers, choices) =>
                {
                    var config = new AttnGanConfig
                    {
                        Name = words.Item1,
                        Seed = words.Item3,
                        Data = new DataConfig { MaxWords = words.Item4, ValidationFraction = numbers.Item1, Flip = choices.Item1 },
                        ImageEncoder = new ImageEncoderConfig { Weights = words.Item2 },
                        Damsm = new DamsmConfig { Gamma1 = numbers.Item2, LearningRate = numbers.Item3 },
                        Generator = new GeneratorConfig { Styles = [words.Item1, $"{words.Item1}!"] },
                        Gan = new GanConfig { Loss = choices.Item2, Augment = choices.Item3, MovingAverage = numbers.Item4 },
                    };
                    string written = ConfigReader.Write(config);
                    AttnGanConfig read = ConfigReader.Parse(written, "test");
                    Assert.Equal(written, ConfigReader.Write(read));
                    Assert.Equal(config, read);
                },
                iter: 1000,
                threads: 1);
    }

    [Fact]
    public void A_missing_file_is_reported_by_name()
    {
        ConfigException exception = Assert.Throws<ConfigException>(() => ConfigReader.Read("nowhere/at-all.yml"));
        Assert.Contains("`nowhere/at-all.yml`: cannot be read", exception.Message, StringComparison.Ordinal);
    }
}
