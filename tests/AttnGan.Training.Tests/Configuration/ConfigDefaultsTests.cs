using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Tests.Configuration;

/// <summary>The defaults equal the published bird model (paper; official cfg/bird_attn2.yml and cfg/DAMSM/bird.yml).</summary>
public sealed class ConfigDefaultsTests
{
    private readonly AttnGanConfig _config = new();

    [Fact]
    public void Data_settings_are_the_published_ones()
    {
        Assert.Equal(100, _config.Seed);
        Assert.Equal(18, _config.Data.MaxWords);
        Assert.Equal(TokenizerMode.Unicode, _config.Data.Tokenizer);
        Assert.Equal(1, _config.Data.MinWordCount);
        Assert.Equal(VocabularySource.Captions, _config.Data.Vocabulary);
        Assert.Equal(76.0 / 64.0, _config.Data.CropScale);
        Assert.True(_config.Data.Flip);
        Assert.Equal("#ffffff", _config.Data.Background);
    }

    [Fact]
    public void Encoder_and_DAMSM_settings_are_those_of_the_paper()
    {
        Assert.Equal(
            new TextEncoderConfig { Rnn = RnnKind.Lstm, WordEmbedding = 300, Embedding = 256, Dropout = 0.5 }, _config.TextEncoder);
        Assert.Equal(TrunkKind.Inception, _config.ImageEncoder.Trunk);
        Assert.Equal(299, _config.ImageEncoder.ImageSize);
        Assert.Equal(512, _config.ImageEncoder.RegionChannels);
        Assert.False(_config.ImageEncoder.AlignCorners);
        Assert.Equal(
            new DamsmConfig
            {
                Gamma1 = 4,
                Gamma2 = 5,
                Gamma3 = 10,
                BatchSize = 48,
                Epochs = 600,
                LearningRate = 0.002,
                LearningRateDecay = 0.98,
                LearningRateFloor = 0.1,
                GradientClip = 0.25,
                FoilCaptions = false,
                CacheFeatures = FeatureCacheKind.None,
                CacheFile = null,
                CacheViews = 4,
                CacheMegabytes = 2048,
            },
            _config.Damsm);
    }

    [Fact]
    public void Network_settings_are_those_of_the_paper()
    {
        Assert.Equal(
            new GeneratorConfig
            {
                Architecture = GeneratorArchitecture.AttnGan,
                Stages = 3,
                BaseSize = 64,
                Width = 32,
                ResidualBlocks = 2,
                Noise = 100,
                Condition = 100,
            },
            _config.Generator);
        Assert.Empty(_config.Generator.Styles);
        Assert.Equal(AttentionKind.DotProduct, _config.Generator.Attention);
        Assert.False(_config.Generator.SkipExcitation);
        Assert.Equal(100, _config.Generator.NoiseInput);
        Assert.Equal(256, _config.Generator.ImageSize);
        Assert.Equal([64, 128, 256], _config.Generator.StageSizes);
        Assert.Equal(
            new DiscriminatorConfig
            {
                Features = DiscriminatorFeatures.Learned,
                Width = 64,
                Unconditional = true,
                SpectralNorm = false,
                SpectralNormLogits = true,
                Projection = false,
            },
            _config.Discriminator);
    }

    [Fact]
    public void GAN_settings_are_those_of_the_paper_and_extensions_are_off()
    {
        GanConfig gan = _config.Gan;
        Assert.Equal(AdversarialLossKind.Bce, gan.Loss);
        Assert.Equal(20, gan.BatchSize);
        Assert.Equal((Precision.Full, Precision.Full), (gan.Precision, gan.GradientPrecision));
        Assert.Equal(600, gan.Epochs);
        Assert.Empty(gan.GrowEpochs);
        Assert.Equal(0, gan.PretrainEpochs);
        Assert.Equal(0, gan.ReconstructionWeight);
        Assert.Equal(0, gan.ForegroundWeight);
        Assert.Equal(0, gan.DamsmMatchingWeight);
        Assert.Equal(2e-4, gan.GeneratorLearningRate);
        Assert.Equal(2e-4, gan.DiscriminatorLearningRate);
        Assert.Equal(1, gan.LearningRateDecay);
        Assert.Equal((0.5, 0.999), (gan.Beta1, gan.Beta2));
        Assert.Equal(5, gan.DamsmWeight);
        Assert.Equal(1, gan.KlWeight);
        Assert.Equal(0.999, gan.MovingAverage);
        Assert.Equal(0, gan.GradientClip);
        Assert.Equal((0, 0), (gan.R1Weight, gan.R2Weight));
        Assert.Equal((0, 0), (gan.ResnetMatchingWeight, gan.ModeSeekingWeight));
        Assert.Equal(1, gan.NoiseCandidates);
        Assert.Equal(0, gan.FeatureMatchingWeight);
        Assert.Equal(FeatureDistance.Absolute, gan.FeatureMatchingDistance);
        Assert.Equal(0, gan.NoiseInferenceWeight);
        Assert.False(gan.FoilCaptions);
        Assert.False(gan.DamsmViews);
        Assert.Empty(gan.Augment);
    }

    [Fact]
    public void Defects_of_the_official_code_are_off() =>
        Assert.Equal(
            new CompatibilityConfig
            {
                MisalignedAttentionMask = false,
                MovingAverageWithoutBuffers = false,
                DamsmOptimizerPerEpoch = false,
                DropLastValidationBatch = false,
            },
            _config.Compat);
}
