using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Tests.Configuration;

/// <summary>The official configurations with their published values.</summary>
public sealed class OfficialConfigTests
{
    private const string Smooth = "{GAMMA1: 4.0, GAMMA2: 5.0, GAMMA3: 10.0";

    private const string BirdDamsm = $$"""
        CONFIG_NAME: 'DAMSM'
        DATASET_NAME: 'birds'
        DATA_DIR: '../data/birds'
        GPU_ID: 0
        WORKERS: 4
        TREE: {BRANCH_NUM: 1, BASE_SIZE: 299}
        TRAIN:
            FLAG: True
            NET_E: ''
            BATCH_SIZE: 48
            MAX_EPOCH: 600
            SNAPSHOT_INTERVAL: 50
            ENCODER_LR: 0.002
            RNN_GRAD_CLIP: 0.25
            SMOOTH: {{Smooth}}}
        TEXT: {EMBEDDING_DIM: 256, CAPTIONS_PER_IMAGE: 10}
        """;

    private static readonly string s_birdGan =
        Gan("attn2", "birds", 20, 600, 5.0, "DF_DIM: 64, GF_DIM: 32, Z_DIM: 100, R_NUM: 2", "CAPTIONS_PER_IMAGE: 10");

    [Fact]
    public void The_birds_damsm_is_our_default()
    {
        AttnGanConfig config = Read(BirdDamsm, out List<string> notes);
        Assert.Equal("DAMSM", config.Name);
        Assert.Equal(new DamsmConfig(), config.Damsm);
        Assert.Equal(new TextEncoderConfig(), config.TextEncoder);
        Assert.Equal(new ImageEncoderConfig(), config.ImageEncoder);
        Assert.Equal(new DataConfig { Workers = 4, Tokenizer = TokenizerMode.Official }, config.Data);
        Assert.Equal(ConfigReader.Write(new AttnGanConfig { Name = "DAMSM", Data = config.Data }), ConfigReader.Write(config));
        Assert.Equal(
            ["DATASET_NAME", "DATA_DIR", "GPU_ID", "TRAIN.SNAPSHOT_INTERVAL", "TEXT.CAPTIONS_PER_IMAGE"],
            notes.Select(note => note.Split('`')[1]));
    }

    [Fact]
    public void Cocos_damsm_truncates_captions_to_fifteen_words()
    {
        string yaml = BirdDamsm.Replace("birds", "coco", StringComparison.Ordinal)
            .Replace("WORKERS: 4", "WORKERS: 1", StringComparison.Ordinal)
            .Replace("CAPTIONS_PER_IMAGE: 10", "CAPTIONS_PER_IMAGE: 5, WORDS_NUM: 15", StringComparison.Ordinal);
        AttnGanConfig config = Read(yaml, out _);
        Assert.Equal(15, config.Data.MaxWords);
        Assert.Equal(1, config.Data.Workers);
        Assert.Equal(new DamsmConfig(), config.Damsm);
    }

    [Fact]
    public void The_birds_gan_is_our_default()
    {
        AttnGanConfig config = Read(s_birdGan, out List<string> notes);
        Assert.Equal(
            ConfigReader.Write(
                new AttnGanConfig { Name = "attn2", Data = new DataConfig { Workers = 4, Tokenizer = TokenizerMode.Official } }),
            ConfigReader.Write(config));
        string encoders = Assert.Single(notes, note => note.Contains("`TRAIN.NET_E` (line 12)", StringComparison.Ordinal));
        Assert.Contains("--damsm", encoders, StringComparison.Ordinal);
        Assert.DoesNotContain(notes, note => note.Contains("NET_G", StringComparison.Ordinal));
    }

    [Fact]
    public void Cocos_gan_equals_the_shipped_configuration()
    {
        AttnGanConfig config = Read(
            Gan(
                "glu-gan2",
                "coco",
                14,
                120,
                50.0,
                "DF_DIM: 96, GF_DIM: 48, Z_DIM: 100, R_NUM: 3",
                "CAPTIONS_PER_IMAGE: 5, WORDS_NUM: 12"),
            out _);
        AttnGanConfig shipped = ConfigReader.Read(Path.Combine(ShippedConfigTests.Folder(), "coco.yml"));
        Assert.Equal(shipped.Generator, config.Generator);
        Assert.Equal(shipped.Discriminator, config.Discriminator);
        Assert.Equal(shipped.Damsm, config.Damsm);
        Assert.Equal(shipped.Data.MaxWords, config.Data.MaxWords);
        Assert.Equal(shipped.Gan.BatchSize, config.Gan.BatchSize);
        Assert.Equal(shipped.Gan.Epochs, config.Gan.Epochs);
        Assert.Equal(shipped.Gan.DamsmWeight, config.Gan.DamsmWeight);
    }

    [Fact]
    public void AttnDCGAN_has_no_residual_blocks_and_a_conditional_discriminator()
    {
        AttnGanConfig config = Read(
            Gan(
                "attn2-dcgan",
                "birds",
                30,
                400,
                1.0,
                "DF_DIM: 64, GF_DIM: 32, Z_DIM: 100, R_NUM: 0, B_DCGAN: True",
                "CAPTIONS_PER_IMAGE: 10"),
            out _);
        Assert.Equal(new GeneratorConfig { Architecture = GeneratorArchitecture.AttnDcgan, ResidualBlocks = 0 }, config.Generator);
        Assert.False(config.Discriminator.Unconditional);
        Assert.Equal((30, 400, 1.0), (config.Gan.BatchSize, config.Gan.Epochs, config.Gan.DamsmWeight));
    }

    [Theory]
    [InlineData("birds", "DF_DIM: 64, GF_DIM: 32, Z_DIM: 100, R_NUM: 2", 25, 32, 2)]
    [InlineData("birds", "DF_DIM: 64, GF_DIM: 32, Z_DIM: 100, R_NUM: 0, B_DCGAN: True", 25, 32, 0)]
    [InlineData("coco", "DF_DIM: 96, GF_DIM: 48, Z_DIM: 100, R_NUM: 3", 20, 48, 3)]
    public void Configurations_for_generation_specify_their_generator(string data, string gan, int words, int width, int blocks)
    {
        AttnGanConfig config = Read(
            $$"""
            CONFIG_NAME: 'attn2'
            DATASET_NAME: '{{data}}'
            DATA_DIR: '../data/{{data}}'
            GPU_ID: 3
            WORKERS: 1
            B_VALIDATION: False  # True
            TREE:
                BRANCH_NUM: 3
            TRAIN:
                FLAG: False
                NET_G: '../models/AttnGAN2.pth'
                B_NET_D: False
                BATCH_SIZE: 100
                NET_E: '../DAMSMencoders/text_encoder200.pth'
            GAN: { {{gan}} }
            TEXT: {EMBEDDING_DIM: 256, CAPTIONS_PER_IMAGE: 10, WORDS_NUM: {{words}} }
            """,
            out List<string> notes);
        Assert.Equal((width, blocks, words), (config.Generator.Width, config.Generator.ResidualBlocks, config.Data.MaxWords));
        foreach (string key in new[] { "TRAIN.FLAG", "TRAIN.NET_G", "TRAIN.NET_E", "TRAIN.B_NET_D", "GPU_ID" })
        {
            string note = Assert.Single(notes, note => note.Contains($"`{key}` (line ", StringComparison.Ordinal));
            Assert.Contains("has no effect: ", note, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(notes, note => note.Contains("B_VALIDATION", StringComparison.Ordinal));
    }

    [Fact]
    public void Missing_keys_have_the_official_default()
    {
        AttnGanConfig gan = Read("GAN: {Z_DIM: 50}", out _);
        Assert.Equal(new GeneratorConfig { Width = 128, Noise = 50 }, gan.Generator);
        Assert.Equal((64, 1.0, 5.0), (gan.Gan.BatchSize, gan.Gan.DamsmWeight, gan.Damsm.Gamma1));
        Assert.Equal(new DamsmConfig().BatchSize, gan.Damsm.BatchSize);

        AttnGanConfig damsm = Read("TRAIN: {RNN_GRAD_CLIP: 0.5, SMOOTH: {LAMBDA: 7}}", out _);
        Assert.Equal((64, 2e-4, 0.5), (damsm.Damsm.BatchSize, damsm.Damsm.LearningRate, damsm.Damsm.GradientClip));
        Assert.Equal(new GanConfig { DamsmWeight = 7 }.BatchSize, damsm.Gan.BatchSize);
        Assert.Equal(7, damsm.Gan.DamsmWeight);
        Assert.Equal(new GeneratorConfig(), damsm.Generator);
    }

    [Fact]
    public void Every_other_key_is_translated_or_noted()
    {
        AttnGanConfig config = Read(
            "RNN_TYPE: 'GRU'\nWORKERS: 0\nCUDA: False\nB_VALIDATION: True\nTREE: {BASE_SIZE: 32}\n" +
            "TRAIN: {GENERATOR_LR: 1e-4, DISCRIMINATOR_LR: 3e-4, ENCODER_LR: 0.01}\n" +
            "GAN: {CONDITION_DIM: 80, B_ATTENTION: True, B_DCGAN: False}\nTEXT: {EMBEDDING_DIM: 128}\n",
            out List<string> notes);
        Assert.Equal(RnnKind.Gru, config.TextEncoder.Rnn);
        Assert.Equal((128, 1), (config.TextEncoder.Embedding, config.Data.Workers));
        Assert.Equal((32, 80), (config.Generator.BaseSize, config.Generator.Condition));
        Assert.Equal((1e-4, 3e-4), (config.Gan.GeneratorLearningRate, config.Gan.DiscriminatorLearningRate));
        Assert.Equal(GeneratorArchitecture.AttnGan, config.Generator.Architecture);
        Assert.Equal(new DamsmConfig().LearningRate, config.Damsm.LearningRate);
        Assert.Equal(["CUDA", "B_VALIDATION", "TRAIN.ENCODER_LR"], notes.Select(note => note.Split('`')[1]));
        Assert.StartsWith("test: ", notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Overrides_have_our_keys()
    {
        AttnGanConfig config = ConfigReader.Parse(s_birdGan, "test", ["gan.batch_size=10", "compat=official", "data.vocabulary=official"]);
        Assert.Equal(10, config.Gan.BatchSize);
        Assert.Equal(CompatibilityConfig.Official, config.Compat);
        Assert.Equal(VocabularySource.Official, config.Data.Vocabulary);
    }

    [Theory]
    [InlineData("GAN:\n  GF_DIMM: 32", "`GAN.GF_DIMM` (line 2) is not a key of official configurations; did you mean `GAN.GF_DIM`?")]
    [InlineData("GAN: {}\nSOMETHING: 1", "`SOMETHING` (line 2) is not a key of official configurations; remove it")]
    [InlineData("TRAIN:\n  ZLS_GAN: 'x'", "`TRAIN.ZLS_GAN` (line 2) is not a key of official configurations; remove it")]
    [InlineData("GAN: {Z_DIM: 5}\ngan: {batch_size: 3}", "`gan` (line 2) is one of our keys in an official configuration")]
    [InlineData("GAN: {B_ATTENTION: False}", "`GAN.B_ATTENTION` (line 1): `False` was given, but generators without word")]
    [InlineData("GAN: {B_DCGAN: maybe}", "`GAN.B_DCGAN` (line 1): `maybe` was given, expected True or False")]
    [InlineData("GAN: 5", "`GAN` (line 1): expected a section of keys")]
    [InlineData("GAN: {}\nGAN: {}", "`GAN` (line 2) occurs twice")]
    [InlineData("GAN: {GF_DIM: [1]}", "`GAN.GF_DIM` (line 1): expected a single value")]
    [InlineData("WORKERS: 1\nWORKERS: 2", "`WORKERS` (line 2) is already set (line 1)")]
    [InlineData("GAN:\n  GF_DIM: wide", "`generator.width` (GAN.GF_DIM, line 2): `wide` was given, expected an integer")]
    [InlineData("TRAIN: {BATCH_SIZE: 1}", "`gan.batch_size` (TRAIN.BATCH_SIZE, line 1): 1 was given, expected at least 2")]
    [InlineData("RNN_TYPE: 'RNN'", "`text_encoder.rnn` (RNN_TYPE, line 1): `rnn` was given, expected lstm or gru")]
    public void Unsupported_settings_are_rejected_by_name(string yaml, string reason)
    {
        ConfigException error = Assert.Throws<ConfigException>(() => ConfigReader.Parse(yaml, "test"));
        Assert.Contains(reason, Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    private static AttnGanConfig Read(string yaml, out List<string> notes)
    {
        List<string> messages = notes = [];
        return ConfigReader.Parse(yaml, "test", warn: messages.Add);
    }

    private static string Gan(string name, string data, int batch, int epochs, double lambda, string gan, string text) =>
        FormattableString.Invariant($$"""
        CONFIG_NAME: '{{name}}'
        DATASET_NAME: '{{data}}'
        DATA_DIR: '../data/{{data}}'
        GPU_ID: 0
        WORKERS: 4
        TREE:
            BRANCH_NUM: 3
        TRAIN:
            FLAG: True
            NET_G: ''
            B_NET_D: True
            NET_E: '../DAMSMencoders/text_encoder200.pth'
            BATCH_SIZE: {{batch}}  # 22
            MAX_EPOCH: {{epochs}}
            SNAPSHOT_INTERVAL: 50
            DISCRIMINATOR_LR: 0.0002
            GENERATOR_LR: 0.0002
            SMOOTH: {{Smooth}}, LAMBDA: {{lambda}}}
        GAN: { {{gan}} }
        TEXT: {EMBEDDING_DIM: 256, {{text}} }
        """);
}
