using AttnGan.Training.Configuration;

namespace AttnGan.Training.Tests.Trainers;

/// <summary>The options of GAN training, each alone and some combined.</summary>
internal static class TrainingOptions
{
    public static IReadOnlyDictionary<string, Func<AttnGanConfig, AttnGanConfig>> Gan { get; } =
        new Dictionary<string, Func<AttnGanConfig, AttnGanConfig>>
        {
            ["as published"] = config => config,
            ["hinge"] = config => config with { Gan = config.Gan with { Loss = AdversarialLossKind.Hinge } },
            ["spectral norm"] = config => config with { Discriminator = config.Discriminator with { SpectralNorm = true } },
            ["relativistic"] = config => config with
            {
                Gan = config.Gan with { Loss = AdversarialLossKind.Relativistic, R1Weight = 1, R2Weight = 1, R1Interval = 1 },
            },
            ["matching in the features of ResNet-18"] = config => config with { Gan = config.Gan with { ResnetMatchingWeight = 1 } },
            ["discriminators on the features of ResNet-18"] = config => config with
            {
                Discriminator = config.Discriminator with { Features = DiscriminatorFeatures.Resnet18 },
                Gan = config.Gan with { FeatureMatchingWeight = 1 },
            },
            ["nearest noise"] = config => config with { Gan = config.Gan with { ReconstructionWeight = 10, NoiseCandidates = 3 } },
            ["mode seeking"] = config => config with { Gan = config.Gan with { ModeSeekingWeight = 1 } },
            ["spectral norm without that of the logits"] = config => config with
            {
                Discriminator = config.Discriminator with { SpectralNorm = true, SpectralNormLogits = false },
            },
            ["R1"] = config => config with { Gan = config.Gan with { R1Weight = 10, R1Interval = 1 } },
            ["R1 and spectral norm"] = config => config with
            {
                Discriminator = config.Discriminator with { SpectralNorm = true },
                Gan = config.Gan with { R1Weight = 10, R1Interval = 1 },
            },
            ["feature matching"] = config => config with { Gan = config.Gan with { FeatureMatchingWeight = 10 } },
            ["reconstruction"] = config => config with { Gan = config.Gan with { ReconstructionWeight = 10 } },
            ["foreground"] = config => config with { Gan = config.Gan with { ReconstructionWeight = 10, ForegroundWeight = 4 } },
            ["matching in the DAMSM's features"] = config => config with
            {
                Gan = config.Gan with { DamsmMatchingWeight = 10, NoiseInferenceWeight = 1 },
            },
            ["squared feature matching"] = config => config with
            {
                Gan = config.Gan with { FeatureMatchingWeight = 10, FeatureMatchingDistance = FeatureDistance.Squared },
            },
            ["views for the DAMSM"] = config => config with { Gan = config.Gan with { DamsmViews = true } },
            ["augmentation"] = config => config with
            {
                Gan = config.Gan with { Augment = [Augmentation.Color, Augmentation.Translation, Augmentation.Cutout] },
            },
            ["gradient clipping"] = config => config with { Gan = config.Gan with { GradientClip = 0.1 } },
            ["no unconditional head"] = config => config with { Discriminator = config.Discriminator with { Unconditional = false } },
            ["a text encoder of its own"] = config => config with { Gan = config.Gan with { TextEncoderLearningRate = 1e-3 } },
            ["inferred noise"] = config => config with { Gan = config.Gan with { FeatureMatchingWeight = 10, NoiseInferenceWeight = 1 } },
            ["foil captions"] = config => config with { Gan = config.Gan with { FoilCaptions = true } },
            ["foil captions for the DAMSM"] = config => config with { Damsm = config.Damsm with { FoilCaptions = true } },
            ["projection"] = config => config with { Discriminator = config.Discriminator with { Projection = true } },
            ["projection and spectral norm"] = config => config with
            {
                Discriminator = config.Discriminator with { Projection = true, SpectralNorm = true },
            },
            ["no DAMSM loss"] = config => config with { Gan = config.Gan with { DamsmWeight = 0 } },
            ["AttnDCGAN"] = config => config with
            {
                Generator = config.Generator with { Architecture = GeneratorArchitecture.AttnDcgan },
                Discriminator = config.Discriminator with { Unconditional = false },
            },
            ["official behavior"] = config => config with { Compat = CompatibilityConfig.Official },
            ["one stage of 16"] = config => Stages(config, 16, 1),
            ["one stage of 32"] = config => Stages(config, 32, 1),
            ["one stage of 64"] = config => Stages(config, 64, 1),
            ["two stages from 64"] = config => Stages(config, 64, 2),
            ["three stages from 16"] = config => Stages(config, 16, 3),
            ["four stages from 16"] = config => Stages(config, 16, 4),
            ["three residual blocks"] = config => config with { Generator = config.Generator with { ResidualBlocks = 3 } },
        };

    private static AttnGanConfig Stages(AttnGanConfig config, int baseSize, int stages) =>
        config with { Generator = config.Generator with { BaseSize = baseSize, Stages = stages } };
}
